"""Rows of question, thinking and answer as chats, with a recipe's or a model's delimiters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from reasonloom.errors import InputError
from reasonloom.models.profiles import family_of
from reasonloom.spec import unknown
from reasonloom.train.recipe import SFT
from reasonloom.train.rows import SFT as COLUMNS
from reasonloom.train.rows import Row, read_rows, row_id

QUESTION = ("question", "problem")
THINKING = ("thinking", "thinking_trajectories", "reasoning", "solution")
ANSWER = ("answer", "attempt")
"""Names of columns that the published sets use."""


class Delimiters(NamedTuple):
    """What stands before the thinking, between it and the answer, and before an answer that does
    not say itself that it is one."""

    opens: str
    closes: str
    says: str = ""


KNOWN = {
    "s1": Delimiters("<|im_start|>think\n", "\n<|im_start|>answer\n", "Answer: "),
    "none": Delimiters("", "\n\n"),
}
"""s1: section 3.1 and its code. none: LIMO, whose chains are not marked."""


def delimiters(name: str, model: str) -> Delimiters:
    """By name; `profile` takes the delimiters that the model itself was taught.

    Raises InputError for an unknown name and a model that is not known to think.
    """
    if name != "profile":
        if name not in KNOWN:
            raise InputError(unknown("delimiters", name, ["profile", *KNOWN]))
        return KNOWN[name]
    think = family_of(model).think
    if not think:
        raise InputError(f"{model} is not known to think: set delimiters to s1 or none")
    return Delimiters(f"{think[0]}\n", f"\n{think[1]}\n\n")


def chats(
    rows: Sequence[Mapping[str, object]], marks: Delimiters, system: str | None = None
) -> list[Row]:
    """Each row as prompt and completion messages; the answer stands behind the thinking.

    A row whose thinking is a list of attempts has the first taken, as s1K's loader does. Raises
    InputError for a row without question or thinking.
    """
    return [_chat(row, number, marks, system) for number, row in enumerate(rows, 1)]


def rows_of(path: Path, recipe: SFT) -> list[Row]:
    """The rows of a file: as they are where they hold prompt and completion, else as chats."""
    rows = read_rows(path, ())
    if "completion" in rows[0]:
        return read_rows(path, COLUMNS)
    return chats(rows, delimiters(recipe.delimiters, recipe.model), recipe.system)


def _chat(row: Mapping[str, object], number: int, marks: Delimiters, system: str | None) -> Row:
    question = _text(row, QUESTION, number)
    thinking = _text(row, THINKING, number)
    answer = _text(row, ANSWER, number, needed=False)
    if marks.says and answer and marks.says.strip() not in answer:
        answer = marks.says + answer
    said = f"{marks.opens}{thinking}{marks.closes}{answer}" if answer else thinking
    prompt = [{"role": "system", "content": system}] if system else []
    prompt.append({"role": "user", "content": question})
    completion = [{"role": "assistant", "content": said}]
    return {
        "prompt": prompt,
        "completion": completion,
        "id": str(row.get("id") or row_id(prompt, completion)),
        "from": row.get("from") or {"row": number},
    }


def _text(row: Mapping[str, object], names: Sequence[str], number: int, needed: bool = True) -> str:
    value = next((row[name] for name in names if row.get(name)), None)
    if isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, str) and value.strip():
        return value.strip()
    if not needed:
        return "" if value is None else str(value)
    raise InputError(
        f"row {number} has no {names[0]} ({' or '.join(names)}); its columns are"
        f" {', '.join(sorted(row))}"
    )
