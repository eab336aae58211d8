"""The value of a quadratic polynomial at a whole number."""

from __future__ import annotations

import random
from collections.abc import Mapping

from reasonloom.worlds.family import Family, Method, Params, Work
from reasonloom.worlds.spell import signed, times

TOP = {1: 5, 2: 9, 3: 15}


def draw(rng: random.Random, level: int, fixed: Mapping[int, int]) -> Params | None:
    x = rng.randint(2, TOP[level])
    if 3 in fixed:
        x = fixed[3]
        if not 1 <= x <= 20:
            return None
    return rng.randint(2, 4), rng.randint(2, 6), rng.randint(1, 9 * level), x


def horner(params: Params) -> Work:
    p, q, r, x = params
    first = p * x + q
    return [
        f"{times(p, x)}, {p * x} + {q} = {first}",
        f"{times(first, x)}, {first * x} {signed(r)} = {first * x + r}",
    ], str(first * x + r)


def by_terms(params: Params) -> Work:
    p, q, r, x = params
    square = x * x
    return [
        times(x, x),
        times(p, square),
        times(q, x),
        f"{p * square} + {q * x} = {p * square + q * x}",
        f"{p * square + q * x} + {r} = {p * square + q * x + r}",
    ], str(p * square + q * x + r)


FAMILY = Family(
    name="polynomial_value",
    topic="algebra",
    goal="the value of a polynomial",
    slots=("square factor", "linear factor", "constant", "point"),
    links=(3,),
    draw=draw,
    answer=lambda p: (p[0] * p[3] + p[1]) * p[3] + p[2],
    nouns={
        "en": (
            "the value of {0}x^2 + {1}x + {2} at x = {3}",
            "f({3}) for f(x) = {0}x^2 + {1}x + {2}",
            "{0}x^2 + {1}x + {2} when x is {3}",
        ),
        "ko": ("x = {3}일 때 {0}x^2 + {1}x + {2}의 값",),
    },
    methods=(
        Method("Horner's scheme", horner),
        Method("Substitute term by term", by_terms),
    ),
)
