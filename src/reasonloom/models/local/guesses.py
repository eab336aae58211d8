"""What may come next, guessed from what followed the same tokens before.

A step over four tokens of one row takes little longer than over one, for most of the time goes
into reading the weights. So the engine lets the model check a guess of the next tokens together
with its last token, and keeps what the model would have drawn itself. Prompt lookup (Saxena, 2023)
takes such guesses from the row's own text; these come from all that the engine has read and written
lately, because the replies of one job resemble each other. A guess changes the time a reply takes,
never its text, up to the rounding of sums in another order.
"""

from __future__ import annotations

from collections.abc import Sequence

LONGEST = 4
"""Up to so many last tokens are looked up, the longest known run first; our choice, measured: over
111 replies of nano a step gave 1.9 tokens with 4, 1.8 with 2 and 1.6 with 1."""
MOST_RUNS = 200_000
"""Then everything is forgotten, so that memory stays below some 50 MB; our choice."""


class Guesses:
    """For each run of 1 to LONGEST tokens, the token that followed it last."""

    def __init__(self) -> None:
        self._next: dict[tuple[int, ...], int] = {}

    def learn(self, ids: Sequence[int], start: int) -> None:
        """Note what the tokens from `start` on follow."""
        if len(self._next) > MOST_RUNS:
            self._next.clear()
        for at in range(max(start, 1), len(ids)):
            for begin in range(max(at - LONGEST, 0), at):
                self._next[tuple(ids[begin:at])] = ids[at]

    def after(self, ids: Sequence[int], count: int) -> list[int]:
        """Up to `count` tokens that may follow."""
        tail = list(ids[-LONGEST:])
        known = len(tail)
        while len(tail) < known + count:
            token = self._longest(tail)
            if token is None:
                break
            tail.append(token)
        return tail[known:]

    def _longest(self, tail: list[int]) -> int | None:
        for size in range(min(LONGEST, len(tail)), 0, -1):
            token = self._next.get(tuple(tail[-size:]))
            if token is not None:
                return token
        return None
