"""The mean of three values that occur several times each, where it is a whole number."""

from __future__ import annotations

import itertools
import random
from collections.abc import Mapping, Sequence

from reasonloom.worlds.family import Family, Method, Params, Work
from reasonloom.worlds.spell import quotient, times, total

CENTRE = {1: 20, 2: 50, 3: 90}
SPREAD = {1: 9, 2: 15, 3: 30}
SIZE = {1: 8, 2: 10, 3: 12}


def draw(rng: random.Random, level: int, fixed: Mapping[int, int]) -> Params | None:
    counts = rng.choice(_counts(SIZE[level]))
    centre = next(iter(fixed.values()), rng.randint(1, CENTRE[level]))
    near = range(max(1, centre - SPREAD[level]), centre + SPREAD[level] + 1)
    one, two = fixed.get(0, rng.choice(near)), fixed.get(2, rng.choice(near))
    if one == two or not all(1 <= value <= 150 for value in (one, two)):
        return None
    thirds = [
        three
        for three in near
        if three not in (one, two) and _sum((one, two, three), counts) % sum(counts) == 0
    ]
    if not thirds:
        return None
    return one, counts[0], two, counts[1], rng.choice(thirds), counts[2]


def _counts(size: int) -> list[tuple[int, ...]]:
    return [c for c in itertools.product(range(2, 7), repeat=3) if sum(c) <= size]


def _sum(values: Sequence[int], counts: Sequence[int]) -> int:
    return sum(v * c for v, c in zip(values, counts, strict=True))


def mean(params: Params) -> int:
    return _sum(params[::2], params[1::2]) // sum(params[1::2])


def by_products(params: Params) -> Work:
    values, counts = params[::2], params[1::2]
    products = [v * c for v, c in zip(values, counts, strict=True)]
    return [
        *(times(v, c) for v, c in zip(values, counts, strict=True)),
        total(products),
        total(counts),
        quotient(sum(products), sum(counts)),
    ], str(mean(params))


def by_gaps(params: Params) -> Work:
    values, counts = params[::2], params[1::2]
    least = min(values)
    gaps = [v - least for v in values]
    products = [g * c for g, c in zip(gaps, counts, strict=True)]
    share = sum(products) // sum(counts)
    return [
        ", ".join(f"{v} - {least} = {g}" for v, g in zip(values, gaps, strict=True)),
        ", ".join(times(g, c) for g, c in zip(gaps, counts, strict=True)),
        total(products),
        total(counts),
        quotient(sum(products), sum(counts)),
        f"{least} + {share} = {least + share}",
    ], str(least + share)


FAMILY = Family(
    name="weighted_mean",
    topic="statistics",
    goal="the mean of values with counts",
    slots=(
        "first value",
        "first count",
        "second value",
        "second count",
        "third value",
        "third count",
    ),
    links=(0, 2),
    draw=draw,
    answer=mean,
    nouns={
        "en": (
            "the mean of a list that holds {0} {1} times, {2} {3} times and {4} {5} times",
            "the weighted mean of {0}, {2} and {4} with weights {1}, {3} and {5}",
            "the average when {0} occurs {1} times, {2} occurs {3} times and {4} occurs {5} times",
            "the mean of {1} copies of {0}, {3} copies of {2} and {5} copies of {4}",
            "the average of a data set with the values {0} ({1} times), {2} ({3} times) and {4}"
            " ({5} times)",
            "the mean of a frequency table where {0}, {2} and {4} have the frequencies {1}, {3}"
            " and {5}",
        ),
        "ko": ("{0}이 {1}번, {2}이 {3}번, {4}이 {5}번 나오는 자료의 평균",),
    },
    stories={
        "en": (
            "In a quiz {1} pupils score {0} points each, {3} pupils {2} points each and {5} "
            "pupils {4} points each. What is the mean score?",
            "A shop sells {1} caps at {0} dollars each, {3} at {2} dollars each and {5} at {4} "
            "dollars each. What is the average price of a cap, in dollars?",
            "I counted my marks: {0} came {1} times, {2} came {3} times and {4} came {5} "
            "times. What is my average?",
            "Find the mean if {0} occurs {1} times, {2} occurs {3} times and {4} occurs {5} times.",
            "{who} buys {1} {things} at {0} cents each, {3} at {2} cents each and {5} at {4} "
            "cents each. How many cents does one cost on average?",
            "For {1} days the {place} had {0} visitors a day, then {2} a day for {3} days, and "
            "{4} a day for {5} days. How many visitors a day is that on average?",
            "Take {1} cards with the number {0}, {3} cards with the number {2} and {5} cards "
            "with the number {4}. What is the mean of the numbers on all these cards?",
            "A frequency table lists the values {0}, {2}, {4} with frequencies {1}, {3}, {5}. "
            "Work out the mean.",
            "{0} (x{1}), {2} (x{3}), {4} (x{5}): mean?",
            "I scored {0} with {1} of my darts, {2} with {3} of them and {4} with the other {5}. "
            "What is my average score per dart?",
            "The thermometer read {0} degrees on {1} days, {2} degrees on {3} days and {4} "
            "degrees on {5} days. What was the average temperature over all these days, in "
            "degrees?",
            "A kiosk sells {1} papers at {0} cents each, then {3} at {2} cents each and {5} at "
            "{4} cents each. How many cents did a paper bring in on average?",
            "Somebody types a list of {1} copies of {0}, {3} copies of {2} and {5} copies of {4} "
            "into a spreadsheet and asks for the average of all of them. What does it show?",
            "The numbers {0}, {2} and {4} have the weights {1}, {3} and {5}, in this order. "
            "Compute the weighted average.",
            "Ascertain the weighted arithmetic mean of {0}, {2} and {4} with weights {1}, {3} "
            "and {5}, respectively.",
            "Our deck has {1} cards worth {0}, {3} cards worth {2} and {5} cards worth {4}. What "
            "is a card of the deck worth on average?",
            "If {0}-dollar tea makes up {1} kilos of a blend, {2}-dollar tea {3} kilos and "
            "{4}-dollar tea {5} kilos, all priced per kilo, how many dollars is a kilo of the "
            "blend worth?",
            "For {1} days our team had {0} km to cycle each day, then {2} km a day for {3} days, "
            "and at last {4} km a day for {5} days. What is the mean distance per day, in km?",
            "A bus driver counts the passengers: {0} on each of {1} trips, {2} on each of {3} "
            "trips and {4} on each of {5} trips. How many passengers is that per trip, on "
            "average?",
            "In the lab a scale showed {0} mg in {1} readings, {2} mg in {3} readings and {4} mg "
            "in {5} readings. Work out the mean reading in mg.",
            "What mean do you get from this tally? {0}: {1} times, {2}: {3} times, {4}: {5} times.",
            "{who} practised for {0} minutes on each of {1} days, {2} minutes on each of {3} "
            "days and {4} minutes on each of {5} days. On average, how many minutes of practice "
            "is that per day?",
            "The server took {0} ms for each of {1} requests, {2} ms for each of {3} requests "
            "and {4} ms for each of {5} requests. What was the mean time per request, in ms?",
            "Suppose that in a sample the value {0} has the frequency {1}, the value {2} the "
            "frequency {3} and the value {4} the frequency {5}, and nothing else occurs. State "
            "the sample mean.",
        ),
    },
    methods=(
        Method("Weighted sum over total count", by_products),
        Method("Weigh the gaps above the smallest value", by_gaps),
    ),
)
