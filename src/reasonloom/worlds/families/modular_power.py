"""The remainder of a power."""

from __future__ import annotations

import random
from collections.abc import Mapping

from reasonloom.worlds.family import Family, Method, Params, Work
from reasonloom.worlds.spell import divide, is_prime, times

BASE = 99
EXPONENT = {1: 9, 2: 15, 3: 30}
MODULUS = {1: 9, 2: 11, 3: 13}
SMALL = 7
"""The largest modulus beside an exponent beyond its level's, where the work is long."""
HIGHEST = 40
"""The largest exponent for which squares are listed."""
LISTED = 6
"""So many powers are listed at most until one repeats."""


def draw(rng: random.Random, level: int, fixed: Mapping[int, int]) -> Params | None:
    if not all(1 + index <= value <= 150 for index, value in fixed.items()):
        return None
    base = fixed.get(0, rng.randint(2, BASE))
    exponent = fixed.get(1, rng.randint(3, EXPONENT[level]))
    modulus = rng.randint(3, MODULUS[level] if exponent <= EXPONENT[3] else SMALL)
    trivial = 0 not in fixed and base % modulus < 2
    return None if trivial else (base, exponent, modulus)


def reduce_base(base: int, modulus: int) -> tuple[list[str], int]:
    if base < modulus:
        return [], base
    return [divide(base, modulus)], base % modulus


def multiply(a: int, b: int, modulus: int) -> str:
    """A product and, where it is not below the modulus, its remainder."""
    return times(a, b) + (f", {divide(a * b, modulus)}" if a * b >= modulus else "")


def squaring(params: Params) -> Work:
    base, exponent, modulus = params
    lines, square = reduce_base(base, modulus)
    bits = [1 << i for i in reversed(range(exponent.bit_length())) if exponent >> i & 1]
    lines.append(f"{exponent} = " + " + ".join(map(str, bits)))
    powers, power = {1: square}, 1
    while 2 * power <= exponent:
        lines.append(f"power {2 * power}: {multiply(square, square, modulus)}")
        square, power = square * square % modulus, 2 * power
        powers[power] = square
    result = powers[bits[0]]
    for bit in bits[1:]:
        lines.append(multiply(result, powers[bit], modulus))
        result = result * powers[bit] % modulus
    return lines, str(result)


def cycle(params: Params) -> Work:
    """Lists powers from power 0 = 1 on, until one repeats an earlier one or the list is done."""
    base, exponent, modulus = params
    lines, base = reduce_base(base, modulus)
    seen = [1]
    residue = base
    while residue not in seen and len(seen) < exponent:
        lines.append(f"power {len(seen) + 1}: {multiply(residue, base, modulus)}")
        seen.append(residue)
        residue = residue * base % modulus
    if residue not in seen:
        return lines, str(residue)
    start = seen.index(residue)
    place, more = look_up(exponent, start, len(seen) - start)
    return [*lines, *more, f"power {place}: {seen[place]}"], str(seen[place])


def look_up(exponent: int, start: int, length: int) -> tuple[int, list[str]]:
    """Which listed power equals the one that is asked for, in a cycle that begins at `start`."""
    place = start + (exponent - start) % length
    lines = [f"cycle of {length} from power {start}"]
    if length == 1:
        return place, lines
    if start:
        lines.append(f"{exponent} - {start} = {exponent - start}")
    lines.append(divide(exponent - start, length))
    if start:
        lines.append(f"{start} + {place - start} = {place}")
    return place, lines


def too_high(params: Params) -> str | None:
    """Beyond it the modulus is small, and its powers soon repeat."""
    return "too many squares to list" if params[1] > HIGHEST else None


def fermat(params: Params) -> Work:
    base, exponent, modulus = params
    lines, base = reduce_base(base, modulus)
    lines.append(f"{modulus} is prime")
    short = exponent % (modulus - 1)
    lines.append(divide(exponent, modulus - 1))
    rest, result = (
        squaring((base, short, modulus)) if short > 1 else ([], str(base if short else 1))
    )
    return [*lines, *rest], result


def fermat_misfit(params: Params) -> str | None:
    base, _, modulus = params
    if not is_prime(modulus):
        return f"{modulus} is not prime"
    return f"{modulus} divides {base}" if base % modulus == 0 else None


