"""The mean of a short list whose mean is a whole number."""

from __future__ import annotations

import random
from collections.abc import Mapping

from reasonloom.worlds.family import Family, Method, Params, Work
from reasonloom.worlds.spell import quotient, signed, total

TOP = {1: 20, 2: 50, 3: 90}


def draw(rng: random.Random, level: int, fixed: Mapping[int, int]) -> Params | None:
    numbers = [rng.randint(1, TOP[level]) for _ in range(rng.randint(3, 3 + level))]
    for index, value in fixed.items():
        if not 1 <= value <= 150:
            return None
        numbers[index] = value
    numbers[-1] += -sum(numbers) % len(numbers)
    return tuple(numbers)


def by_sum(params: Params) -> Work:
    whole, size = sum(params), len(params)
    return [total(params), quotient(whole, size)], str(whole // size)


def by_deviation(params: Params) -> Work:
    guess = params[0] - params[0] % 10
    gaps = [n - guess for n in params]
    whole, size = sum(gaps), len(gaps)
    return [
        f"assume {guess}",
        "gaps: " + ", ".join(map(str, gaps)),
        total(gaps),
        quotient(whole, size),
        f"{guess} {signed(whole // size)} = {guess + whole // size}",
    ], str(guess + whole // size)


FAMILY = Family(
    name="mean",
    topic="statistics",
    goal="the mean of numbers",
    slots=("numbers",),
    links=(0, 1),
    draw=draw,
    answer=lambda p: sum(p) // len(p),
    nouns={
        "en": (
            "the mean of {0}",
            "the average of {0}",
            "the arithmetic mean of the numbers {0}",
            "the mean value of the list {0}",
            "the arithmetic average of {0}",
            "the average value of the numbers {0}",
        ),
        "ko": ("{0}의 평균",),
    },
    stories={
        "en": (
            "A runner covers these distances on successive days, in km: {0}. "
            "What is the mean distance?",
            "A baker sells these numbers of loaves on successive days: {0}. "
            "How many loaves is that a day on average?",
            "My test scores are {0}. What is my average?",
            "{who} bought things at these prices, in euros: {0}. What was the average price?",
            "Compute the average of {0}.",
            "Some baskets at the {place} hold these numbers of {things}: {0}. If the {things} "
            "were spread evenly over the baskets, how many would be in each?",
            "Some friends put these amounts into a pot, one each: {0}. Then they share the pot "
            "equally. How much does each get?",
            "On successive days the thermometer showed {0} degrees. What was the mean "
            "temperature, in degrees?",
            "{0}: mean?",
            "What's the average here? {0}",
            "Some parcels have these weights, in kg: {0}. Find the average weight of a parcel, in "
            "kg.",
            "Our team scored these points in its games so far: {0}. How many points a game is "
            "that on average?",
            "At the diner we paid {0} euros, one amount per person. Now we want to split the same "
            "total evenly. What is each person's share, in euros?",
            "The sensor logged the readings {0}. Report their arithmetic mean.",
            "In a computer game {who} reached these scores, one in each round: {0}. Compute "
            "{who}'s average score per round.",
            "{who} waited for the bus on several mornings. The waits, in minutes, were {0}. How "
            "long was the average wait, in minutes?",
            "How many visitors a day did the {place} have on average, if the daily counts were "
            "{0}?",
            "Add up the numbers {0} and divide the sum by how many numbers there are. What do you "
            "get?",
            "Some glasses hold these amounts of water, in ml: {0}. I pour water from glass to "
            "glass, spilling none, until all of them hold the same. How much is in each then, in "
            "ml?",
            "avg({0}) = ?",
            "Which single number could replace every entry of the list {0} without changing the "
            "total of the list?",
            "{who}'s last shopping trips cost {0} dollars. What did a trip cost on average, in "
            "dollars?",
            "Let the data be {0}. Ascertain the sample mean.",
            "A server took these times to answer some requests, in milliseconds: {0}. State the "
            "mean response time, in milliseconds.",
        ),
    },
    methods=(
        Method("Sum divided by count", by_sum),
        Method("Deviation from an assumed mean", by_deviation),
    ),
    many=True,
)
