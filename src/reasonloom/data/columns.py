"""Which columns of a file or of a hub dataset hold what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reasonloom.data.items import Item, choices, column, level, place, reference, text
from reasonloom.data.rows import Row
from reasonloom.errors import InputError

QUESTION = ("question", "problem", "prompt", "input")
ANSWER = ("answer", "target", "final_answer")
TOPIC = ("topic", "subject")
"""Names looked for where none is given: those that public datasets use."""


@dataclass(frozen=True)
class Columns:
    """Names of columns; None looks for the usual names.

    choices  holds the list of options; the answer is then a letter, a place from 0, or an option
    shuffle  whether options are shown in an order drawn by the seed

    A column that is named must be in every row. Without an answer a problem stays ungraded.
    """

    question: str | None = None
    answer: str | None = None
    topic: str | None = None
    level: str | None = None
    choices: str | None = None
    shuffle: bool = False

    def read(self, row: Row) -> Item:
        """Raises InputError for a column that is not there or holds nothing that can be used."""
        asked = text(column(row, self.question) if self.question else column(row, *QUESTION))
        if asked is None:
            raise InputError("the question is empty: fill it in or drop the row")
        answer = _cell(row, self.answer, ANSWER)
        options = choices(column(row, self.choices)) if self.choices else ()
        return Item(
            asked,
            place(answer, options) if options else reference(answer),
            text(_cell(row, self.topic, TOPIC)),
            level(_cell(row, self.level, ("level",))),
            options,
            self.shuffle,
        )


def _cell(row: Row, name: str | None, usual: Sequence[str]) -> Any:
    if name:
        return column(row, name)
    return next((row[n] for n in usual if n in row), None)
