"""A linear equation with the unknown on both sides, `p x + q = r x + s`."""

from __future__ import annotations

import random
from collections.abc import Mapping

from reasonloom.worlds.family import Family, Method, Params, Work
from reasonloom.worlds.spell import by_table, quotient, signed

TOP = {1: 12, 2: 20, 3: 30}


def draw(rng: random.Random, level: int, fixed: Mapping[int, int]) -> Params | None:
    small = rng.randint(2, 7)
    gap = rng.randint(2, 6)
    if not all(1 <= value <= 150 for value in fixed.values()):
        return None
    constant, other = fixed.get(1, rng.randint(1, 9 * level)), fixed.get(3)
    if other is None:
        return small + gap, constant, small, gap * rng.randint(1, TOP[level]) + constant
    if 1 not in fixed and other > gap:
        constant = other - gap * rng.randint(1, (other - 1) // gap)
    fits = other > constant and (other - constant) % gap == 0
    return (small + gap, constant, small, other) if fits else None


def collect(params: Params) -> Work:
    left, constant, right, other = params
    gap, rest = left - right, other - constant
    return [
        f"{left}x - {right}x = {gap}x",
        f"{other} {signed(-constant)} = {rest}",
        quotient(rest, gap, "x"),
    ], str(rest // gap)


def tabulate(params: Params) -> Work:
    left, constant, right, other = params
    gap, rest = left - right, other - constant
    lines, root = collect(params)
    return [*lines[:2], *by_table(rest, gap), f"x = {root}"], root


FAMILY = Family(
    name="two_sided_equation",
    topic="algebra",
    goal="the root of a two-sided equation",
    slots=("left factor", "left constant", "right factor", "right constant"),
    links=(1, 3),
    draw=draw,
    answer=lambda p: (p[3] - p[1]) // (p[0] - p[2]),
    nouns={
        "en": (
            "the solution x of {0}x + {1} = {2}x + {3}",
            "the value of x with {0}x + {1} = {2}x + {3}",
            "x if {0}x + {1} = {2}x + {3}",
            "the root of {0}x + {1} = {2}x + {3}",
            "the number x for which {0}x + {1} equals {2}x + {3}",
            "the x where the lines y = {0}x + {1} and y = {2}x + {3} meet",
        ),
        "ko": ("방정식 {0}x + {1} = {2}x + {3}의 해 x",),
    },
    stories={
        "en": (
            "One plan costs {1} dollars plus {0} dollars an hour, another {3} dollars plus {2} "
            "dollars an hour. For how many hours do they cost the same?",
            "Anna has {1} stamps and gets {0} more a week, Ben has {3} and gets {2} more a week. "
            "After how many weeks do they have the same number of stamps?",
            "Solve for x: {0}x + {1} = {2}x + {3}",
            "{0} times a number plus {1} is the same as {2} times that number plus {3}. Which "
            "number is it?",
            "At one fair I pay {1} euros for entry and {0} euros for each ride, at another {3} "
            "euros for entry and {2} euros for each ride. For how many rides would I pay the "
            "same?",
            "{who} starts with {3} euros and saves {2} a week, {other} starts with {1} euros "
            "and saves {0} a week. After how many weeks do they have equally much?",
            "Where do the lines y = {0}x + {1} and y = {2}x + {3} cross? Just tell me x.",
            "A scale balances with {0} equal boxes and {1} kg on the left, and {2} of the same "
            "boxes and {3} kg on the right. How many kg does a box weigh?",
            "{0}x + {1} = {2}x + {3}. x = ?",
            "For what x do {0}x + {1} and {2}x + {3} come out the same?",
            "Multiply a secret number by {0} and add {1}. You get the same as when you multiply "
            "it by {2} and add {3}. What's the secret number?",
            "Determine the root of the equation {0}x + {1} = {2}x + {3}.",
            "What number, put into both gaps, makes this true: {0} * [ ] + {1} = {2} * [ ] + {3}?",
            "The graphs of f(x) = {0}x + {1} and g(x) = {2}x + {3} intersect once. State the "
            "x-coordinate of that point.",
            "My printer takes {0} cents a page and {1} for starting a job; the copy shop takes "
            "{2} cents a page and {3} for starting a job. For a job of how many pages do they "
            "take the same?",
            "A cyclist does {0} m a second and is {1} m past the gate. Ahead, a runner does {2} "
            "m a second and is {3} m past the gate. Both move away from it. After how many "
            "seconds does the cyclist catch the runner?",
            "Tank A gains {0} litres a minute and has {1} in it already. Tank B gains {2} litres "
            "a minute and has {3} in it already. After how many minutes do they hold the same "
            "amount?",
            "{who} buys {0} {things} and pays {1} on top for a bag. {other} buys {2} {things} "
            "and pays {3} on top for a basket. All the {things} have the same price, and both "
            "spend the same in total. How many euros does one of the {things} cost?",
            "At the gym by the station you pay {1} to join and {0} dollars per visit, at another "
            "{3} to join and {2} dollars per visit. For how many visits does it make no "
            "difference where you go?",
            "One courier asks {0} dollars a kilo and {1} on top for the trip, the other {2} "
            "dollars a kilo and {3} on top. At what weight, in kilos, do both charge the same?",
            "One bamboo shoot grows {0} cm a day and is {1} cm tall now; its neighbour grows {2} "
            "cm a day and is {3} cm tall now. In how many days will they be equally tall?",
            "One program needs {0} ms per item plus {1} ms to load, its rival {2} ms per item "
            "plus {3} ms to load. For how many items do they take equally long?",
            "{who} wins {0} points in each round and has {1} so far. {other} wins {2} points in "
            "each round and has {3} so far. How many more rounds until they are tied?",
            "If {0} equal bricks and a weight of {1} kg are as heavy as {2} such bricks and a "
            "weight of {3} kg, how many kg does a single brick weigh?",
        ),
    },
    methods=(
        Method("Collect like terms", collect),
        Method("Divide with a table of multiples", tabulate),
    ),
)
