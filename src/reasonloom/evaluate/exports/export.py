"""A run in the files of other tools."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Literal, get_args

from reasonloom.errors import InputError
from reasonloom.evaluate import store

Format = Literal["inspect", "lm-eval", "parquet"]
_ENDINGS: dict[Format, str] = {"inspect": "-inspect", "lm-eval": "-lm-eval", "parquet": ".parquet"}


def export(path: Path, to: Format, out: Path | None = None) -> list[Path]:
    """Write what a run holds so far; returns the files.

    to   "inspect": a folder with one `.eval` a strategy. "lm-eval": a folder with results and
         samples. "parquet": one file, one row an attempt
    out  that folder or file, written anew; beside the run if not given

    Raises StoreError for a file that is no run, InputError for an unknown format, one whose package
    is missing, an empty run, or a place that cannot be written.
    """
    if to not in _ENDINGS:
        raise InputError(f"{to!r} is no format: give one of {', '.join(get_args(Format))}")
    out = out or path.with_name(path.name.removesuffix(".db") + _ENDINGS[to])
    _check(to, out)
    writer = import_module(f"reasonloom.evaluate.exports.{to.replace('-', '_')}")
    with store.open_run(path) as run:
        try:
            out.parent.mkdir(parents=True, exist_ok=True)
            written: list[Path] = writer.export(run, out)
        except OSError as bad:
            raise InputError(f"cannot write {out} ({bad.strerror}): name another place") from None
    return written


def _check(to: Format, out: Path) -> None:
    """A file stands where one is wanted, a folder where a folder is, and never a run."""
    if to == "parquet" and out.is_dir():
        raise InputError(f"{out} is a folder, and Parquet is one file: name a file")
    if to != "parquet" and out.is_file():
        raise InputError(f"{out} is a file, and {to} is written to a folder: name a folder")
    if out.suffix == ".db":
        raise InputError(f"{out} is named like a run: name it {out.stem}{_ENDINGS[to]}")
