"""A number written in another base."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping

from reasonloom.worlds.family import Family, Method, Params, Work
from reasonloom.worlds.spell import divide, product, stages, sums

TOP = {1: 120, 2: 250, 3: 400}
SMALL = {1: 4, 2: 5, 3: 5}
"""The least base of a number above 40, which would have many digits in a smaller one."""
LONGEST = 6
"""So many digits are written at most."""


def draw(rng: random.Random, level: int, fixed: Mapping[int, int]) -> Params | None:
    number = fixed.get(0, rng.randint(10, TOP[level]))
    base = fixed.get(1, rng.randint(2 if number <= 40 else SMALL[level], 9))
    fits = 2 <= base <= 9 and base <= number <= min(400, base**LONGEST - 1)
    return (number, base) if fits else None


def digits(params: Params) -> str:
    number, base = params
    text = ""
    while number:
        text, number = str(number % base) + text, number // base
    return text


def by_division(params: Params) -> Work:
    number, base = params
    lines, carried = [], ""
    while number:
        lines.append(carried + divide(number, base))
        parts = stages(number, base)
        carried = f"{sums(parts)}, " if parts[1:] else ""
        number //= base
    return [*lines, "remainders from last to first"], digits(params)


def greedy(params: Params) -> Work:
    number, base = params
    powers = [base] * (len(digits(params)) - 1)
    place = math.prod(powers)
    lines = [product(powers)] if powers[1:] else []
    while place:
        lines.append(divide(number, place))
        number, place = number % place, place // base
    return lines, digits(params)


FAMILY = Family(
    name="base_digits",
    topic="number_theory",
    goal="the digits in a base",
    slots=("number", "base"),
    links=(0, 1),
    draw=draw,
    answer=digits,
    nouns={
        "en": (
            "{0} written in base {1}",
            "the digits of {0} in base {1}",
            "the base {1} representation of {0}",
            "{0} in base {1}",
            "{0} converted to base {1}",
            "the base-{1} form of {0}",
        ),
        "ko": ("{0}을 {1}진법으로 나타낸 수",),
    },
    stories={
        "en": (
            "An island counts in base {1}. How does it write {0}?",
            "A counter has wheels with {1} digits each, from zero on. What does it show after {0} "
            "clicks, without leading zeros?",
            "Convert {0} to base {1}.",
            "How do you write the decimal number {0} in base {1}?",
            "In a number system whose place values are the powers of {1}, how is {0} written?",
            "Aliens with {1} fingers use as many digits as they have fingers, zero included. "
            "How do they write our number {0}?",
            "I need {0} changed from decimal to base {1}, please. Just the digits.",
            "{who} has set a calculator to base {1}. What does it show for the decimal number {0}?",
            "{0} in base {1}?",
            "What does the decimal number {0} look like in base {1}?",
            "Please rewrite {0}, given in the usual decimal notation, to the base {1}.",
            "{0} (base ten) = ? (base {1})",
            "{who} has counted {0} {things}. Using base {1} only, how would {who} note down that "
            "number?",
            "Express {0} as a numeral of radix {1}.",
            "Divide {0} by {1} with remainder, then the quotient in the same way, over and over "
            "until it is zero. Write the remainders as digits, from the last to the first. What "
            "do you get?",
            "My homework says to turn {0} into base {1}. What is the answer?",
            "We would write {0} differently if everybody used base {1}. How would it be written "
            "then?",
            "Which digits stand for the number {0} in the numeral system with base {1}?",
            "Give me the base-{1} form of {0}.",
            "A robot in a science museum counts in base {1}. How does it write {0}, a number that "
            "we tell it in decimal?",
            "The display at the {place} is switched to base {1}. What does it show for the "
            "decimal number {0}?",
            "Find the base {1} representation of {0} and write down its digits.",
            "A machine has issued {0} tickets, numbered from one on, but it prints the numbers in "
            "base {1}. Which digits are on the latest ticket?",
            "Having counted {0} sheep, a shepherd writes the count down in the base {1} system. "
            "What does he write?",
        ),
    },
    methods=(
        Method("Repeated division by the base", by_division),
        Method("Greedy place values", greedy),
    ),
    chains=False,
)
