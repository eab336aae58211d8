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
            "First term {0}, common difference {1}. Term number {2} = ?",
            "Find the {2}-th term, given the first term {0} and the constant difference {1}.",
            "What is the {2}-th number in a list that begins with {0} and always goes up in "
            "steps of {1}?",
            "How many dollars is lesson {2} if the first one costs {0} dollars and the price "
            "rises by {1} from each lesson to the next?",
            "Write {0}, then always {1} more than the number before. What do you write in place "
            "{2}?",
            "Let an arithmetic progression commence with {0} and increase by {1} per step. State "
            "its {2}-th member.",
            "A pile of cans has {0} in the top layer and, in every layer below, {1} more than in "
            "the one above it. How many cans are in layer {2}, counted from the top?",
            "I ran {0} km in my first week of training, and every week I add {1} km. How many km "
            "do I run in week {2}?",
            "Our bakery sold {0} loaves on day one and, on every later day, {1} more than the "
            "day before. How many did it sell on day {2}?",
            "In a game, level one needs {0} points and every further level needs {1} more than "
            "the level before it. How many points does level {2} need?",
            "A program prints {0} on the first line and, on each later line, a number larger by "
            "{1} than on the line before. What does it print on line {2}?",
            "The rent was {0} dollars in the first year and has gone up by {1} dollars every "
            "year since. What was it in year {2}, in dollars?",
            "The first lamp post stands {0} m from the bridge, and each further one {1} m "
            "farther from it than the last. How many m from the bridge is post number {2}?",
            "Today {who} learns {0} new words, tomorrow {1} more than today, and so on, always "
            "by the same amount more. How many new words is it on day {2}, if today is day one?",
            "The first bus leaves {0} minutes after six, and from then on there is one every {1} "
            "minutes. How many minutes after six does bus number {2} leave?",
            "A kiln has {0} degrees at the first reading and is {1} degrees hotter at each "
            "reading than at the one before. What does reading number {2} show, in degrees?",
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
