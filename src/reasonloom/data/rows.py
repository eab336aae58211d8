"""Reads the rows of a JSONL, JSON, CSV or Parquet file one after the other."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from reasonloom.errors import InputError

Row = Mapping[str, Any]
ENDINGS = (".jsonl", ".json", ".csv", ".parquet")


def read_rows(path: Path) -> Iterator[Row]:
    """The rows of a file, read as they are asked for (a .json file: at once).

    Raises InputError for a file that is not there, is of another kind, or is not well formed.
    """
    readers: dict[str, Callable[[Path], Iterator[Row]]] = dict(
        zip(ENDINGS, (_jsonl, _json, _csv, _parquet), strict=True)
    )
    if path.suffix not in readers:
        raise InputError(f"{path} is of no kind that is read: give one of {', '.join(ENDINGS)}")
    if not path.is_file():
        raise InputError(f"there is no file {path}: check the path")
    try:
        yield from readers[path.suffix](path)
    except UnicodeDecodeError as bad:
        raise InputError(
            f"{path} is not UTF-8 text (byte 0x{bad.object[bad.start]:02x}): convert it"
        ) from None


def _jsonl(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8-sig") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield _object(_parsed(line, f"{path}:{number}"), f"{path}:{number}")


def _json(path: Path) -> Iterator[Row]:
    rows = _parsed(path.read_text(encoding="utf-8-sig"), str(path))
    if not isinstance(rows, list):
        raise InputError(f"{path} holds no list of rows: write [{{...}}, ...], or JSONL")
    for number, row in enumerate(rows, 1):
        yield _object(row, f"{path}, row {number}")


def _csv(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines, strict=True)
        try:
            for row in reader:
                if None in row:
                    raise InputError(
                        f"{path}:{reader.line_num}: more fields than the header has: quote commas"
                    )
                yield {name: value or None for name, value in row.items()}
        except csv.Error as bad:
            raise InputError(f"{path}:{reader.line_num}: not well-formed CSV: {bad}") from None


def _parquet(path: Path) -> Iterator[Row]:
    try:
        import pyarrow
        from pyarrow import parquet
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] != "pyarrow":
            raise
        raise InputError(f"{path} needs pyarrow: pip install 'reasonloom[data]'") from None
    try:
        with parquet.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=256):
                yield from batch.to_pylist()
    except pyarrow.ArrowInvalid as bad:
        raise InputError(f"{path} is no Parquet file that can be read: {bad}") from None


def _parsed(text: str, where: str) -> Any:
    try:
        return json.loads(text)
    except (json.JSONDecodeError, RecursionError) as bad:
        raise InputError(f"{where}: not well-formed JSON: {bad}") from None


def _object(value: Any, where: str) -> Row:
    if not isinstance(value, dict):
        raise InputError(f"{where}: a row is an object such as {{'question': ...}}, not {value!r}")
    return value
