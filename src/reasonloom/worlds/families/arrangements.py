"""The number of orders of a row in which things of one kind are alike."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence

from reasonloom.worlds.family import Family, Method, Params, Work
from reasonloom.worlds.spell import product, quotient, times, total

KINDS = {1: (2, 3), 2: (2, 4), 3: (3, 5)}
TOP = {1: 500, 2: 1499, 3: 1999}
"""The most orders of a level."""
PLACED = 4
"""The most things of one kind, the most frequent kind aside, so that the work stays short."""


def draw(rng: random.Random, level: int, fixed: Mapping[int, int]) -> Params | None:
    if fixed and not _suits([2, *fixed.values()]):
        return None
    for _ in range(60):
        counts = [rng.randint(1, 8) for _ in range(rng.randint(*KINDS[level]))]
        if len(counts) == 2 and rng.random() < 0.5:
            counts = [rng.randint(1, 22), rng.choice((1, 2))]
        for index, value in fixed.items():
            counts[index] = value
        if _suits(counts) and orders(counts) <= TOP[level]:
            return tuple(counts)
    return None


def _suits(counts: Sequence[int]) -> bool:
    *_, second, largest = sorted(counts)
    return min(counts) >= 1 and second <= PLACED and 2 <= largest <= 150


def orders(counts: Sequence[int]) -> int:
    return math.factorial(sum(counts)) // math.prod(map(math.factorial, counts))


def others(counts: Sequence[int]) -> list[int]:
    """All counts but the largest, whose things take the places that are left."""
    largest = counts.index(max(counts))
    return [*counts[:largest], *counts[largest + 1 :]]


def by_factorials(params: Params) -> Work:
    factors = range(sum(params), max(params), -1)
    lines, result = [total(params)], math.prod(factors)
    lines += [product(factors)] if len(factors) > 1 else []
    for count in others(params):
        shares = []
        for divisor in range(2, count + 1):
            shares.append(quotient(result, divisor))
            result //= divisor
        lines += [", ".join(shares)] if shares else []
    return lines, str(result)


def choose(size: int, count: int) -> tuple[str, int]:
    """The ways to choose places, with a product and a quotient in turn."""
    steps, ways = [], size
    for i in range(1, min(count, size - count)):
        steps.append(times(ways, size - i))
        ways *= size - i
        steps.append(quotient(ways, i + 1))
        ways //= i + 1
    return ", ".join(steps), ways


def by_places(params: Params) -> Work:
    left, result, lines = sum(params), 1, [total(params)]
    for count in others(params):
        line, ways = choose(left, count)
        lines += [line] if line else []
        lines += [times(result, ways)] if left < sum(params) else []
        result, left = result * ways, left - count
        lines += [f"{left + count} - {count} = {left}"]
    return lines[:-1], str(result)


def large(params: Params) -> str | None:
    top = math.factorial(sum(params)) // math.factorial(max(params))
    return "the factorials are too large" if top > 4_999 else None


FAMILY = Family(
    name="arrangements",
    topic="combinatorics",
    goal="the number of orders of things that are partly alike",
    slots=("counts",),
    links=(0, 1),
    draw=draw,
    answer=orders,
    nouns={
        "en": (
            "the number of different orders of a row of letters that occur {0} times",
            "the number of arrangements of beads in a row, {0} of each colour",
            "the number of words from letters with the frequencies {0}",
            "the number of distinguishable rows of flags, {0} of each kind",
            "the number of distinct permutations of a word whose letters occur {0} times",
            "the number of different ways to line up tokens of several colours, {0} of each colour",
        ),
        "ko": ("같은 문자가 각각 {0}개씩 있을 때 일렬로 나열하는 경우의 수",),
    },
    stories={
        "en": (
            "A shelf takes {0} copies of different books; copies of one book look alike. "
            "In how many orders can they stand?",
            "In how many orders can a gardener plant a row of tulips, {0} of each colour?",
            "I have {0} beads of different colours; beads of one colour look the same. How many"
            " different rows can I make with all of them?",
            "Letters occur {0} times in a word. How many different words, with or without "
            "sense, can be made with all its letters?",
            "{who} hangs flags of several colours on a line, {0} of each colour. Flags of one "
            "colour cannot be told apart. How many patterns are possible?",
            "In how many different orders can you play songs one after the other if you play "
            "the songs {0} times each?",
            "A train is made of wagons of several types, {0} of each type, and only the types "
            "matter. How many different trains are there?",
            "Count the ways to stack coloured blocks into one tower with {0} blocks of each "
            "colour, where blocks of one colour are all alike.",
            "Letters with counts {0}: how many different arrangements?",
            "How many distinct permutations does a multiset with the multiplicities {0} have?",
            "{who} remembers which characters a password has and that they occur {0} times, but "
            "not their order. How many passwords fit?",
            "We split our whole group into teams with different names, of sizes {0}. In how many "
            "ways can that be done?",
            "I shuffle a small deck with cards of several suits, {0} of each suit, and write "
            "down the suits in order. How many different lists can come out?",
            "In a grid, every shortest route from the start to the goal takes {0} steps along "
            "the different axes. How many shortest routes are there?",
            "Our team's season had results of several kinds, {0} of each kind. In how many "
            "orders can they have come?",
            "A robot makes moves in several directions, {0} in each direction. How many "
            "different orders of the moves are possible?",
            "how many anagrams does a word have if its letters appear {0} times? count the word "
            "itself too",
            "Compute the multinomial coefficient for the group sizes {0}.",
            "{who} lines up {things} of several colours, {0} of each colour. Only the colours "
            "matter. How many different rows can {who} get?",
            "A training plan has {0} days for the different sports, with one sport a day. How "
            "many such plans can a coach write?",
            "A queue holds jobs of several types, {0} of each type, and jobs of one type are "
            "identical. In how many orders can the computer run them?",
            "In how many ways can a dealer park cars of several models in one line, {0} of each "
            "model, if only the models count?",
            "Stack coins of several values into one pile, {0} of each value. How many different "
            "piles are there?",
            "A strand is built from blocks of several kinds, {0} of each kind, and it is read "
            "from left to right. Find the number of different strands.",
        ),
    },
    methods=(
        Method("Arrangements of repeated letters", by_factorials, large),
        Method("Choose places kind by kind", by_places),
    ),
    many=True,
)
