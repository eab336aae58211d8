"""The number of positive divisors."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Mapping

from reasonloom.worlds.family import Family, Method, Params, Work
from reasonloom.worlds.spell import divide, factorise, primes, product, quotient

TOP = {1: 120, 2: 300, 3: 600}
TRIED = 90
"""Up to this number, eight trials or fewer find every pair of divisors."""
SMOOTH = 150
"""Larger numbers are drawn only where 2, 3, 5 and 7 leave little of them."""


def draw(rng: random.Random, level: int, fixed: Mapping[int, int]) -> Params | None:
    if 0 in fixed:
        return (fixed[0],) if 2 <= fixed[0] <= 200 else None
    number = rng.randint(6, TOP[level])
    easy = number <= SMOOTH or math.prod(p for p in primes(number) if p > 7) < 50
    return (number,) if easy else None


def count(params: Params) -> int:
    return sum(params[0] % d == 0 for d in range(1, params[0] + 1))


def by_exponents(params: Params) -> Work:
    exponents = Counter(primes(params[0]))
    shown = ", ".join(f"{p} has exponent {e}" for p, e in exponents.items())
    raised = ", ".join(f"{e} + 1 = {e + 1}" for e in exponents.values())
    factors = [e + 1 for e in exponents.values()]
    lines = [factorise(params[0]), shown, raised]
    return [*lines, product(factors)] if factors[1:] else lines, str(math.prod(factors))


def by_pairs(params: Params) -> Work:
    """Tries each number up to the square root, but no multiple of one that does not divide."""
    number = params[0]
    low, lines = [1], []
    failed: list[int] = []
    for d in range(2, math.isqrt(number) + 1):
        if number % d == 0:
            lines.append(quotient(number, d))
            low.append(d)
        elif not any(d % f == 0 for f in failed):
            lines.append(divide(number, d))
            failed.append(d)
    pairs = ", ".join(f"{d}*{number // d}" for d in low)
    extra = " - 1 for the square" if low[-1] ** 2 == number else ""
    counted = f"{len(low)} pairs: 2*{len(low)}{extra} = {count(params)}"
    return [*lines, pairs, counted], str(count(params))


FAMILY = Family(
    name="divisor_count",
    topic="number_theory",
    goal="the number of divisors",
    slots=("number",),
    links=(0,),
    draw=draw,
    answer=count,
    nouns={
        "en": (
            "the number of positive divisors of {0}",
            "the number of divisors of {0}",
            "the count of positive whole numbers that divide {0}",
            "the number of factors of {0}",
            "the number of positive integers dividing {0}",
            "the number of whole numbers from one to {0} that divide it",
        ),
        "ko": ("{0}의 양의 약수의 개수",),
    },
    stories={
        "en": (
            "In how many ways can {0} chairs be set up in equal rows, if a row can have any "
            "number of chairs?",
            "{0} photos fill an album with the same number on every page. How many numbers of "
            "pages are possible?",
            "How many positive divisors does {0} have?",
            "I want to share {0} {things} equally with none left over. How many different "
            "numbers of people can share them, one person included?",
            "List all positive whole numbers that {0} is divisible by. How many are on the list?",
            "Count the factors of {0}, both one and the number itself included.",
            "{who} lays out {0} tiles as a full rectangle. How many different numbers of tiles "
            "can the bottom row have?",
            "A rope of {0} m is cut into equal pieces of a whole number of metres, or left "
            "whole. How many lengths of a piece are possible?",
            "How many whole numbers go into {0} exactly, one and the number itself included?",
            "Number of positive divisors of {0}?",
            "If f(x) stands for the number of positive divisors of x, what is f({0})?",
            "A teacher divides {0} pupils into groups of the same size. How many group sizes are "
            "possible, if groups of one and a single big group both count?",
            "{who} packs {0} {things} into bags, every bag with the same number of them and "
            "nothing left over. How many different numbers of bags could {who} use?",
            "A baker sets out {0} rolls in a full grid of rows and columns. How many choices are "
            "there for the number of rows?",
            "My program prints every positive integer that divides {0} without remainder, one on "
            "each line. How many lines does it print?",
            "A video of {0} seconds is cut into clips that all last the same whole number of "
            "seconds. How many clip lengths are possible, the uncut video included?",
            "Ascertain the cardinality of the set of all positive integers that are divisors of "
            "{0}.",
            "I'm thinking of a positive whole number, and {0} is a multiple of it. How many "
            "numbers could it be?",
            "Suppose you pay a bill of {0} dollars in equal instalments of whole dollars. How "
            "many different amounts can an instalment have, paying all at once included?",
            "For how many positive integers x is {0}/x a whole number?",
            "The {0} musicians of a band line up in equal rows. Any number of rows that works out "
            "evenly will do, even a single row or rows of one. How many options are there?",
            "Tell me how many factors {0} has.",
            "Two positive whole numbers multiply to {0}. How many different values can the first "
            "of them take?",
            "On a path of {0} km we put up signs at equal steps of a whole number of km, the last "
            "sign right at the end. How many step lengths are possible, if one sign alone will "
            "also do?",
        ),
    },
    methods=(
        Method("Count divisors from prime exponents", by_exponents),
        Method(
            "Pair the divisors",
            by_pairs,
            lambda p: "too many divisors to try" if p[0] > TRIED else None,
        ),
    ),
)
