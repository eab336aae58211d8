"""A term of a sequence whose rule multiplies the last term and adds a constant."""

from __future__ import annotations

import random
from collections.abc import Mapping

from reasonloom.worlds.family import Family, Method, Params, Work
from reasonloom.worlds.spell import powers, quotient, times

PLACE = {1: (3, 4), 2: (3, 6), 3: (4, 8)}
FACTOR = {1: 3, 2: 4, 3: 5}
TOP = {1: 600, 2: 1000, 3: 1500}


def draw(rng: random.Random, level: int, fixed: Mapping[int, int]) -> Params | None:
    first = fixed.get(0, rng.randint(1, 20 + 10 * level))
    constant = fixed.get(2, rng.randint(1, 10 + 10 * level))
    low, high = PLACE[level]
    places = [fixed[3]] if 3 in fixed else range(low, high + 1)
    if min(first, constant) < 1 or not all(2 <= place <= 9 for place in places):
        return None
    factor = rng.randint(1, FACTOR[level])
    reached = [p for p in places if term(first, factor, constant, p) <= TOP[level]]
    return (first, factor, constant, rng.choice(reached)) if reached else None


def term(first: int, factor: int, constant: int, place: int) -> int:
    for _ in range(place - 1):
        first = factor * first + constant
    return first


def step_by_step(params: Params) -> Work:
    value, factor, constant, place = params
    lines = []
    for k in range(2, place + 1):
        product = factor * value
        multiplied = f"{times(value, factor)}, " if factor > 1 else ""
        value = product + constant
        lines.append(f"term {k}: {multiplied}{product} + {constant} = {value}")
    return lines, str(value)


def by_fixed_point(params: Params) -> Work:
    """The fixed point lies below zero, because both the factor less one and the constant add."""
    first, factor, constant, place = params
    below = constant // (factor - 1)
    start, growth = first + below, factor ** (place - 1)
    lines = [
        f"{factor} - 1 = {factor - 1}, {quotient(constant, factor - 1)}",
        f"fixed point -{below}",
        f"{first} + {below} = {start}",
    ]
    if place > 2:
        lines.append(powers(factor, place - 1))
    lines += [times(start, growth), f"{start * growth} - {below} = {start * growth - below}"]
    return lines, str(start * growth - below)


def no_fixed_point(params: Params) -> str | None:
    _, factor, constant, _ = params
    if factor == 1:
        return "the multiplier is one"
    return f"{factor - 1} does not divide {constant}" if constant % (factor - 1) else None


def by_constant_step(params: Params) -> Work:
    first, _, constant, place = params
    added = constant * (place - 1)
    lines = [f"{place} - 1 = {place - 1}", times(constant, place - 1)]
    return [*lines, f"{first} + {added} = {first + added}"], str(first + added)


