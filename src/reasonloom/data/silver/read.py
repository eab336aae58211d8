"""Web solutions from a file: a question, a solution, and for some the known right answer."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from reasonloom.data.columns import QUESTION
from reasonloom.data.items import column, reference, text
from reasonloom.data.outputs import Dropped
from reasonloom.data.rows import Row, read_rows
from reasonloom.errors import InputError
from reasonloom.problem import Problem

SOLUTION = ("solution", "answer", "response", "output")
"""Columns that hold a solution, in the order in which they are looked for."""
LABEL = "label"


class Item(NamedTuple):
    """`problem` has no answer yet; `label` is the right one where that is known."""

    problem: Problem
    solution: str
    label: str | None

    @property
    def row(self) -> Any:
        return self.problem.meta["row"]


def read_items(path: Path, limit: int | None = None) -> tuple[list[Item], list[Dropped]]:
    """The rows that can be used, each question once, and the others with the reason.

    Raises InputError for a file that cannot be read and a row without the columns.
    """
    items: dict[str, Item] = {}
    dropped: list[Dropped] = []
    for number, row in enumerate(read_rows(path), 1):
        if limit is not None and len(items) == limit:
            break
        found = _item(row, number, path)
        if isinstance(found, Item) and found.problem.id in items:
            found = Dropped(f"row {number}", "duplicate", f"row {items[found.problem.id].row}")
        if isinstance(found, Dropped):
            dropped.append(found)
        else:
            items[found.problem.id] = found
    if not items:
        raise InputError(f"{path} holds no row with a question and a solution")
    return list(items.values()), dropped


def _item(row: Row, number: int, path: Path) -> Item | Dropped:
    where = f"row {number}"
    try:
        question, solution = text(column(row, *QUESTION)), text(column(row, *SOLUTION))
    except InputError as bad:
        raise InputError(f"{path}, {where}: {bad}") from None
    if not question or not solution:
        return Dropped(where, "empty", "no question" if not question else "no solution")
    try:
        problem = Problem.from_text(question, source=path.name, meta={"row": number})
    except InputError as bad:
        return Dropped(where, "unusable", str(bad))
    return Item(problem, solution, reference(row.get(LABEL)))
