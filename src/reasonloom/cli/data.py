"""`loom data`: make, filter and convert what models learn from."""

from __future__ import annotations

import typer

app = typer.Typer(no_args_is_help=True, help="Make, filter and convert data to learn from.")
