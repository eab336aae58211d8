"""The larger root of a quadratic equation with whole roots, `x^2 - s x + p = 0`."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping

from reasonloom.worlds.family import Family, Method, Params, Work
from reasonloom.worlds.spell import times

TOP = {1: 6, 2: 10, 3: 14}


def draw(rng: random.Random, level: int, fixed: Mapping[int, int]) -> Params | None:
    one, two = rng.randint(1, TOP[level]), rng.randint(1, TOP[level])
    if 0 in fixed:
        if not 3 <= fixed[0] <= 28:
            return None
        one = rng.randint(1, fixed[0] - 1)
        two = fixed[0] - one
    return (one + two, one * two) if one != two else None


def roots(params: Params) -> tuple[int, int]:
    gap = math.isqrt(params[0] ** 2 - 4 * params[1])
    return (params[0] - gap) // 2, (params[0] + gap) // 2


def factoring(params: Params) -> Work:
    low, high = roots(params)
    return [
        f"{low}*{high} = {low * high}, {low} + {high} = {low + high}",
        f"(x - {low})(x - {high}) = 0",
    ], str(high)


def formula(params: Params) -> Work:
    s, p = params
    low, high = roots(params)
    return [
        times(s, s),
        f"4*{p} = {4 * p}",
        f"{s * s} - {4 * p} = {s * s - 4 * p}",
        f"root {high - low}",
        f"({s} + {high - low})/2 = {2 * high}/2 = {high}",
    ], str(high)


FAMILY = Family(
    name="quadratic_root",
    topic="algebra",
    goal="the larger root of a quadratic",
    slots=("sum", "product"),
    links=(0,),
    draw=draw,
    answer=lambda p: roots(p)[1],
    nouns={
        "en": (
            "the larger root of x^2 - {0}x + {1} = 0",
            "the greater solution of x^2 - {0}x + {1} = 0",
            "the bigger of two numbers whose sum is {0} and whose product is {1}",
        ),
        "ko": ("이차방정식 x^2 - {0}x + {1} = 0의 큰 근",),
    },
    stories={
        "en": (
            "The two sides of a rectangle add up to {0} cm and its area is {1} square cm. "
            "How long is the longer side, in cm?",
        ),
    },
    methods=(
        Method("Factor by sum and product", factoring),
        Method("Quadratic formula", formula),
    ),
)
