"""The least common multiple of two numbers."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping

from reasonloom.worlds.families.gcd import euclid
from reasonloom.worlds.family import Family, Method, Params, Work
from reasonloom.worlds.spell import times

TOP = {1: 12, 2: 20, 3: 30}


def draw(rng: random.Random, level: int, fixed: Mapping[int, int]) -> Params | None:
    numbers = [rng.randint(2, TOP[level]) for _ in range(2)]
    for index, value in fixed.items():
        if not 2 <= value <= 40:
            return None
        numbers[index] = value
    return (numbers[0], numbers[1]) if numbers[0] != numbers[1] else None


def from_gcd(params: Params) -> Work:
    lines, divisor = euclid(params)
    a, b, g = max(params), min(params), int(divisor)
    quotient = a // g
    return [*lines, f"{a}/{g} = {quotient}", times(b, quotient)], str(b * quotient)


def by_multiples(params: Params) -> Work:
    a, b = max(params), min(params)
    lines = []
    multiple = a
    while multiple % b:
        lines.append(f"{multiple} leaves {multiple % b}")
        multiple += a
    return [*lines, f"{multiple} = {multiple // b}*{b}"], str(multiple)


FAMILY = Family(
    name="lcm",
    topic="number_theory",
    goal="the least common multiple",
    slots=("first", "second"),
    links=(0, 1),
    draw=draw,
    answer=lambda p: math.lcm(*p),
    nouns={
        "en": (
            "the least common multiple of {0} and {1}",
            "the lcm of {0} and {1}",
            "lcm({0}, {1})",
            "the smallest number that both {0} and {1} divide",
        ),
        "ko": ("{0}, {1}의 최소공배수",),
    },
    stories={
        "en": (
            "One bus leaves every {0} minutes and another every {1} minutes. They leave together "
            "now. After how many minutes do they next leave together?",
            "Two lights blink every {0} and every {1} seconds, starting together. "
            "After how many seconds do they first blink together again?",
        ),
    },
    methods=(
        Method("Least common multiple from the gcd", from_gcd),
        Method(
            "List multiples until one fits",
            by_multiples,
            lambda p: "too many multiples to list" if math.lcm(*p) > 8 * max(p) else None,
        ),
    ),
)
