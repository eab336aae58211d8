"""Rows to learn from: plain dicts, one JSON line each.

SFT rows hold `prompt` and `completion`; preference rows `prompt`, `chosen` and `rejected`; RL rows
`prompt` and `answer`. Each of these is text (what nano reads) or a list of chat messages. Beside
them stand `id` and `from`, the provenance, which the trainers leave alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import orjson

from reasonloom.errors import InputError

Row = dict[str, Any]
SFT = ("prompt", "completion")
PREFERENCE = ("prompt", "chosen", "rejected")
RL = ("prompt", "answer")


def row_id(*content: Any) -> str:
    """16 hex digits that name a row by what it holds."""
    told = orjson.dumps(content, option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(told).hexdigest()[:16]


def write_rows(path: Path, rows: Iterable[Row]) -> None:
    """Put the rows in place by a rename: a file stands there whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    with part.open("wb") as file:
        file.writelines(orjson.dumps(row) + b"\n" for row in rows)
    part.replace(path)


def read_rows(path: Path, needs: Sequence[str]) -> list[Row]:
    """The rows of a JSONL file, each with the columns that it `needs`.

    Raises InputError for a file that is missing or empty, a line that is no JSON object, and a
    column that a row lacks; each with the line.
    """
    if not path.is_file():
        raise InputError(f"{path} is not a file: name a JSONL file with {_listed(needs)}")
    rows = [
        _row(line, f"{path}:{number}", needs)
        for number, line in enumerate(path.read_bytes().splitlines(), 1)
        if line.strip()
    ]
    if not rows:
        raise InputError(f"{path} holds no rows: there is nothing to learn from")
    return rows


def _row(line: bytes, where: str, needs: Sequence[str]) -> Row:
    try:
        row = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        raise InputError(f"{where}: no JSON ({error}): each line is one object") from None
    if not isinstance(row, dict):
        raise InputError(f"{where}: {line[:40]!r} is no JSON object")
    lacking = [name for name in needs if row.get(name) in (None, "", [])]
    if lacking:
        raise InputError(
            f"{where}: no {_listed(lacking)}; there are {_listed(sorted(row))}:"
            f" rows of this kind need {_listed(needs)}"
        )
    return row


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"'{name}'" for name in names) or "no columns"
