"""All commands of `loom` under one roof."""

from __future__ import annotations

from typing import Annotated

import typer

from reasonloom import __version__
from reasonloom.cli import data, models, nano, templates, train, worlds
from reasonloom.cli.compare import compare, report
from reasonloom.cli.evaluate import evaluate, grade
from reasonloom.cli.export import export
from reasonloom.cli.solve import solve

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Make language models reason better, and prove it by measurement.",
)
app.command()(solve)
app.command("eval")(evaluate)
app.command()(grade)
app.command()(compare)
app.command()(report)
app.command()(export)
app.add_typer(templates.app, name="templates")
app.add_typer(models.app, name="models")
app.add_typer(worlds.app, name="worlds")
app.add_typer(nano.app, name="nano")
app.add_typer(train.app, name="train")
app.add_typer(data.app, name="data")


def _version(wanted: bool) -> None:
    if wanted:
        print(f"reasonloom {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Options before the command."""
