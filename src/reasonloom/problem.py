"""A question to be solved, with its reference answer where one is known."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from reasonloom.errors import InputError

MAX_QUESTION_BYTES = 200_000
"""Longer questions are refused before any model sees them (our choice: about 50,000 tokens)."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One problem. `id` defaults to a hash of the question, so equal questions share seeds."""

    question: str
    answer: str | None = None
    id: str = ""
    topic: str | None = None
    level: int | None = None
    source: str | None = None
    meta: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        if not self.id:
            digest = hashlib.sha256(self.question.encode("utf-8", "surrogatepass")).hexdigest()
            object.__setattr__(self, "id", digest[:16])

    @staticmethod
    def from_text(text: str | bytes, **known: Any) -> Problem:
        """Check a question that came from outside and wrap it.

        Raises InputError when it is empty, not UTF-8 text, or over MAX_QUESTION_BYTES.
        """
        if isinstance(text, bytes):
            text = _decoded(text)
        if any((ord(c) < 32 and c not in "\t\n\r\f\v") or "\ud800" <= c <= "\udfff" for c in text):
            raise InputError(
                "the question holds control characters or bytes that are no text, so it looks like"
                " binary data: give it as plain text"
            )
        size = len(text.encode())
        if size > MAX_QUESTION_BYTES:
            raise InputError(
                f"the question has {size:,} bytes and at most {MAX_QUESTION_BYTES:,} are taken:"
                " shorten it"
            )
        if not text.strip():
            raise InputError("the question is empty: give one as an argument, by --file or on -")
        return Problem(text.strip(), **known)


def _decoded(data: bytes) -> str:
    """The text of a file, without the mark that some editors put before it."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as bad:
        wrong = f"byte {bad.start} is 0x{bad.object[bad.start]:02x}"
        raise InputError(
            f"the question is not UTF-8 text ({wrong}): give it as plain text"
        ) from None
