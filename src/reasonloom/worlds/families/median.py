"""The median of a list of distinct numbers, where it is a whole number."""

from __future__ import annotations

import random
from collections.abc import Mapping

from reasonloom.worlds.family import Family, Method, Params, Work
from reasonloom.worlds.spell import quotient

SIZE = {1: (5, 5), 2: (5, 7), 3: (7, 9)}
TOP = {1: 30, 2: 60, 3: 99}


def draw(rng: random.Random, level: int, fixed: Mapping[int, int]) -> Params | None:
    if len(set(fixed.values())) < len(fixed) or not all(1 <= n <= 999 for n in fixed.values()):
        return None
    size = rng.randint(*SIZE[level])
    centre = max([TOP[level] // 2, *fixed.values()])
    pool = [n for n in range(1, centre + TOP[level] // 2) if n not in fixed.values()]
    others = rng.sample(pool, size)
    numbers = tuple(fixed.get(i, others[i]) for i in range(size))
    return None if sum(middle(numbers)) % len(middle(numbers)) else numbers


def middle(params: Params) -> tuple[int, ...]:
    """The middle number of an odd count, the two middle ones of an even count."""
    ordered, half = sorted(params), (len(params) - 1) // 2
    return tuple(ordered[half : len(params) - half])


def median(params: Params) -> int:
    return sum(middle(params)) // len(middle(params))


def halfway(params: Params) -> list[str]:
    """What is left to do with two middle numbers."""
    if len(middle(params)) == 1:
        return []
    low, high = middle(params)
    return [f"{low} + {high} = {low + high}, {quotient(low + high, 2)}"]


def by_sorting(params: Params) -> Work:
    ordered = "sorted: " + ", ".join(map(str, sorted(params)))
    shown = "middle: " + " and ".join(map(str, middle(params)))
    return [ordered, shown, *halfway(params)], str(median(params))


def by_inserting(params: Params) -> Work:
    row: list[int] = []
    lines = []
    for number in params:
        row = sorted([*row, number])
        lines.append("in order: " + ", ".join(map(str, row)))
    shown = "middle: " + " and ".join(map(str, middle(params)))
    return [*lines, shown, *halfway(params)], str(median(params))


def by_crossing_off(params: Params) -> Work:
    left, lines = list(params), []
    while len(left) > 2:
        low, high = min(left), max(left)
        left = [n for n in left if n not in (low, high)]
        lines.append(f"without {low} and {high}: " + ", ".join(map(str, left)))
    return [*lines, *halfway(params)], str(median(params))


FAMILY = Family(
    name="median",
    topic="statistics",
    goal="the median of numbers",
    slots=("numbers",),
    links=(0, 1),
    draw=draw,
    answer=median,
    nouns={
        "en": (
            "the median of {0}",
            "the median of the numbers {0}",
            "the middle value of the list {0} by size",
            "the median of the data set {0}",
            "the median of the list {0}",
            "the middle number when {0} are put in order",
        ),
        "ko": ("{0}의 중앙값",),
    },
    stories={
        "en": (
            "The waiting times at a stop were, in minutes: {0}. What is the median waiting time?",
            "Children of a club are this tall, in cm above one metre: {0}. What is the median?",
            "Put {0} in order. What is the median?",
            "I timed my runs, in minutes: {0}. Find the median.",
            "{who} counted the {things} sold at the {place} on several days: {0}. What is the "
            "median number sold?",
            "what's the median of these: {0}?",
            "Pupils scored {0} points in a test. What is the median score?",
            "Determine the median of this sample: {0}.",
            "median({0}) = ?",
            "{0}: median?",
            "Arrange {0} by size. Which value is exactly in the middle? (If two values are, take "
            "the number halfway between them.)",
            "The houses in our street were sold at these prices, in thousands of euros: {0}. "
            "What is the median price?",
            "In the games of this season the team scored {0} points. What was its median score?",
            "{who} asked some friends how many {things} they own and noted the answers: {0}. "
            "Find the median answer.",
            "The server logged these response times in ms: {0}. Report the fiftieth percentile, "
            "that is, the median.",
            "Cross off the smallest and the largest of {0}, and go on like that until only one "
            "or two numbers are left. What is the number left, or the mean of the two?",
            "Ascertain the central value, in the sense of the median, of the observations {0}.",
            "In the lab we measured lengths of {0} mm. What is the median length?",
            "Minutes I lay awake, night by night: {0}. What is the median?",
            "What number does statistics.median([{0}]) give?",
            "You get these bids for your old {thing}, in dollars: {0}. How high is the median bid?",
            "On the days of our tour we cycled {0} km. What was the median length of a day's "
            "ride, in km?",
            "The ages of the guests at a party are {0}. What is the median age?",
            "A baker notes the flour used per day, in kg: {0}. State the median.",
        ),
    },
    methods=(
        Method("Sort and take the middle", by_sorting),
        Method("Cross off from both ends", by_crossing_off),
        Method("Insert one number at a time", by_inserting),
    ),
    many=True,
)
