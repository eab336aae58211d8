"""From what a row says to a Problem: its text, its options in order, its reference, its id."""

from __future__ import annotations

import hashlib
import math
import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from reasonloom.data.rows import Row
from reasonloom.errors import InputError
from reasonloom.grading.extract import extract
from reasonloom.problem import Problem
from reasonloom.seeds import derive

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
ASK_LETTER = "Answer with the letter of the right option."


@dataclass(frozen=True)
class Item:
    """What a row says.

    answer   the reference; of a multiple choice the right option's place, from 0
    shuffle  whether the order of the options is to be drawn; else they stand as the row has them
    """

    question: str
    answer: str | int | None = None
    topic: str | None = None
    level: int | None = None
    options: tuple[str, ...] = ()
    shuffle: bool = False
    meta: Mapping[str, Any] = field(default_factory=dict)


def problem(item: Item, source: str, row: int, seed: int) -> Problem:
    """The Problem of an item; `row` (from 1) is kept in its meta.

    The id is a hash of the question and, in any order, its options: it does not depend on `seed`,
    which draws the order in which the options are shown.
    """
    meta = {"row": row, **item.meta}
    known = {"topic": item.topic, "level": item.level, "source": source}
    try:
        if not item.options:
            answer = None if item.answer is None else str(item.answer)
            return Problem.from_text(item.question, answer=answer, meta=meta, **known)
        identity = _identity(item)
        order = list(range(len(item.options)))
        if item.shuffle:
            random.Random(derive(seed, "options", identity)).shuffle(order)
        right = None if item.answer is None else LETTERS[order.index(int(item.answer))]
        shown = [item.options[i] for i in order]
        meta["options"] = shown
        text = render(item.question, shown)
        return Problem.from_text(text, answer=right, id=identity, meta=meta, **known)
    except InputError as bad:
        raise InputError(f"{source}, row {row}: {bad}") from None


def render(question: str, options: Sequence[str]) -> str:
    """A multiple-choice question with lettered options and what to answer with."""
    lines = [f"{letter}) {text}" for letter, text in zip(LETTERS, options, strict=False)]
    return "\n".join([question.strip(), "", *lines, "", ASK_LETTER])


def _identity(item: Item) -> str:
    said = "\0".join([item.question.strip(), *sorted(item.options)])
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def column(row: Row, *names: str) -> Any:
    """The value of the first of these columns that the row has.

    Raises InputError that names the columns there are.
    """
    for name in names:
        if name in row:
            return row[name]
    there = ", ".join(map(repr, row)) or "none"
    raise InputError(f"there is no column {' or '.join(map(repr, names))}: there are {there}")


def text(value: Any) -> str | None:
    """A cell as text: `27.0` is 27, a list is joined by commas; None where nothing is said.

    Raises InputError for a cell that is neither a text, a number nor a list of these.
    """
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, str | int | float):
        return str(value).strip() or None
    if isinstance(value, list | tuple):
        return ", ".join(filter(None, map(text, value))) or None
    raise InputError(f"a cell holds a {type(value).__name__}, not a text, number or list")


def reference(value: Any) -> str | None:
    r"""The final answer of a cell, which may be a whole solution with `\boxed{}` or `####`."""
    said = text(value)
    if said is None or not (r"\boxed" in said or "####" in said):
        return said
    found = extract(said)
    return found.answer if found else said


def level(value: Any) -> int | None:
    """`5`, `"Level 5"` and `5.0` are 5; a level without a number is none."""
    found = re.search(r"\d{1,6}", text(value) or "")
    return int(found[0]) if found else None


def choices(cell: Any) -> tuple[str, ...]:
    """The options of a multiple choice. Raises InputError for what is no list of 2 to 26."""
    if not isinstance(cell, list | tuple) or not 2 <= len(cell) <= len(LETTERS):
        raise InputError(f"the options are a list of 2 to {len(LETTERS)} texts, not {cell!r:.60}")
    return tuple(text(option) or "" for option in cell)


def place(value: Any, options: Sequence[str]) -> int | None:
    """Which option a cell names: by its place from 0, its letter, or its text.

    Raises InputError where it names none of them.
    """
    said = text(value)
    if said is None:
        return None
    if said in options:
        return options.index(said)
    index = LETTERS.find(said.strip("().").upper()) if len(said.strip("().")) == 1 else -1
    index = int(said) if said.isdecimal() and len(said) < 3 else index
    if not 0 <= index < len(options):
        raise InputError(f"the answer {said[:60]!r} is none of the {len(options)} options")
    return index
