"""The greatest common divisor of two numbers."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Mapping

from reasonloom.worlds.family import Family, Method, Params, Work
from reasonloom.worlds.spell import common, factorise, primes, product

TOP = {1: 120, 2: 160, 3: 199}


def draw(rng: random.Random, level: int, fixed: Mapping[int, int]) -> Params | None:
    """Two numbers with a common divisor, which one that is fixed must offer."""
    if not all(1 <= value <= 199 for value in fixed.values()):
        return None
    shared = rng.randint(2, 12)
    for value in fixed.values():
        shared = rng.choice([d for d in range(1, value + 1) if value % d == 0])
    numbers = [shared * rng.randint(1, max(1, TOP[level] // shared)) for _ in range(2)]
    one, two = (fixed.get(i, numbers[i]) for i in range(2))
    return (one, two) if one != two else None


def euclid(params: Params) -> Work:
    lines, divisor = common(*params)
    return lines, str(divisor)


def by_primes(params: Params) -> Work:
    shared = sorted((Counter(primes(params[0])) & Counter(primes(params[1]))).elements())
    lines = [factorise(params[0]), factorise(params[1])]
    lines.append("common primes: " + ("*".join(map(str, shared)) if shared else "none"))
    return [*lines, product(shared)] if shared[1:] else lines, str(math.prod(shared))


FAMILY = Family(
    name="gcd",
    topic="number_theory",
    goal="the greatest common divisor",
    slots=("first", "second"),
    links=(0, 1),
    draw=draw,
    answer=lambda p: math.gcd(*p),
    nouns={
        "en": (
            "the greatest common divisor of {0} and {1}",
            "the gcd of {0} and {1}",
            "gcd({0}, {1})",
            "the highest common factor of {0} and {1}",
            "the largest number that divides both {0} and {1}",
            "the greatest common factor of {0} and {1}",
            "the biggest whole number that goes evenly into both {0} and {1}",
            "the GCF of {0} and {1}",
        ),
        "ko": ("{0}, {1}의 최대공약수",),
    },
    stories={
        "en": (
            "Two ropes of {0} cm and {1} cm are cut into equal pieces with nothing left over. "
            "How long can a piece be at most, in cm?",
            "{0} apples and {1} pears are packed into identical baskets, none left over. "
            "How many baskets can there be at most?",
            "I have {0} {things} and {other} has {1}. We pack our lots separately into bags "
            "that all hold the same number, and every bag is full. What is the largest number "
            "of {things} a bag can hold?",
            "What's the biggest square tile that exactly covers a floor of {0} cm by {1} cm if "
            "no tile is cut? Give its side in cm.",
            "{who} has a red ribbon of {0} inches and a blue one of {1} inches and wants strips "
            "all of one length, with no waste. What is the longest possible strip, in inches?",
            "What is the largest number by which both {0} and {1} can be divided without a "
            "remainder?",
            "Which number do I have to divide the top and the bottom of {0}/{1} by, to get it "
            "into lowest terms at once?",
            "{0} girls and {1} boys are coming to camp. Every group must have the same number "
            "of girls and the same number of boys, and nobody is left out. Tell me the largest "
            "number of groups I can make.",
            "GCD({0}, {1}) = ?",
            "{0} and {1}: what's their biggest common divisor?",
            "Determine the largest positive integer that is a divisor of {0} as well as of {1}.",
            "A florist has {0} roses and {1} tulips. She ties them into identical bouquets and "
            "uses up every flower. What is the greatest number of bouquets she can tie?",
            "We saw two planks, {0} cm and {1} cm long, into boards of one and the same length "
            "and waste nothing. How many cm long are the boards if we make them as long as "
            "possible?",
            "My school has {0} pupils in one year and {1} in the next. Each year is split into "
            "teams, and all the teams of both years must be equally big. What is the biggest "
            "possible team size?",
            "A photo is {0} pixels wide and {1} pixels high. I want to cut it into square "
            "blocks, all of the same size, with nothing left over. How many pixels long is a "
            "side of the largest such block?",
            "You reduce the fraction {0}/{1} to its simplest form in a single step. By which "
            "number do you cancel?",
            "Euclid's algorithm is run on {0} and {1}. What number does it find?",
            "What does math.gcd({0}, {1}) return in Python?",
            "One can holds {0} litres of juice and another {1} litres. Both can be emptied "
            "exactly with the same measuring jug, filled to the brim every time. How many litres "
            "does the biggest such jug hold?",
            "On Monday the {place} took in {0} dollars and on Tuesday {1} dollars, all from "
            "tickets at one fixed price. At most how many dollars can a ticket have cost?",
            "Trees are to stand at equal distances along two sides of a field, {0} m and {1} m "
            "long, with a tree at both ends of each side. What is the largest possible distance "
            "between neighbouring trees, in m?",
            "{who} built a tower {0} mm high and {other} one {1} mm high, all from bricks of the "
            "same height. What is the greatest height a brick can have, in mm?",
            "Name the greatest number that fits a whole number of times into {0} and also into "
            "{1}.",
            "How many kids can share {0} sweets and {1} balloons at most, if every kid gets the "
            "same number of each and nothing remains?",
        ),
    },
    methods=(
        Method("Euclidean algorithm", euclid),
        Method("Common factors from prime factorisation", by_primes),
    ),
)
