"""The least common multiple of two numbers."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping

from reasonloom.worlds.family import Family, Method, Params, Work
from reasonloom.worlds.spell import common, divide, quotient, times

TOP = {1: 60, 2: 90, 3: 120}
LARGEST = {1: 500, 2: 750, 3: 999}
"""Bounds of the operands and of the answer."""
MULTIPLES = 5
"""So many multiples of the larger number are listed at most."""


def draw(rng: random.Random, level: int, fixed: Mapping[int, int]) -> Params | None:
    """Two numbers with a small common multiple: both divide one that is drawn first."""
    if not all(1 <= value <= 150 for value in fixed.values()):
        return None
    multiple = math.lcm(*fixed.values())
    multiple *= rng.randint(1, max(1, LARGEST[level] // multiple))
    numbers = [d for d in range(2, TOP[level] + 1) if multiple % d == 0]
    numbers = [d for d in numbers if d not in fixed.values()]
    if len(numbers) + len(fixed) < 2:
        return None
    free = iter(rng.sample(numbers, 2 - len(fixed)))
    one, two = (fixed[i] if i in fixed else next(free) for i in range(2))
    return (one, two) if one != two and math.lcm(one, two) <= LARGEST[3] else None


def from_gcd(params: Params) -> Work:
    lines, divisor = common(*params)
    a, b = max(params), min(params)
    if divisor > 1:
        lines.append(quotient(b, divisor))
    return [*lines, times(a, b // divisor)], str(a * b // divisor)


def by_multiples(params: Params) -> Work:
    a, b = max(params), min(params)
    lines, multiple = [divide(a, b)], a
    while multiple % b:
        multiple += a
        lines.append(f"{multiple - a} + {a} = {multiple}, {divide(multiple, b)}")
    return lines, str(multiple)


def too_many(params: Params) -> str | None:
    many = math.lcm(*params) > MULTIPLES * max(params)
    return "too many multiples to list" if many else None


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
            "the lowest common multiple of {0} and {1}",
            "the smallest positive number that is a multiple of both {0} and {1}",
            "the lowest common denominator for the denominators {0} and {1}",
        ),
        "ko": ("{0}, {1}의 최소공배수",),
    },
    stories={
        "en": (
            "One bus leaves every {0} minutes and another every {1} minutes. They leave together "
            "now. After how many minutes do they next leave together?",
            "Two lights blink every {0} and every {1} seconds, starting together. "
            "After how many seconds do they first blink together again?",
            "I water one plant every {0} days and the other every {1} days. Today I watered "
            "both. In how many days will I water both on the same day again?",
            "Sausages come in packs of {0}, buns in packs of {1}. I want equally many of both. "
            "What is the smallest number of sausages I can buy?",
            "Count from zero in steps of {0}. What is the first number after zero that you "
            "would also hit in steps of {1}?",
            "{who} runs a lap in {0} minutes, {other} in {1} minutes. They set off together "
            "from the start line. How many minutes pass until both are at the line together "
            "again?",
            "Find the smallest positive whole number that can be divided by {0} and by {1} "
            "without a remainder.",
            "Two gears with {0} and {1} teeth run against each other. After how many teeth have "
            "both returned to their starting position for the first time?",
            "LCM of {0} and {1}?",
            "Determine the smallest positive integer divisible by {0} as well as by {1}.",
            "Write down the times tables of {0} and of {1}, zero left out, and keep going. What "
            "is the smallest number that shows up in both?",
            "I want to add two fractions. One has {0} as its denominator, the other {1}. What is "
            "their lowest common denominator?",
            "{who} calls home every {0} days and {other} every {1} days. Today both call. How "
            "many days will it be until they next call on the same day?",
            "What does math.lcm({0}, {1}) return in Python?",
            "One backup runs every {0} minutes, another every {1} minutes, and both have just "
            "started at once. In how many minutes will that happen next?",
            "We lay a row of red tiles, each {0} cm long, and beside it a row of blue tiles, "
            "each {1} cm long. Both rows begin at the same wall. What is the shortest length, in "
            "cm, at which they end level?",
            "Two drummers begin with a beat together. One hits the drum every {0} ticks of the "
            "metronome, the other every {1}. How many ticks go by before they next hit it "
            "together?",
            "Stack boxes {0} cm high in one tower and boxes {1} cm high in another until both "
            "towers are equally tall. How tall is each of them at least, in cm?",
            "A shop gives a free {thing} to every {0}-th customer and a free drink to every "
            "{1}-th. What is the number of the first customer who gets both?",
            "One comet comes back every {0} years and another every {1} years. This year we saw "
            "both. How many years must we wait until both come in the same year again?",
            "A full crate of {things} can be shared equally among {0} people, and just as well "
            "among {1}, with none left over. What's the smallest number of {things} that can be "
            "in it?",
            "A nurse gives one drug every {0} hours and a second one every {1} hours. She has "
            "just given both. After how many hours are both next due at the same time?",
            "What is the lowest postage above zero, in cents, that you can pay with {0}-cent "
            "stamps alone and also with {1}-cent stamps alone?",
            "Give me the smallest number above zero that leaves nothing over, whether you divide "
            "it by {0} or by {1}.",
        ),
    },
    methods=(
        Method("Least common multiple from the gcd", from_gcd),
        Method("List multiples until one fits", by_multiples, too_many),
    ),
)
