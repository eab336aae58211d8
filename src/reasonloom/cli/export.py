"""`loom export`: a run in the files of other tools."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class To(StrEnum):
    inspect = "inspect"
    lm_eval = "lm-eval"
    parquet = "parquet"


def export(
    run: Annotated[Path, typer.Argument(help="The file of a run.")],
    to: Annotated[To, typer.Option(help="Whose files.")],
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="A folder, for parquet a file; beside the run if not."),
    ] = None,
) -> None:
    """Write a run as inspect's logs, lm-eval's results and samples, or Parquet."""
    from reasonloom.evaluate.exports.export import export

    for path in export(run, to.value, out):
        typer.echo(path)
