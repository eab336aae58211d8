"""The smallest solution of a linear congruence, `a x = b mod m`, with one solution modulo m."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Mapping

from reasonloom.worlds.family import Family, Method, Params, Work
from reasonloom.worlds.spell import divide, signed, times

MODULUS = {1: (5, 13), 2: (7, 21), 3: (15, 31)}
OPERAND = {1: 30, 2: 60, 3: 99}
LISTED = 9
"""The largest modulus whose multiples are listed."""


def draw(rng: random.Random, level: int, fixed: Mapping[int, int]) -> Params | None:
    factor = fixed.get(0, rng.randint(2, OPERAND[level]))
    right = fixed.get(1, rng.randint(1, OPERAND[level]))
    low, high = MODULUS[level]
    moduli = [m for m in range(low, high + 1) if suits(factor, right, m)]
    if not moduli or not (2 <= factor <= 200 and 1 <= right <= 200):
        return None
    return factor, right, rng.choice(moduli)


def suits(factor: int, right: int, modulus: int) -> bool:
    """Whether there is one solution, and one that does not show at once."""
    return math.gcd(factor, modulus) == 1 and factor % modulus != 1 and right % modulus != 0


def reduced(numbers: tuple[int, int], modulus: int) -> tuple[list[str], int, int]:
    """The lines that bring both numbers below the modulus, and what they become."""
    lines = [divide(n, modulus) for n in numbers if n >= modulus]
    return lines, numbers[0] % modulus, numbers[1] % modulus


def invert(factor: int, modulus: int) -> tuple[list[str], int]:
    """Divides down to 1; beside each remainder goes its multiple of the factor, modulo the modulus.

    The last multiplier is an inverse; it may be negative and is at most half the modulus in size.
    """
    lines = []
    large, small, before, now = modulus, factor, 0, 1
    while small > 1:
        quotient = large // small
        lines.append(f"{divide(large, small)}, {carry(before, quotient, now)}")
        large, small, before, now = small, large % small, now, before - quotient * now
    return lines, now


def carry(before: int, quotient: int, now: int) -> str:
    """`1 - 2*-3 = 1 + 6 = 7`; a product with 1 or -1 needs no side of its own."""
    step = quotient * now
    sides = [f"{before} - {quotient}*{now}", f"{before} {signed(-step)}", str(before - step)]
    if quotient == 1 or abs(now) == 1:
        del sides[1]
    return " = ".join(sides)


def by_inverse(params: Params) -> Work:
    modulus = params[2]
    start, factor, right = reduced((params[0], params[1]), modulus)
    lines, inverse = invert(factor, modulus)
    product = right * abs(inverse)
    last = [times(right, abs(inverse))]
    if product >= modulus:
        last.append(divide(product, modulus))
    result = product % modulus
    if inverse < 0:
        last.append(f"{modulus} - {result} = {modulus - result}")
        result = modulus - result
    return [*start, *lines, ", ".join(last)], str(result)


def by_listing(params: Params) -> Work:
    modulus = params[2]
    lines, factor, right = reduced((params[0], params[1]), modulus)
    residue = factor
    lines.append(f"multiple 1: {factor}")
    for place in itertools.count(2):
        if residue == right:
            break
        total = residue + factor
        line = f"multiple {place}: {residue} + {factor} = {total}"
        lines.append(line + (f", {total} - {modulus} = {total - modulus}" * (total >= modulus)))
        residue = total % modulus
    return lines, str(place - 1)


FAMILY = Family(
    name="linear_congruence",
    topic="number_theory",
    goal="the solution of a linear congruence",
    slots=("factor", "right side", "modulus"),
    links=(0, 1),
    draw=draw,
    answer=lambda p: p[1] * pow(p[0], -1, p[2]) % p[2],
    nouns={
        "en": (
            "the smallest nonnegative x with {0}*x = {1} mod {2}",
            "the least nonnegative solution x of {0}x = {1} (mod {2})",
            "the smallest whole number x for which {0}*x and {1} leave the same remainder "
            "when divided by {2}",
            "the smallest positive x such that {0}x - {1} is divisible by {2}",
            "the least nonnegative x that satisfies {0}x = {1} modulo {2}",
            "the smallest nonnegative x with {1} = {0}x mod {2}",
        ),
        "ko": ("합동식 {0}x = {1} (mod {2})의 음이 아닌 가장 작은 해 x",),
    },
    stories={
        "en": (
            "A frog jumps {0} stones at a time around a ring of stones. How many jumps does it "
            "need at least to land where a walk of {1} stones would end, if the ring has {2}?",
            "Solve {0}x = {1} (mod {2}) for the smallest nonnegative x.",
            "I multiply a positive whole number by {0} and take away {1}. The result is a "
            "multiple of {2}. What is the smallest number that I can have started with?",
            "Modulo {2}, by what do I multiply {0} to get {1}? Give the smallest positive answer.",
            "A dial has {2} marks in a circle. The hand starts at the top and moves on {0} "
            "marks at each press. After how many presses does it first stand where one move of "
            "{1} marks from the top would have put it?",
            "{things} come in packs of {0} and are put into boxes of {2}. {who} wants as many "
            "left over as {1} {things} would leave. How many packs does {who} need at least?",
            "what's the smallest positive whole number x so that {0}*x and {1} have the same "
            "remainder after division by {2}?",
            "Which is the first multiple of {0} that differs from {1} by a multiple of {2}, if "
            "the multiples are numbered from one up? Give its number.",
            "{0}x = {1} mod {2}, smallest nonnegative x?",
            "Find the least positive integer x such that {0}x is congruent to {1} modulo {2}.",
            "I go {0} seats further round a table, again and again. After how many such moves am "
            "I first on the seat that {1} single steps would have brought me to? The round table "
            "has {2} seats.",
            "For which smallest positive whole number x is ({0}x - {1})/{2} a whole number?",
            "{who} puts {0} coins a day into an empty jar. After how many days does the number "
            "of coins first leave the same remainder as {1} when divided by {2}?",
            "Take the inverse of {0} in arithmetic modulo n and multiply it by {1}. What is the "
            "least nonnegative result if n is {2}?",
            "A script compares ({0} * x) % m with {1} % m, where m = {2}. What is the smallest "
            "positive integer x that makes them equal?",
            "Modulo {2}, I want to multiply {0} to get {1}. What's the least positive factor "
            "that works?",
            "Give me the least positive x with {1} = {0}x mod {2}.",
            "How many bags of {0} {things} do I need at least to have as many left over as {1} "
            "{things} would leave, when everything is packed into trays of {2}?",
            "On a far planet {who} swims every {0} days, starting today. Which swim after "
            "today's is the first on the same weekday as the day {1} days from now, if a week "
            "there has {2} days? Give its number.",
            "What is the quotient with the divisor {0} and the dividend {1} in the integers "
            "modulo {2}? State the smallest nonnegative one.",
            "Some positive whole number, times {0}, minus {1}, is divisible by {2}. How small "
            "can it be?",
            "Each turn of a crank moves a gear on by {0} teeth. How many turns bring it for the "
            "first time to where a move by {1} teeth would have left it? It has {2} teeth.",
            "please solve the congruence with factor {0}, right side {1} and modulus {2}, I want "
            "the smallest nonnegative solution",
            "We count up in steps of {0}, from zero. How many steps does it take at least until "
            "our number and {1} differ by a multiple of {2}?",
        ),
    },
    methods=(
        Method("Invert by the Euclidean algorithm", by_inverse),
        Method(
            "List the multiples modulo the modulus",
            by_listing,
            lambda p: f"modulus {p[2]} has too many multiples" if p[2] > LISTED else None,
        ),
    ),
)