def no_cycle(params: Params) -> str | None:
    base, exponent, modulus = params
    listed = {pow(base, power, modulus) for power in range(LISTED + 1)}
    long = exponent > LISTED and len(listed) > LISTED
    return "the cycle is too long to list" if long else None


FAMILY = Family(
    name="modular_power",
    topic="number_theory",
    goal="the remainder of a power",
    slots=("base", "exponent", "modulus"),
    links=(0, 1),
    draw=draw,
    answer=lambda p: pow(p[0], p[1], p[2]),
    nouns={
        "en": (
            "the remainder when {0}^{1} is divided by {2}",
            "{0}^{1} mod {2}",
            "the residue of {0}^{1} modulo {2}",
            "the remainder of {0} to the power {1} on division by {2}",
            "{0}^{1} modulo {2}",
            "the rest of {0}^{1} on division by {2}",
            "{0}**{1} mod {2}",
        ),
        "ko": ("{0}^{1}을 {2}로 나눈 나머지",),
    },
    stories={
        "en": (
            "{0}^{1} coins are put into bags of {2}. How many coins are left over?",
            "A cell divides so that there are {0}^{1} cells. They are arranged in rows of {2}. "
            "How many cells do not fill a row?",
            "What remains of {0}^{1} when you divide it by {2}?",
            "A week on a far planet has {2} days, and a week begins today. How many days into a "
            "week will it be there after {0}^{1} days?",
            "Take {0} to the power {1} and keep subtracting {2} for as long as the result does "
            "not go below zero. What do you end with?",
            "A clock has a single hand and {2} hours on its dial. The hand moves on by {0}^{1} "
            "hours. How many hours past its old position does it point?",
            "I start with one cell, and every hour the number of cells is multiplied by {0}. "
            "After {1} hours I put them on slides, {2} on each. How many cells are left for a "
            "last slide that is not full?",
            "{who} prints every code of {1} symbols, where each symbol is one of {0}, with {2} "
            "codes on a page. How many codes remain after the full pages?",
            "{0}^{1} % {2} = ?",
            "{0} to the power {1}, divided by {2}: remainder?",
            "What does pow({0}, {1}, {2}) return in Python?",
            "Reduce {0}^{1} modulo {2} to its least non-negative residue.",
            "Raise {0} to the {1}-th power, then divide by {2}. What's the remainder?",
            "I type {0} ** {1} % {2} into a Python shell. What comes out?",
            "If you write down {0} as a factor {1} times and multiply it all out, what remainder "
            "does the product leave when it is divided by {2}?",
            "Each wheel of a lock shows one of {0} symbols, and the lock has {1} wheels. All its "
            "possible codes are printed in rows of {2}. How many codes are left over after the "
            "last full row?",
            "There are {0} answers to choose from for each of the {1} questions of a quiz. One "
            "sheet of every possible kind is printed, and the sheets are tied up in bundles of "
            "{2}. How many sheets do not make a full bundle?",
            "A treasure of {0}^{1} gold coins is shared out among {2} pirates. All get equally "
            "many, as many as possible, and the rest goes into the sea. How many coins go into "
            "the sea?",
            "A toy cipher replaces the number {0} by its {1}-th power modulo {2}. Which number "
            "does it produce?",
            "A hash table puts the key {0}^{1} into the slot with the number key mod {2}. Which "
            "slot is that?",
            "Starting from my chair I walk {0}^{1} chairs onward round a circle of {2} chairs. "
            "How many chairs past my own do I end up, full rounds not counted?",
            "In round one of a chain letter {0} people get it. In every further round each of "
            "those who got it last writes to just as many new people. The people of round {1} "
            "are seated at tables of {2}. How many do not fill a table?",
            "Which number, at least zero and smaller than the modulus, is congruent to {0}^{1} "
            "modulo {2}?",
            "How far is {0}^{1} above the largest multiple of {2} that does not exceed it?",
        ),
    },
    methods=(
        Method("Repeated squaring", squaring, too_high),
        Method("Cycle of residues", cycle, no_cycle),
        Method("Reduce the exponent by Fermat's little theorem", fermat, fermat_misfit),
    ),
)
