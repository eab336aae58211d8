"""Budget forcing as a pure state machine over tokens: it asks for pieces and knows no server.

Muennighoff et al., s1 (arXiv 2501.19393) What differs from its code: one allowance is
spent over all rounds, not anew in each; injected strings count in it; every forced end opens the
answer, whose tokens are kept free; strings begin a line; an end that comes at once after a string
is a round that brought nothing (s1 forbids it by a sampler's option that few endpoints have).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, NamedTuple

from reasonloom.strategies.budget_forcing.account import Account, EndReason, Rules, room
from reasonloom.strategies.budget_forcing.marks import Marks
from reasonloom.strategies.budget_forcing.novelty import Novelty

Phase = Literal["thinking", "answer", "done"]
PieceEnd = Literal["closing", "reply", "length", "budget", "declined", "broken"]
Count = Callable[[str], int]
"""Tokens of a text that is injected."""


class Go(NamedTuple):
    """Write `write` into the model's mouth, then let it go on up to `max_tokens` tokens."""

    write: str
    max_tokens: int
    phase: Phase


class Piece(NamedTuple):
    """What came of it. `text` is without the string that ended it."""

    text: str
    tokens: int
    end: PieceEnd


class Machine:
    """Ask it for the `next` piece, let it `take` what came, until there is nothing more to do."""

    def __init__(self, rules: Rules, marks: Marks, count: Count) -> None:
        self.account = Account()
        self._rules, self._marks, self._count = rules, marks, count
        self._novelty = Novelty(rules.patience)
        self._phase: Phase = "thinking"
        self._written, self._pending = "", marks.opening
        self.account.delimiters = count(marks.opening)

    def next(self) -> Go | None:
        """None where all is done."""
        if self._phase == "thinking":
            left, bound = self._room()
            if left > 0:
                return Go(self._pending, left, "thinking")
            self._end(bound, "length")
        left = self._answer_room()
        if self._phase == "answer" and left > 0:
            return Go(self._pending, left, "answer")
        return None

    def take(self, piece: Piece) -> None:
        """Book a piece and decide what follows it."""
        if self._phase == "answer":
            self._take_answer(piece)
            return
        left, bound = self._room()
        self.account.thinking += piece.tokens
        self.account.rounds.append(piece.tokens)
        self.account.overrun = max(0, piece.tokens - left)
        self._written, self._pending = self._written + self._pending + piece.text, ""
        self._novelty.add(piece.text)
        end = self._verdict(piece, left, bound)
        if end is None and not self._wait():
            end = self._room()[1]
        if end is not None:
            self._end(end, piece.end)

    def _verdict(self, piece: Piece, left: int, bound: EndReason) -> EndReason | None:
        """Why thinking ends here; None where it is to go on."""
        if piece.end in ("budget", "declined", "broken"):
            return piece.end
        if piece.tokens > left:
            return "overrun"
        if piece.end == "length":
            return bound if piece.tokens == left else "allowance"
        account, rules = self.account, self._rules
        if account.waits >= rules.waits and account.thought >= rules.min_thinking:
            return "stopped"
        return "futile" if self._novelty.exhausted else None

    def _wait(self) -> bool:
        """Put a string where the end was, if there is room for it and for a token behind it."""
        strings = self._marks.strings
        text = on_new_line(self._written, strings[self.account.waits % len(strings)])
        tokens = self._count(text)
        if self._room()[0] <= tokens:
            return False
        self._pending = text
        self.account.waits += 1
        self.account.injected += tokens
        return True

    def _end(self, reason: EndReason, how: PieceEnd) -> None:
        self.account.end = reason
        cut = how not in ("closing", "reply")
        said = how == "reply" and self._marks.standalone
        if said or how in ("declined", "broken") or (cut and not self._rules.force):
            self._phase = "done"
            return
        self._pending += self._closing(cut)
        self.account.delimiters += self._count(self._closing(cut))
        self._phase = "answer"

    def _take_answer(self, piece: Piece) -> None:
        self.account.overrun += max(0, piece.tokens - self._answer_room())
        self.account.answer = piece.tokens
        if piece.end == "budget":
            self.account.end = "budget"
        self._phase = "done"

    def _closing(self, cut: bool) -> str:
        """What ends thinking and begins the answer."""
        if not cut or not self._marks.closing:
            return self._marks.closing or self._marks.final
        before = self._written + self._pending
        return on_new_line(before, self._marks.closing) + self._marks.final

    def _room(self) -> tuple[int, EndReason]:
        return room(self._rules, self.account, self._count(self._closing(cut=True)))

    def _answer_room(self) -> int:
        if self._rules.allowance is None:
            return self._rules.answer
        return min(self._rules.answer, self._rules.allowance - self.account.total)


def on_new_line(before: str, text: str) -> str:
    """`text` with just the line end that it takes to begin a line."""
    text = text.lstrip("\n")
    return text if not before or before.endswith("\n") else f"\n{text}"
