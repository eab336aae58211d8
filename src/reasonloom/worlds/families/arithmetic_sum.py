"""The sum of the first terms of an arithmetic sequence."""

from __future__ import annotations

import random
from collections.abc import Mapping

from reasonloom.worlds.family import Family, Method, Params, Work
from reasonloom.worlds.spell import quotient, times, total

TOP = {1: 8, 2: 10, 3: 12}
LARGEST = 2000
"""Bound of the sum."""


def draw(rng: random.Random, level: int, fixed: Mapping[int, int]) -> Params | None:
    values = [rng.randint(1, 40 * level), rng.randint(1, 6 + 3 * level), rng.randint(3, TOP[level])]
    for index, value in fixed.items():
        low, high = ((1, 150), (1, 60), (2, 30))[index]
        if not low <= value <= high:
            return None
        values[index] = value
    first, step, count = values
    return (first, step, count) if sum_of((first, step, count)) <= LARGEST else None


def sum_of(params: Params) -> int:
    first, step, count = params
    return count * (2 * first + step * (count - 1)) // 2


def pairing(params: Params) -> Work:
    first, step, count = params
    last = first + step * (count - 1)
    both = first + last
    return [
        f"{count} - 1 = {count - 1}, {times(step, count - 1)}",
        f"last: {first} + {step * (count - 1)} = {last}",
        f"{first} + {last} = {both}",
        *halved(both, count),
    ], str(both * count // 2)


def halved(both: int, count: int) -> list[str]:
    """Half the product of a pair's sum and the count: whichever is even is halved first."""
    if count % 2 == 0:
        return [quotient(count, 2), times(both, count // 2)]
    return [quotient(both, 2), times(both // 2, count)]


def running(params: Params) -> Work:
    first, step, count = params
    terms = [first + step * i for i in range(count)]
    return ["terms: " + ", ".join(map(str, terms)), total(terms)], str(sum(terms))


FAMILY = Family(
    name="arithmetic_sum",
    topic="sequences",
    goal="the sum of an arithmetic sequence",
    slots=("first term", "difference", "count"),
    links=(0, 1, 2),
    draw=draw,
    answer=sum_of,
    nouns={
        "en": (
            "the sum of the first {2} terms of the arithmetic sequence with first term {0} and "
            "common difference {1}",
            "the sum of {2} terms of the sequence that starts at {0} and grows by {1} each time",
            "the total of the first {2} terms of the arithmetic progression with first term {0} "
            "and difference {1}",
            "the sum of {2} numbers of which the first is {0} and each further one is {1} more "
            "than the one before",
            "the sum of the arithmetic series with first term {0}, common difference {1} and "
            "{2} terms",
            "the arithmetic series with {2} terms that begins at {0} and steps up by {1}, added up",
        ),
        "ko": ("첫째항이 {0}이고 공차가 {1}인 등차수열의 첫 {2}개 항의 합",),
    },
    stories={
        "en": (
            "Ana saves {0} dollars in week 1 and {1} dollars more each week than the week before. "
            "How many dollars has she saved after {2} weeks?",
            "The front row of a hall has {0} seats and each further row {1} more. There are {2} "
            "rows. How many seats are there in all?",
            "I read {0} pages on the first day and every day {1} pages more than the day "
            "before. How many pages have I read after {2} days?",
            "Start at {0}, keep adding {1} and write down {2} numbers, the start included. What "
            "do they add up to?",
            "{who} lays out {things} in {2} rows: {0} in the top row, and {1} more in each row "
            "than in the row above it. How many {things} are there altogether?",
            "What do {2} lessons cost together if the first one costs {0} euros and each later "
            "one {1} euros more than the one before?",
            "Add up the first {2} terms of the arithmetic sequence that begins with {0} and has "
            "difference {1}.",
            "A job pays {0} euros in the first month, and the pay rises by {1} euros every "
            "month. How many euros does it bring in the first {2} months together?",
        ),
    },
    methods=(
        Method("Pair the first and last terms", pairing),
        Method(
            "Add with a running total",
            running,
            lambda p: "too many terms to add singly" if p[2] > 8 else None,
        ),
    ),
)
