"""The smallest number with given remainders to two coprime moduli."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping

from reasonloom.worlds.families.linear_congruence import by_inverse
from reasonloom.worlds.family import Family, Method, Params, Work
from reasonloom.worlds.spell import divide, times

MODULUS = {1: (3, 15), 2: (5, 19), 3: (7, 29)}
PRODUCT = {1: 150, 2: 280, 3: 500}
HIGHEST = 999
LISTED = 8
"""The most candidates that are listed."""


def draw(rng: random.Random, level: int, fixed: Mapping[int, int]) -> Params | None:
    made = []
    for index in (0, 2):
        modulus = rng.randint(*MODULUS[level])
        remainder = fixed.get(index, rng.randint(1, modulus - 1))
        if remainder < 1:
            return None
        # A link may be larger than any modulus of the level.
        made += [remainder, max(modulus, remainder + rng.randint(1, 9))]
    params = tuple(made)
    top = HIGHEST if fixed else PRODUCT[level]
    fits = params[1] * params[3] <= top and math.gcd(params[1], params[3]) == 1
    return params if fits and solution(params) >= max(params[1], params[3]) else None


def solution(params: Params) -> int:
    r, m, s, n = params
    return (r + m * ((s - r) * pow(m, -1, n) % n)) % (m * n)


def ordered(params: Params) -> Params:
    """The congruence to the larger modulus first."""
    r, m, s, n = params
    return params if m > n else (s, n, r, m)


def residue(number: int, modulus: int) -> tuple[list[str], int]:
    return ([divide(number, modulus)] if number >= modulus else []), number % modulus


def chinese(params: Params) -> Work:
    r, m, s, n = ordered(params)
    lines, start = residue(r, n)
    right = s - start
    lines.append(f"{s} - {start} = {right}" + (f", {right} + {n} = {right + n}" * (right < 0)))
    right %= n
    count = right
    if m % n == 1:
        lines.append(divide(m, n))
    else:
        rest, value = by_inverse((m, right, n))
        lines, count = [*lines, *rest], int(value)
    lines.append(f"{times(m, count)}, {m * count} + {r} = {m * count + r}")
    return lines, str(m * count + r)


def listing(params: Params) -> Work:
    candidate, m, wanted, n = ordered(params)
    lines, rest = residue(candidate, n)
    more, step = residue(m, n)
    lines += more
    while rest != wanted:
        total = rest + step
        line = f"{candidate} + {m} = {candidate + m}, {rest} + {step} = {total}"
        lines.append(line + (f", {total} - {n} = {total - n}" * (total >= n)))
        candidate, rest = candidate + m, total % n
    return lines, str(candidate)


def too_many(params: Params) -> str | None:
    smaller = min(params[1], params[3])
    return f"up to {smaller} candidates to list" if smaller > LISTED else None


FAMILY = Family(
    name="two_congruences",
    topic="number_theory",
    goal="the number with two given remainders",
    slots=("first remainder", "first modulus", "second remainder", "second modulus"),
    links=(0, 2),
    draw=draw,
    answer=solution,
    nouns={
        "en": (
            "the smallest nonnegative x with x = {0} mod {1} and x = {2} mod {3}",
            "the smallest positive number that leaves remainder {0} when divided by {1} and "
            "remainder {2} when divided by {3}",
            "the least nonnegative solution of x = {0} (mod {1}), x = {2} (mod {3})",
            "the smallest positive x with x mod {1} = {0} and x mod {3} = {2}",
            "the least positive integer that is {0} more than a multiple of {1} and {2} more "
            "than a multiple of {3}",
            "the smallest positive number with remainder {0} modulo {1} and remainder {2} "
            "modulo {3}",
        ),
        "ko": ("{1}로 나누면 {0}이 남고 {3}로 나누면 {2}이 남는 가장 작은 자연수 x",),
    },
    stories={
        "en": (
            "In piles of {1}, a heap of coins leaves {0} over; in piles of {3} it leaves {2} over. "
            "How many coins are there at least?",
            "Lined up in rows of {1}, a club has {0} members left over, in rows of {3} it has {2}. "
            "What is the smallest possible number of members?",
            "I am thinking of a number. Divided by {1} it leaves {0}, divided by {3} it leaves "
            "{2}. What is the smallest positive number that it can be?",
            "Solve x = {0} (mod {1}) and x = {2} (mod {3}). Give the smallest nonnegative x.",
            "{who} packs {things} into bags of {1} and has {0} left. With bags of {3} there "
            "would be {2} left. What is the least number of {things} that {who} can have?",
            "what's the smallest positive whole number with remainder {2} when you divide by "
            "{3} and remainder {0} when you divide by {1}?",
            "One lamp flashes every {1} seconds, first after {0} seconds. Another flashes every"
            " {3} seconds, first after {2} seconds. After how many seconds do both flash "
            "together for the first time?",
            "Find the least positive number of {things} such that sharing them among {1} people"
            " leaves {0} and sharing them among {3} people leaves {2}.",
            "x mod {1} = {0} and x mod {3} = {2}: smallest positive x?",
            "Find the least positive integer that is congruent to {0} modulo {1} and to {2} "
            "modulo {3}.",
            "I have {0} left over when I put my {things} into boxes of {1}, and {2} left over "
            "with boxes of {3}. How many {things} do I have at least?",
            "{who} has a secret positive number. Divided by {1} it leaves {0}, divided by {3} it "
            "leaves {2}. No smaller number fits. What is it?",
            "Marching in rows of {1}, our band has {0} left at the back, and in rows of {3} it "
            "has {2}. How many of us are there at least?",
            "Splitting our sweets among {1} people leaves {0} over, but splitting them among {3} "
            "people leaves {2} over. What is the smallest number of sweets that we can have?",
            "A tram first comes at minute {0} and then every {1} minutes. A bus first comes at "
            "minute {2} and then every {3} minutes. At which minute do they first come together?",
            "One list starts at {0} and goes up in steps of {1}, another starts at {2} and goes "
            "up in steps of {3}. What is the first number in both lists?",
            "Which is the smallest positive number that lies {0} above a multiple of {1} and {2} "
            "above a multiple of {3}?",
            "{who} would have {0} left for the last day at {1} pages a day, and {2} left at {3} "
            "pages a day. How many pages must the book have at least?",
            "Eggs: {0} left from trays of {1}, {2} left from trays of {3}. What is the fewest "
            "that the farmer can have?",
            "A loop tries one whole number x after the other, from zero up, and stops at the "
            "first with {0} == x % {1} and {2} == x % {3}. What is x then?",
            "An integer has the residue {0} mod {1} and the residue {2} mod {3}. Determine its "
            "least positive value.",
            "We are {0} too many for full teams of {1} and {2} too many for full teams of {3}. "
            "At least how many of us are there?",
            "what's the smallest positive number where you get remainder {0} dividing by {1}, "
            "and remainder {2} dividing by {3}?",
            "A comet first shone in year {0} and returns every {1} years; another first shone in "
            "year {2} and returns every {3} years. In which year do both shine for the first "
            "time?",
        ),
    },
    methods=(
        Method("Chinese remainder theorem", chinese),
        Method("List the candidates of the larger modulus", listing, too_many),
    ),
)
