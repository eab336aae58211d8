"""Moves of a chain for 6 * 7, and the state after some of them."""

from __future__ import annotations

from reasonloom.data.long_cot.machine import (
    Answered,
    Bounds,
    Clarified,
    Decomposed,
    Move,
    Reflected,
    Solved,
    State,
    advance,
    begin,
)

CLEAR = Clarified("we want 6 * 7")
PLAN = Decomposed("by parts", "find 6 * 7", ("add seven sixes", "count a grid"))
WORK = Solved("it is 41", True)
BAD = Reflected("6 * 7 is 42", False, False)
GOOD = Reflected("7 * 6 is 42 as well", True, True)
ALL = Reflected("and that is asked", True, True, above=True)
END = Answered("6 * 7 = 42", "42")


def after(*moves: Move, bounds: Bounds | None = None, tokens: int = 1) -> State:
    state = begin("What is 6 * 7?")
    for move in moves:
        state = advance(state, move, tokens, bounds or Bounds())
    return state