FAMILY = Family(
    name="recurrence_term",
    topic="sequences",
    goal="a term of a sequence with a multiply-and-add rule",
    slots=("first term", "multiplier", "constant", "place"),
    links=(0, 2, 3),
    draw=draw,
    answer=lambda p: term(p[0], p[1], p[2], p[3]),
    nouns={
        "en": (
            "term {3} of the sequence that starts at {0} and in which each next term is {1} times "
            "the last one plus {2}",
            "the {3}-th term of the sequence with first term {0} and rule x -> {1}*x + {2}",
            "term number {3} of the sequence with first term {0} where every term is multiplied "
            "by {1} and increased by {2} to give the next",
            "the {3}-th term when the first term is {0} and each next one is {1} times the term"
            " before plus {2}",
            "term {3} of the recursion with first term {0} in which a term t is followed by "
            "{1}*t + {2}",
            "the {3}-th number of the list that begins with {0} and goes on by multiplying by "
            "{1} and adding {2}",
        ),
        "ko": ("첫째항이 {0}이고 다음 항이 항상 앞 항의 {1}배에 {2}을 더한 값인 수열의 제{3}항",),
    },
    stories={
        "en": (
            "A pond holds {0} fish in year 1. From each year to the next their number is "
            "multiplied by {1} and {2} more are put in. How many fish are there in year {3}?",
            "A machine shows {0} first. At each press it multiplies the number by {1} and adds "
            "{2}. Which number is the {3}-th that it shows?",
            "Start with {0}. To get the next term, multiply by {1} and add {2}. Counting the "
            "start as the first term, what is the {3}-th term?",
            "I write down {0}, and then each further number is {1} times the one before plus "
            "{2}. What is the {3}-th number on my list?",
            "{who} has {0} {things} on day one. Each further day brings the number to {1} times"
            " that of the day before and {2} more. How many {things} does {who} have on day "
            "{3}?",
            "What is term number {3} if the first term is {0} and the rule is: times {1}, plus "
            "{2}?",
            "A sequence begins with {0}. Its rule is: next = {1} * last + {2}. Find the {3}-th "
            "term.",
            "On level {3} of a game, how many points is a star worth, if it is worth {0} on the"
            " first level and on each next level {1} times as much plus {2} extra?",
            "Start {0}, rule x -> {1}*x + {2}. The start is the first term. What is term {3}?",
            "first term {0}, then always times {1} and plus {2}. {3}-th term?",
            "A savings account holds {0} euros in the first month. From each month to the next "
            "the bank multiplies the balance by {1} and then adds {2} euros. How many euros does "
            "the account hold in month {3}?",
            "x = {0} to begin with. My program prints x, replaces it by {1} * x + {2} and "
            "repeats. Which number is the {3}-th that it prints?",
            "{who} trains with a rope: {0} jumps on day one, and on each following day {1} times "
            "the jumps of the day before plus {2} more. How many jumps are due on day {3}?",
            "In the first year {0} wolves were counted in a park. From each year to the next "
            "their number was multiplied by {1}, and then {2} more moved in. How many were there "
            "in year {3}?",
            "The first card says {0}, and each next card says {1} times what the card before "
            "says, plus {2}. What does card {3} say?",
            "Give me term number {3} if the opening term is {0} and we go on by this rule: times "
            "{1}, plus {2}.",
            "We look for the {3}-th of the sequence of numbers that opens with {0} and in which "
            "every successor is {1} times its predecessor plus {2}. Which number is it?",
            "How many coins is a win worth on level {3} of a video game? It is worth {0} on the "
            "first level and on each further level {1} times what it was on the level before, "
            "plus {2}.",
            "Ascertain number {3} of the progression with initial term {0} in which one moves on "
            "by multiplying by {1} and then increasing the product by {2}.",
            "What is the {3}-th term when the opening term is {0} and every later one is {1} "
            "times the one just before it plus {2}?",
            "A vat holds {0} litres at the first check. Between one check and the next its "
            "content is multiplied by {1}, and then {2} litres are poured in. How many litres "
            "does it hold at check {3}?",
            "A sourdough weighs {0} g on the first morning. By each next morning it has grown to "
            "{1} times its weight, and {2} g of flour have then been added. How many g does it "
            "weigh on the {3}-th morning?",
            "Type {0} into a calculator: that is the first number. Now multiply by {1} and add "
            "{2}, and keep doing that to each result. Which number is the {3}-th, counting the "
            "one you typed?",
            "Our teacher writes {0} on the board. A pupil writes down {1} times that number plus "
            "{2}, and every pupil after that does the same with the last number on the board. "
            "What is the {3}-th number there, the teacher's included?",
        ),
    },
    methods=(
        Method("Apply the rule again and again", step_by_step),
        Method("Affine recurrence to geometric sequence", by_fixed_point, no_fixed_point),
        Method(
            "General term of an arithmetic sequence",
            by_constant_step,
            lambda p: f"the multiplier is {p[1]}, not one" if p[1] > 1 else None,
        ),
    ),
)
