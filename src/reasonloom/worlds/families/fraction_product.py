"""The product of two fractions in lowest terms."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from fractions import Fraction

from reasonloom.worlds.family import Family, Method, Params, Work
from reasonloom.worlds.spell import primes, quotient, times

BOTTOM = {1: 10, 2: 14, 3: 20}
TOP = {1: 12, 2: 20, 3: 30}
PRODUCT = 3000


def draw(rng: random.Random, level: int, fixed: Mapping[int, int]) -> Params | None:
    tops = [fixed.get(slot, rng.randint(1, TOP[level])) for slot in (0, 2)]
    if min(tops) < 1 or math.prod(tops) > PRODUCT:
        return None
    bottoms = []
    for top in tops:
        coprime = [b for b in range(2, BOTTOM[level] + 1) if math.gcd(top, b) == 1]
        if not coprime:
            return None
        bottoms.append(rng.choice(coprime))
    return tops[0], bottoms[0], tops[1], bottoms[1]


def product(params: Params) -> Fraction:
    a, b, c, d = params
    return Fraction(a, b) * Fraction(c, d)


def cancel_first(params: Params) -> Work:
    a, b, c, d = params
    across, back = math.gcd(a, d), math.gcd(c, b)
    lines = []
    for top, bottom, shared in ((a, d, across), (c, b, back)):
        if shared > 1:
            lines.append(f"{quotient(top, shared)}, {quotient(bottom, shared)}")
    a, d, c, b = a // across, d // across, c // back, b // back
    return [*lines, f"{times(a, c)}, {times(b, d)}"], str(product(params))


def nothing_cancels(params: Params) -> str | None:
    a, b, c, d = params
    apart = math.gcd(a, d) == 1 == math.gcd(c, b)
    return "no numerator shares a factor with the other denominator" if apart else None


def reduce_last(params: Params) -> Work:
    a, b, c, d = params
    top, bottom = a * c, b * d
    lines = [f"{times(a, c)}, {times(b, d)}"]
    for p in primes(math.gcd(top, bottom)):
        lines.append(f"{quotient(top, p)}, {quotient(bottom, p)}")
        top, bottom = top // p, bottom // p
    return lines, str(Fraction(top, bottom))


FAMILY = Family(
    name="fraction_product",
    topic="arithmetic",
    goal="the product of two fractions",
    slots=("first numerator", "first denominator", "second numerator", "second denominator"),
    links=(0, 2),
    draw=draw,
    answer=product,
    nouns={
        "en": (
            "{0}/{1} * {2}/{3} in lowest terms",
            "the product of {0}/{1} and {2}/{3}",
            "{0}/{1} times {2}/{3} as a fraction in lowest terms",
            "{0}/{1} multiplied by {2}/{3}",
            "the result of multiplying {0}/{1} by {2}/{3}",
            "{0}/{1} of {2}/{3}",
        ),
        "ko": ("{0}/{1} * {2}/{3}의 값",),
    },
    stories={
        "en": (
            "A field is {0}/{1} km long and {2}/{3} km wide. What is its area, in square km?",
            "A tap fills {0}/{1} of a litre a minute. How many litres does it fill in {2}/{3} of "
            "a minute?",
            "What is {0}/{1} of {2}/{3}?",
            "Multiply {0}/{1} by {2}/{3} and simplify.",
            "I use {0}/{1} of a kilo of flour for one cake. How many kilos do I need for "
            "{2}/{3} of a cake?",
            "One metre of cloth costs {2}/{3} of a euro. How many euros do {0}/{1} of a metre "
            "cost?",
            "hi, how much is {0}/{1} times {2}/{3}? as a fraction please",
            "{who} walks {0}/{1} km in an hour. How many km does {who} walk in {2}/{3} of an "
            "hour at that speed?",
            "({0}/{1})({2}/{3}) = ?",
            "Simplify ({0}/{1}) * ({2}/{3}).",
            "A truck needs {0}/{1} of a litre of fuel per km. How many litres does it need for "
            "{2}/{3} of a km?",
            "A snail crawls at {0}/{1} of a metre per hour for {2}/{3} of an hour. How many "
            "metres does it get?",
            "A rectangle has the sides {0}/{1} and {2}/{3}. State its area as a fraction.",
            "Scale the number {0}/{1} by the factor {2}/{3}. What comes out, in lowest terms?",
            "In our game a move is worth {0}/{1} of a point, and a wild card multiplies that by "
            "{2}/{3}. How many points is the move worth with the wild card?",
            "Ascertain the reduced fraction that equals the product of the factors {0}/{1} and "
            "{2}/{3}.",
            "If y = {0}/{1} * t, what is y at t = {2}/{3}?",
            "At the bank one crown buys {0}/{1} of a dinar. How many dinars do you get for "
            "{2}/{3} of a crown?",
            "A heater draws {0}/{1} of a kilowatt. How many kilowatt-hours does it use in "
            "{2}/{3} of an hour?",
            "In a program a = Fraction({0}, {1}) and b = Fraction({2}, {3}). What is a * b?",
            "The soup recipe calls for {0}/{1} of a spoon of salt, but {who} takes {2}/{3} of "
            "that amount. How many spoons of salt go in?",
            "Which number, divided by {0}/{1}, gives {2}/{3}?",
            "{0}/{1} of {2}/{3} is how much? shortest form please",
            "A poster shows everything at {0}/{1} of its real height. How tall on the poster, in "
            "metres, is a bush that is really {2}/{3} of a metre tall?",
        ),
    },
    methods=(
        Method("Cancel before multiplying", cancel_first, nothing_cancels),
        Method("Multiply straight across and reduce", reduce_last),
    ),
    chains=False,
)
