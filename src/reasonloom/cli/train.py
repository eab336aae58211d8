"""`loom train`: rows and trainers."""

from __future__ import annotations

import typer

app = typer.Typer(no_args_is_help=True, help="Make data for reasoning models, and train them.")
