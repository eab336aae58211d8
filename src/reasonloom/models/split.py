"""Tell the thinking from the answer, and end a text at a stop string: once, whole or streamed.

Both classes take text in pieces of any size and give the same result as for the whole text.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

Delimiters = tuple[str, str]


class Piece(NamedTuple):
    """New answer text and new reasoning. `recast`: all text given out before was reasoning."""

    text: str = ""
    reasoning: str = ""
    recast: bool = False


def split(text: str, think: Delimiters | None, context: str = "") -> tuple[str, str]:
    """(answer, reasoning) of a whole reply that followed `context` (a prefix or a raw prompt).

    A reply that never opens its thinking but closes it was begun inside by the chat template. A
    reply that never closes it was cut off: all of it is reasoning and the answer is empty.
    """
    if think is None or (
        think[0] not in text and think[1] not in text and not _opened(context, think)
    ):
        return text, ""
    splitter = Splitter(think, context)
    return join([splitter.feed(text), splitter.end()])


def join(pieces: Iterable[Piece]) -> tuple[str, str]:
    """(answer, reasoning) that the pieces amount to."""
    text = reasoning = ""
    for piece in pieces:
        if piece.recast:
            text, reasoning = "", reasoning + text
        text += piece.text
        reasoning += piece.reasoning
    return text, reasoning


def _opened(context: str, think: Delimiters) -> bool:
    return context.rfind(think[0]) > context.rfind(think[1])


def held(text: str, marks: Iterable[str]) -> int:
    """How many last characters may be the beginning of a mark and cannot be given out yet."""
    longest = 0
    for mark in marks:
        for size in range(min(len(mark) - 1, len(text)), longest, -1):
            if text.endswith(mark[:size]):
                longest = size
                break
    return longest


class Splitter:
    """States: `start` (nothing decided), `inside` the thinking, `plain` (no opener seen), `answer`.

    Space before the opener and before the answer is dropped; everything else is kept.
    """

    def __init__(self, think: Delimiters, context: str = "") -> None:
        self.open, self.close = think
        self._buffer = ""
        if _opened(context, think):
            self._state = "inside"
        elif self.close in context:
            self._state = "done"
        else:
            self._state = "plain" if context else "start"

    def feed(self, text: str) -> Piece:
        self._buffer += text
        if self._state == "start" and not self._begin():
            return Piece()
        if self._state == "inside":
            return self._inside()
        if self._state == "plain":
            return self._plain()
        return Piece(self._answer())

    def end(self) -> Piece:
        rest, self._buffer = self._buffer, ""
        if self._state == "inside":
            return Piece(reasoning=rest)
        return Piece("" if self._state == "answer" else rest)

    def _begin(self) -> bool:
        seen = self._buffer.lstrip()
        if seen.startswith(self.open):
            self._buffer, self._state = seen[len(self.open) :], "inside"
        elif self.open.startswith(seen):
            return False
        else:
            self._state = "plain"
        return True

    def _until_close(self) -> tuple[str, bool]:
        before, closed, after = self._buffer.partition(self.close)
        if closed:
            self._buffer, self._state = after, "answer"
            return before, True
        keep = held(before, (self.close,))
        self._buffer = before[len(before) - keep :]
        return before[: len(before) - keep], False

    def _inside(self) -> Piece:
        before, closed = self._until_close()
        return Piece(self._answer() if closed else "", before)

    def _plain(self) -> Piece:
        before, closed = self._until_close()
        if closed:
            return Piece(self._answer(), before, recast=True)
        return Piece(before)

    def _answer(self) -> str:
        if self._state == "answer":
            self._buffer = self._buffer.lstrip()
            if not self._buffer:
                return ""
            self._state = "done"
        text, self._buffer = self._buffer, ""
        return text


class StopCutter:
    """Ends a text before the first stop string, for servers that leave it in the text."""

    def __init__(self, stops: tuple[str, ...]) -> None:
        self.stops = stops
        self.fired: str | None = None
        self._buffer = ""

    def feed(self, text: str) -> str:
        if self.fired is not None:
            return ""
        self._buffer += text
        at, stop = first_stop(self._buffer, self.stops)
        if stop is not None:
            self.fired = stop
            out, self._buffer = self._buffer[:at], ""
            return out
        keep = held(self._buffer, self.stops)
        cut = len(self._buffer) - keep
        out, self._buffer = self._buffer[:cut], self._buffer[cut:]
        return out

    def end(self) -> str:
        rest, self._buffer = self._buffer, ""
        return rest


def first_stop(text: str, stops: tuple[str, ...]) -> tuple[int, str | None]:
    """Where the stop string begins that is complete first, and which it is.

    Of several that end at the same place the longest counts; (len(text), None) where none is.
    """
    found = [(at + len(s), at, s) for s in stops if s and (at := text.find(s)) >= 0]
    if not found:
        return len(text), None
    _, at, stop = min(found)
    return at, stop
