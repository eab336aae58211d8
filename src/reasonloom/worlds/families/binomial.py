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
            "{0} choose {1} = ?",
            "I typed {0} nCr {1} into my calculator. What should it say?",
            "A coach has {0} players and sends {1} of them onto the field. Positions do not "
            "matter. How many line-ups are there?",
            "From a deck of {0} different cards I am dealt {1}. How many different hands can I "
            "get?",
            "{who} has {0} friends and a van with room for exactly {1} of them. In how many ways "
            "can the van be filled, if it does not matter who sits where?",
            "An ice-cream shop offers {0} flavours. How many different cups with {1} different "
            "flavours can you order, the order of the scoops aside?",
            "A binary string has {0} bits. How many such strings contain exactly {1} ones?",
            "We must pick {1} out of {0} volunteers for a trial, all on equal terms. In how many "
            "ways can that be done?",
            "Of the {0} questions in an exam, each student answers exactly {1}. How many "
            "selections of questions does that allow?",
            "How many subsets of a set of {0} elements have exactly {1} elements?",
            "In a lottery with {0} different balls, {1} are drawn without putting any back, and "
            "their order is ignored. How many different results exist?",
            "A walk through a street grid is {0} blocks long, of which {1} go east and all the "
            "others go north. How many different routes are there?",
            "{0} applicants, {1} identical scholarships, at most one each. How many ways to award "
            "them all?",
            "A chef has {0} different spices and wants exactly {1} of them in the soup. How many "
            "combinations are there to try?",
            "When you expand (x + y)^{0} and collect like terms, what is the coefficient of the "
            "term in which y has the exponent {1}?",
            "From a population of {0} birds a biologist draws an unordered sample of {1}, without "
            "replacement. Compute the number of possible samples.",
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
