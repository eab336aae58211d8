"""The sum of two fractions in lowest terms."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from fractions import Fraction

from reasonloom.worlds.family import Family, Method, Params, Work
from reasonloom.worlds.spell import lowest, quotient, times

TOP = {1: 10, 2: 12, 3: 15}
LARGEST = {1: 40, 2: 72, 3: 120}
"""Bounds of the denominators and of their least common multiple."""
LONG = 20
"""A fixed numerator above it gets denominators of the first level."""
CROSSED = 120
"""The largest product of the denominators with which a fraction is still easy to reduce."""


def draw(rng: random.Random, level: int, fixed: Mapping[int, int]) -> Params | None:
    bottoms = [rng.randint(2, TOP[level]) for _ in range(2)]
    largest = LARGEST[level if max(fixed.values(), default=0) <= LONG else 1]
    if math.lcm(*bottoms) > largest or not all(1 <= v <= 150 for v in fixed.values()):
        return None
    one, two = (fixed.get(2 * i, rng.randint(1, b - 1)) for i, b in enumerate(bottoms))
    return one, bottoms[0], two, bottoms[1]


def common_denominator(params: Params) -> Work:
    a, b, c, d = params
    bottom = math.lcm(b, d)
    one, two = a * bottom // b, c * bottom // d
    lines, result = lowest(one + two, bottom)
    return [
        f"common denominator {bottom}",
        f"{quotient(bottom, b)}, {quotient(bottom, d)}",
        f"{times(a, bottom // b)}, {times(c, bottom // d)}",
        f"{one} + {two} = {one + two}",
        *lines,
    ], result


def crosswise(params: Params) -> Work:
    a, b, c, d = params
    lines, result = lowest(a * d + c * b, b * d)
    return [
        f"{times(a, d)}, {times(c, b)}",
        f"{a * d} + {c * b} = {a * d + c * b}",
        times(b, d),
        *lines,
    ], result


def too_large(params: Params) -> str | None:
    product = params[1] * params[3]
    return f"the denominators make {product}" if product > CROSSED else None


FAMILY = Family(
    name="fraction_sum",
    topic="arithmetic",
    goal="the sum of two fractions",
    slots=("first numerator", "first denominator", "second numerator", "second denominator"),
    links=(0, 2),
    draw=draw,
    answer=lambda p: Fraction(p[0], p[1]) + Fraction(p[2], p[3]),
    nouns={
        "en": (
            "{0}/{1} + {2}/{3} in lowest terms",
            "the sum of {0}/{1} and {2}/{3}",
            "the fraction {0}/{1} + {2}/{3}",
            "{0}/{1} plus {2}/{3}",
            "the exact value of {0}/{1} + {2}/{3}",
            "the total of {0}/{1} and {2}/{3} as a fraction",
        ),
        "ko": ("{0}/{1} + {2}/{3}의 값",),
    },
    stories={
        "en": (
            "Mia eats {0}/{1} of a cake and Leo {2}/{3} of the same size of cake. "
            "How much cake do they eat together?",
            "A walk leads {0}/{1} of a mile through a wood and {2}/{3} of a mile along a river. "
            "How many miles long is it?",
            "I need {0}/{1} of a cup of milk for the dough and {2}/{3} of a cup for the sauce. "
            "How many cups is that in total?",
            "Add {0}/{1} and {2}/{3}.",
            "How much is {0}/{1} + {2}/{3}? Please give one reduced fraction.",
            "{who} worked {0}/{1} of an hour before lunch and {2}/{3} of an hour after it. How "
            "many hours of work was that?",
            "If you pour {0}/{1} of a litre and {2}/{3} of a litre into one empty jug, how many "
            "litres are in it?",
            "A {thing} weighs {0}/{1} kg and its box {2}/{3} kg. What do the two weigh "
            "together, in kg?",
            "{0}/{1} + {2}/{3} = ?",
            "Start with {0}/{1} and add {2}/{3}. Where do you end up?",
            "{who} ran {0}/{1} of a mile, had a rest and then ran {2}/{3} of a mile more. What "
            "was the whole distance, in miles?",
            "How long were we stuck in traffic, in hours, if it was {0}/{1} of an hour on the way "
            "out and {2}/{3} of an hour on the way home?",
            "Two ribbons measure {0}/{1} m and {2}/{3} m. What is their combined length, in "
            "metres?",
            "Simplify: {0}/{1} + {2}/{3}",
            "In the lab, {0}/{1} g of salt and {2}/{3} g of sugar go into the same empty dish. "
            "Find the mass of the mixture, in grams, as a fraction.",
            "hey, can you work out {0}/{1} plus {2}/{3} for me? no decimals please",
            "{who} owes me {0}/{1} of a dollar and {other} owes me {2}/{3} of a dollar. What do "
            "they owe me altogether, in dollars?",
            "Rain at the {place}: {0}/{1} inch on Monday, {2}/{3} inch on Tuesday. How many "
            "inches fell in the two days?",
            "Evaluate the sum of the two fractions {0}/{1} and {2}/{3} and reduce it fully.",
            "A song takes {0}/{1} of a minute to reach its last chorus and another {2}/{3} of a "
            "minute from there to the end. How many minutes does it last?",
            "You spend {0}/{1} of an hour on maths homework and {2}/{3} of an hour on history. As "
            "a fraction, how many hours of homework is that?",
            "If x = {0}/{1} and y = {2}/{3}, then x + y = ?",
            "One download needs {0}/{1} GB of disk space; the other needs {2}/{3} GB. How much "
            "space do both need, in GB?",
            "The recipe calls for {0}/{1} of a teaspoon of cinnamon. {who} puts that into the "
            "bowl and then, by mistake, {2}/{3} of a teaspoon more. How many teaspoons of "
            "cinnamon are in the bowl?",
        ),
    },
    methods=(
        Method("Common denominator", common_denominator),
        Method("Cross multiplication of fractions", crosswise, too_large),
    ),
    chains=False,
)
