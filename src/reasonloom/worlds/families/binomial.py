"""The number of ways to choose some of several things."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping

from reasonloom.worlds.family import Family, Method, Params, Work
from reasonloom.worlds.spell import quotient, times

TOP = {1: 12, 2: 24, 3: 45}
LARGEST = {1: 300, 2: 600, 3: 1000}
"""Bounds of the size and of the answer. The mathematics has no more such coefficients."""
ROWS = 9
"""So many rows of the triangle are written at most."""


def draw(rng: random.Random, level: int, fixed: Mapping[int, int]) -> Params | None:
    size, chosen = fixed.get(0), fixed.get(1)
    if chosen is None and size is not None and size > TOP[3]:
        return None
    bound = LARGEST[3 if fixed else level]
    found = [
        (n, k)
        for n in (range(4, TOP[3 if fixed else level] + 1) if size is None else [size])
        for k in (range(2, max(n - 1, 3)) if chosen is None else [chosen])
        if 2 <= k < n and math.comb(n, k) <= bound
    ]
    return rng.choice(found) if found else None


def smaller(params: Params) -> tuple[list[str], int]:
    """The chosen number or, where that is smaller, the number that is left out."""
    size, chosen = params
    left = size - chosen
    return ([f"{size} - {chosen} = {left}"], left) if left < chosen else ([], chosen)


def falling(params: Params) -> Work:
    """Divides as soon as a factor allows it, so that the numbers stay small."""
    lines, chosen = smaller(params)
    value = params[0]
    for i in range(2, chosen + 1):
        lines.append(step(value, params[0] - i + 1, i))
        value = value * (params[0] - i + 1) // i
    return lines, str(value)


def step(value: int, factor: int, divisor: int) -> str:
    """One more factor above and below the line, cancelled first where that is possible."""
    if value % divisor == 0:
        return f"{quotient(value, divisor)}, {times(value // divisor, factor)}"
    if factor % divisor == 0:
        return f"{quotient(factor, divisor)}, {times(value, factor // divisor)}"
    return f"{times(value, factor)}, {quotient(value * factor, divisor)}"


def pascal(params: Params) -> Work:
    lines, chosen = smaller(params)
    row = [1]
    for n in range(1, params[0] + 1):
        row = [1, *(row[i] + row[i + 1] for i in range(len(row) - 1)), 1]
        if n > 1:
            lines.append(f"row {n}: " + " ".join(map(str, row[: chosen + 1])))
    return lines, str(row[chosen])


FAMILY = Family(
    name="binomial",
    topic="combinatorics",
    goal="the number of choices",
    slots=("size", "chosen"),
    links=(0, 1),
    draw=draw,
    answer=lambda p: math.comb(*p),
    nouns={
        "en": (
            "the number of ways to choose {1} of {0} things",
            "the binomial coefficient C({0}, {1})",
            "{0} choose {1}",
            "the number of subsets with {1} elements of a set with {0} elements",
            "the number of combinations of {0} things taken {1} at a time",
            "the number of ways to pick {1} out of {0} when order does not matter",
            "the number of teams of {1} that can be formed from {0} people",
        ),
        "ko": ("서로 다른 {0}개에서 {1}개를 고르는 경우의 수",),
    },
    stories={
        "en": (
            "A club of {0} members elects a committee of {1}. How many committees are possible?",
            "How many ways are there to pick {1} books out of {0}?",
            "I own {0} different {things} and may take {1} on a trip. How many different "
            "selections are there?",
            "From {0} candidates, {1} win equal prizes. How many outcomes are possible?",
            "In how many ways can {who} choose {1} different pizza toppings from a menu of {0}?",
            "A coin is tossed {0} times. How many sequences of heads and tails have heads "
            "exactly {1} times?",
            "There are {0} lamps in a row. In how many ways can exactly {1} of them be on?",
            "The {place} needs {1} helpers and {0} people have offered. Count the possible "
            "groups of helpers.",
        ),
    },
    methods=(
        Method("Quotient of falling factorials", falling),
        Method(
            "Pascal's rule",
            pascal,
            lambda p: "too many rows to write" if p[0] > ROWS else None,
        ),
    ),
)
