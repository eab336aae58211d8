"""`loom compare` and `loom report`: runs side by side, in the terminal and as one HTML file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Runs = Annotated[list[Path], typer.Argument(help="Files of runs, as loom eval names them.")]


def compare(
    runs: Runs,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Compare strategies on the problems that they share: accuracy, differences, cost."""
    from reasonloom.cli.compare_view import as_object, show
    from reasonloom.evaluate import comparison, entries

    found = comparison.compare(entries.read(runs))
    if not as_json:
        show(found)
        return
    import json

    print(json.dumps(as_object(found)))


def report(
    runs: Runs,
    out: Annotated[Path, typer.Option("--out", "-o", help="The HTML file.")] = Path("report.html"),
    trace_mb: Annotated[
        float, typer.Option(help="Most megabytes of prompts and replies in it; 0 for none.")
    ] = 16.0,
) -> None:
    """Write one HTML file with plots, tables and each problem's trace; it needs no network."""
    from reasonloom.evaluate.report.page import write_report

    written = write_report(runs, out, trace_bytes=round(trace_mb * 1e6))
    typer.echo(f"{written.path}: {written.bytes / 1e6:.1f} MB", err=True)
    if written.cut:
        typer.echo(written.cut, err=True)
