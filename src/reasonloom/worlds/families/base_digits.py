"""A number written in another base."""

from __future__ import annotations

import random
from collections.abc import Mapping

from reasonloom.worlds.family import Family, Method, Params, Work
from reasonloom.worlds.spell import divide

TOP = {1: 40, 2: 120, 3: 300}


def draw(rng: random.Random, level: int, fixed: Mapping[int, int]) -> Params | None:
    number = rng.randint(10, TOP[level])
    if 0 in fixed:
        number = fixed[0]
        if not 4 <= number <= 400:
            return None
    return number, rng.randint(2 if number < 64 else 3, 9)


def digits(params: Params) -> str:
    number, base = params
    text = ""
    while number:
        text, number = str(number % base) + text, number // base
    return text


def by_division(params: Params) -> Work:
    number, base = params
    lines = []
    while number:
        lines.append(divide(number, base))
        number //= base
    return [*lines, "remainders from last to first"], digits(params)


def greedy(params: Params) -> Work:
    number, base = params
    place = base ** (len(digits(params)) - 1)
    lines = []
    while place:
        lines.append(divide(number, place))
        number, place = number % place, place // base
    return lines, digits(params)


FAMILY = Family(
    name="base_digits",
    topic="number_theory",
    goal="the digits in a base",
    slots=("number", "base"),
    links=(0,),
    draw=draw,
    answer=digits,
    nouns={
        "en": (
            "{0} written in base {1}",
            "the digits of {0} in base {1}",
            "the base {1} representation of {0}",
        ),
        "ko": ("{0}을 {1}진법으로 나타낸 수",),
    },
    methods=(
        Method("Repeated division by the base", by_division),
        Method("Greedy place values", greedy),
    ),
    chains=False,
)
