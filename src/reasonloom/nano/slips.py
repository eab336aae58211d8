"""Slips of the pen: wrong versions of right work, as a reasoner makes them."""

from __future__ import annotations

import random
import re

from reasonloom.trajectory import StepResult
from reasonloom.worlds.draw import Part


def spoil(rng: random.Random, part: Part, result: StepResult) -> StepResult:
    """A version of a right result with one slip, carried through to a wrong value.

    The slip is a miscopied operand or a wrong number in a line; whatever follows it repeats it.
    Work without numbers keeps its lines and draws the wrong conclusion.
    """
    value = f"{part.name} = {near(rng, part, result)}"
    pieces = [result.instantiation, *result.work.split("; ")]
    places = [i for i, piece in enumerate(pieces) if re.search(r"\d", piece)]
    if not places:
        return StepResult(result.instantiation, result.work, value)
    place = rng.choice(places)
    old, new = _slip(rng, pieces[place])
    pieces[place] = _swap(rng, pieces[place], old, new)
    pieces[place + 1 :] = [re.sub(rf"(?<!\d){old}(?!\d)", new, p) for p in pieces[place + 1 :]]
    return StepResult(pieces[0], "; ".join(pieces[1:]), value)


_KINDS = (("yes", "no", "unknown"), ("knight", "knave"))


def near(rng: random.Random, part: Part, result: StepResult) -> str:
    """A wrong value for a part, near the right one, or something else that its work speaks of."""
    right = str(part.value)
    if re.search(r"\d", right):
        return _swap(rng, right, *_slip(rng, right))
    kinds = next((kind for kind in _KINDS if right in kind), ())
    named = sorted(set(re.findall(r"\b[A-Z][a-z]*\b", result.work)))
    others = [word for word in kinds or named if word != right]
    return rng.choice(others) if others else "none of them"


def _slip(rng: random.Random, piece: str) -> tuple[str, str]:
    """A number of a piece, and what it is taken for: off by a little, or one digit wrong."""
    old = rng.choice(re.findall(r"\d+", piece))
    if rng.random() < 0.6:
        new = str(abs(int(old) + rng.choice((-10, -2, -1, 1, 2, 10))))
    else:
        place = rng.randrange(len(old))
        digit = rng.choice([d for d in "0123456789" if d != old[place]])
        new = old[:place] + digit + old[place + 1 :]
    return old, new if new != old else str(int(old) + 1)


def _swap(rng: random.Random, piece: str, old: str, new: str) -> str:
    """Replace one occurrence of the number `old`."""
    spots = [m.span() for m in re.finditer(rf"(?<!\d){old}(?!\d)", piece)]
    start, end = rng.choice(spots)
    return piece[:start] + new + piece[end:]
