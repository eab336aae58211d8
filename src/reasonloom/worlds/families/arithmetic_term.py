"""A term of an arithmetic sequence."""

from __future__ import annotations

import random
from collections.abc import Mapping

from reasonloom.worlds.family import Family, Method, Params, Work
from reasonloom.worlds.spell import times

TOP = {1: 12, 2: 18, 3: 25}
LARGEST = 999
"""Bound of the term."""


def draw(rng: random.Random, level: int, fixed: Mapping[int, int]) -> Params | None:
    values = [rng.randint(1, 30 * level), rng.randint(2, 6 + 3 * level), rng.randint(3, TOP[level])]
    for index, value in fixed.items():
        low, high = ((1, 500), (1, 150), (2, 150))[index]
        if not low <= value <= high:
            return None
        values[index] = value
    first, step, place = values
    return (first, step, place) if first + step * (place - 1) <= LARGEST else None


def formula(params: Params) -> Work:
    first, step, place = params
    return [
        f"{place} - 1 = {place - 1}",
        times(step, place - 1),
        f"{first} + {step * (place - 1)} = {first + step * (place - 1)}",
    ], str(first + step * (place - 1))


def listing(params: Params) -> Work:
    first, step, place = params
    terms = [f"term {i + 1}: {first + step * i}" for i in range(place)]
    return terms, str(first + step * (place - 1))


FAMILY = Family(
    name="arithmetic_term",
    topic="sequences",
    goal="a term of an arithmetic sequence",
    slots=("first term", "difference", "place"),
    links=(0, 1, 2),
    draw=draw,
    answer=lambda p: p[0] + p[1] * (p[2] - 1),
    nouns={
        "en": (
            "term number {2} of the arithmetic sequence with first term {0} and common "
            "difference {1}",
            "the {2}-th term of the arithmetic sequence with first term {0} and common "
            "difference {1}",
            "term {2} of the sequence that starts at {0} and grows by {1} each time",
            "the {2}-th number in the list that begins with {0} and goes up in steps of {1}",
            "entry {2} of the arithmetic progression with first entry {0} and step {1}",
            "the {2}-th term of the AP with first term {0} and difference {1}",
        ),
        "ko": ("첫째항이 {0}이고 공차가 {1}인 등차수열의 제{2}항",),
    },
    stories={
        "en": (
            "A plant is {0} cm tall on day 1 and grows {1} cm a day. How tall is it on day {2}, "
            "in cm?",
            "Row 1 of a hall has {0} seats and each further row {1} more. How many seats has "
            "row {2}?",
            "I do {0} push-ups on the first day and {1} more every day than the day before. How "
            "many do I do on day {2}?",
            "Start at {0} and keep adding {1}. What is the {2}-th number, if the start counts "
            "as the first?",
            "{who} earns {0} euros in the first month and every month {1} euros more than the "
            "month before. What does month {2} bring, in euros?",
            "What will I pay for lesson {2} if the first one costs {0} euros and each later one "
            "{1} euros more than the one before?",
            "An arithmetic sequence begins with {0} and has common difference {1}. Find its "
            "{2}-th term.",
            "Houses along our street are numbered from {0} on in steps of {1}. What number is "
            "on the {2}-th house?",
        ),
    },
    methods=(
        Method("General term of an arithmetic sequence", formula),
        Method(
            "List the terms one by one",
            listing,
            lambda p: "too many terms to list" if p[2] > 12 else None,
        ),
    ),
)
