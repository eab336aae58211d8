"""The number of ways to choose some of several things."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping

from reasonloom.worlds.family import Family, Method, Params, Work
from reasonloom.worlds.spell import times

TOP = {1: 6, 2: 8, 3: 10}


def draw(rng: random.Random, level: int, fixed: Mapping[int, int]) -> Params | None:
    size = rng.randint(4, TOP[level])
    if 0 in fixed:
        size = fixed[0]
        if not 3 <= size <= 12:
            return None
    return size, rng.randint(2, min(3 if size > 8 else 4, size - 1))


def quotient(params: Params) -> Work:
    size, chosen = params
    lines, top = [], size
    for i in range(1, chosen):
        lines.append(times(top, size - i))
        top *= size - i
    bottom = math.factorial(chosen)
    lines.append("*".join(map(str, range(1, chosen + 1))) + f" = {bottom}")
    return [*lines, f"{top}/{bottom} = {top // bottom}"], str(top // bottom)


def pascal(params: Params) -> Work:
    size, chosen = params
    row, lines = [1], []
    for n in range(1, size + 1):
        row = [1, *(row[i] + row[i + 1] for i in range(len(row) - 1)), 1]
        if n > 1:
            lines.append(f"row {n}: " + " ".join(map(str, row[: chosen + 1])))
    return lines, str(row[chosen])


FAMILY = Family(
    name="binomial",
    topic="combinatorics",
    goal="the number of choices",
    slots=("size", "chosen"),
    links=(0,),
    draw=draw,
    answer=lambda p: math.comb(*p),
    nouns={
        "en": (
            "the number of ways to choose {1} of {0} things",
            "the binomial coefficient C({0}, {1})",
            "{0} choose {1}",
            "the number of subsets with {1} elements of a set with {0} elements",
        ),
        "ko": ("서로 다른 {0}개에서 {1}개를 고르는 경우의 수",),
    },
    stories={
        "en": (
            "A club of {0} members elects a committee of {1}. How many committees are possible?",
            "How many ways are there to pick {1} books out of {0}?",
        ),
    },
    methods=(
        Method("Quotient of falling factorials", quotient),
        Method("Pascal's rule", pascal),
    ),
)
