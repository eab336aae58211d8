"""The sum of the first terms of an arithmetic sequence."""

from __future__ import annotations

import random
from collections.abc import Mapping

from reasonloom.worlds.family import Family, Method, Params, Work
from reasonloom.worlds.spell import quotient, times, total

TOP = {1: 8, 2: 10, 3: 12}
LARGEST = 2000
"""Bound of the sum."""


def draw(rng: random.Random, level: int, fixed: Mapping[int, int]) -> Params | None:
    values = [rng.randint(1, 40 * level), rng.randint(1, 6 + 3 * level), rng.randint(3, TOP[level])]
    for index, value in fixed.items():
        low, high = ((1, 150), (1, 60), (2, 30))[index]
        if not low <= value <= high:
            return None
        values[index] = value
    first, step, count = values
    return (first, step, count) if sum_of((first, step, count)) <= LARGEST else None


def sum_of(params: Params) -> int:
    first, step, count = params
    return count * (2 * first + step * (count - 1)) // 2


def pairing(params: Params) -> Work:
    first, step, count = params
    last = first + step * (count - 1)
    both = first + last
    return [
        f"{count} - 1 = {count - 1}, {times(step, count - 1)}",
        f"last: {first} + {step * (count - 1)} = {last}",
        f"{first} + {last} = {both}",
        *halved(both, count),
    ], str(both * count // 2)


def halved(both: int, count: int) -> list[str]:
    """Half the product of a pair's sum and the count: whichever is even is halved first."""
    if count % 2 == 0:
        return [quotient(count, 2), times(both, count // 2)]
    return [quotient(both, 2), times(both // 2, count)]


def running(params: Params) -> Work:
    first, step, count = params
    terms = [first + step * i for i in range(count)]
    return ["terms: " + ", ".join(map(str, terms)), total(terms)], str(sum(terms))


FAMILY = Family(
    name="arithmetic_sum",
    topic="sequences",
    goal="the sum of an arithmetic sequence",
    slots=("first term", "difference", "count"),
    links=(0, 1, 2),
    draw=draw,
    answer=sum_of,
    nouns={
        "en": (
            "the sum of the first {2} terms of the arithmetic sequence with first term {0} and "
            "common difference {1}",
            "the sum of {2} terms of the sequence that starts at {0} and grows by {1} each time",
            "the total of the first {2} terms of the arithmetic progression with first term {0} "
            "and difference {1}",
            "the sum of {2} numbers of which the first is {0} and each further one is {1} more "
            "than the one before",
            "the sum of the arithmetic series with first term {0}, common difference {1} and "
            "{2} terms",
            "the arithmetic series with {2} terms that begins at {0} and steps up by {1}, added up",
        ),
        "ko": ("첫째항이 {0}이고 공차가 {1}인 등차수열의 첫 {2}개 항의 합",),
    },
    stories={
        "en": (
            "Ana saves {0} dollars in week 1 and {1} dollars more each week than the week before. "
            "How many dollars has she saved after {2} weeks?",
            "The front row of a hall has {0} seats and each further row {1} more. There are {2} "
            "rows. How many seats are there in all?",
            "I read {0} pages on the first day and every day {1} pages more than the day "
            "before. How many pages have I read after {2} days?",
            "Start at {0}, keep adding {1} and write down {2} numbers, the start included. What "
            "do they add up to?",
            "{who} lays out {things} in {2} rows: {0} in the top row, and {1} more in each row "
            "than in the row above it. How many {things} are there altogether?",
            "What do {2} lessons cost together if the first one costs {0} euros and each later "
            "one {1} euros more than the one before?",
            "Add up the first {2} terms of the arithmetic sequence that begins with {0} and has "
            "difference {1}.",
            "A job pays {0} euros in the first month, and the pay rises by {1} euros every "
            "month. How many euros does it bring in the first {2} months together?",
            "Arithmetic progression: what is the sum of the first {2} terms with first term {0} "
            "and common difference {1}?",
            "I make a list of {2} numbers in which the first is {0} and every later one is {1} "
            "more than the one before. What is the sum of my list?",
            "Bricks are stacked in {2} rows: {0} in the top row, then in every row {1} more than "
            "in the row above. How many bricks is that in total?",
            "How many dollars do {2} lessons come to if the first one costs {0} dollars and the "
            "price goes up by {1} from each lesson to the next?",
            "Begin with {0}, go up by {1} each time, stop once you have {2} numbers, and add "
            "them all up. Result?",
            "An arithmetic series starts at {0}, increases by {1} from term to term, and has {2} "
            "terms. Evaluate it.",
            "Compute the total of all members of an arithmetic progression whose initial member "
            "is {0}, whose increment is {1} and whose length is {2}.",
            "{who} runs {0} km in the first week and, in each later week, {1} km more than the "
            "week before. How many km is that over {2} weeks?",
            "Our stall sold {0} cakes on day one and then always {1} more than the day before. "
            "How many cakes did we sell over {2} days altogether?",
            "A game gives me {0} coins at level one and, at every further level, {1} more than "
            "at the level before. How many coins has it given me after {2} levels?",
            "A counter begins at {0} and goes up by {1} at the end of each round. In each round "
            "a program adds the counter to a total, which begins at zero. What is the total "
            "after {2} rounds?",
            "You put {0} grains on the first square of a board, and on each further square {1} "
            "more than on the one before. How many grains lie on the first {2} squares together?",
            "A shop piles up cans with {0} in the top layer and, in each layer below, {1} more "
            "than in the one above it. How many cans are there in {2} layers?",
            "If a fine is {0} dollars the first time and goes up by {1} with every repeat, how "
            "many dollars have you paid after {2} fines?",
            "A sledge slides {0} m in the first second and, in every later second, {1} m more "
            "than in the second before. How many m does it slide in {2} seconds?",
            "This year we plant {0} trees, and every year after that {1} more than the year "
            "before. How many trees will we have planted in {2} years, counting this one?",
        ),
    },
    methods=(
        Method("Pair the first and last terms", pairing),
        Method(
            "Add with a running total",
            running,
            lambda p: "too many terms to add singly" if p[2] > 8 else None,
        ),
    ),
)
