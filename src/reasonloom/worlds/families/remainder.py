"""The remainder of a division."""

from __future__ import annotations

import random
from collections.abc import Mapping

from reasonloom.worlds.family import Family, Method, Params, Work
from reasonloom.worlds.spell import by_table, divide, times

TOP = {1: 299, 2: 599, 3: 999}
DIVISOR = {1: 15, 2: 19, 3: 29}


def draw(rng: random.Random, level: int, fixed: Mapping[int, int]) -> Params | None:
    divisor = fixed.get(1, rng.randint(3, DIVISOR[level]))
    if not 2 <= divisor <= 150:
        return None
    number = fixed.get(0, rng.randint(max(20, divisor), max(TOP[level], 3 * divisor)))
    return (number, divisor) if 1 <= number <= 999 else None


def long_division(params: Params) -> Work:
    number, divisor = params
    lines: list[str] = []
    carried = 0
    for digit in str(number):
        carried = 10 * carried + int(digit)
        if lines or carried >= divisor:
            lines.append(divide(carried, divisor))
            carried %= divisor
    return lines or [divide(number, divisor)], str(carried)


def chunks(params: Params) -> Work:
    number, divisor = params
    lines = []
    while number >= divisor:
        factor = next(f for f in (100, 50, 20, 10, 5, 2, 1) if f * divisor <= number)
        taken = factor * divisor
        lines.append(f"{times(factor, divisor)}, {number} - {taken} = {number - taken}")
        number -= taken
    return lines or [f"{number} < {divisor}"], str(number)


def tabulate(params: Params) -> Work:
    return by_table(*params), str(params[0] % params[1])


FAMILY = Family(
    name="remainder",
    topic="arithmetic",
    goal="the remainder of a division",
    slots=("dividend", "divisor"),
    links=(0, 1),
    draw=draw,
    answer=lambda p: p[0] % p[1],
    nouns={
        "en": (
            "the remainder when {0} is divided by {1}",
            "{0} mod {1}",
            "the remainder of {0} divided by {1}",
            "the rest that is left when {0} is divided by {1}",
            "{0} modulo {1}",
            "the amount left over when {0} is split into groups of {1}",
            "the remainder on dividing {0} by {1}",
            "the rest when {1} is taken out of {0} as often as possible",
        ),
        "ko": ("{0}을 {1}로 나눈 나머지",),
    },
    stories={
        "en": (
            "{0} eggs are packed in boxes of {1}. How many eggs are left over?",
            "{0} children form teams of {1}. How many children are without a team?",
            "I have {0} {things} and put {1} into each bag. After filling as many bags as I "
            "can, how many {things} do I still have?",
            "Divide {0} by {1}. What remains?",
            "How much is left if you take {1} away from {0} again and again, for as long as you "
            "can?",
            "A bus seats {1} people. Out of {0} fans, as many as possible travel in full buses "
            "and the others go by train. How many go by train?",
            "A week on a far planet has {1} days. How many days are left over in {0} days after "
            "the full weeks?",
            "{who} cuts a rope of {0} cm into pieces of {1} cm each. How long is the bit that "
            "is left at the end, in cm?",
            "{0} mod {1} = ?",
            "What does {0} % {1} give in Python?",
            "Divide {0} by {1} in whole numbers and tell me only the remainder.",
            "Determine the residue of {0} upon integer division by {1}.",
            "A baker has {0} buns and sells them only in bags of {1}. How many buns are left "
            "when no more bags can be filled?",
            "We have {0} photos and stick {1} on each page of the album. How many photos remain "
            "after the last full page?",
            "{who} walks {0} steps along a ring of {1} stones, one stone per step. How many "
            "stones past the starting stone does {who} stop, full rounds not counted?",
            "What is the least I must subtract from {0} to get a multiple of {1}?",
            "{who} deals {0} cards to {1} players, as many as possible and equally many to each. "
            "How many cards are left undealt?",
            "I have {0} dollars and want as many tickets as I can get at {1} dollars each. How "
            "many dollars do I have left afterwards?",
            "If {0} litres of paint go into buckets of {1} litres each, how many litres are left "
            "that do not fill a bucket?",
            "A server spreads {0} jobs over {1} machines. Each machine gets the same number, as "
            "many as possible, and the other jobs have to wait. How many wait?",
            "In a hash table the key {0} goes into the slot with the number key mod {1}. Which "
            "slot is that?",
            "How far is {0} above the largest multiple of {1} that does not exceed it?",
            "Our coach sends {0} runners off in waves of {1}, and those who do not make a full "
            "wave start at the very end. How many are they?",
            "You take {1} away from {0}, then again from what is left, and so on, until less "
            "than that is left. What is the final number?",
        ),
        "ko": ("사탕 {0}개를 한 봉지에 {1}개씩 담으면 몇 개가 남는가?",),
    },
    methods=(
        Method("Long division", long_division),
        Method("Subtract known multiples", chunks),
        Method("Divide with a table of multiples", tabulate),
    ),
)
