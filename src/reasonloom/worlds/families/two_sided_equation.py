"""A linear equation with the unknown on both sides, `p x + q = r x + s`."""

from __future__ import annotations

import random
from collections.abc import Mapping

from reasonloom.worlds.family import Family, Method, Params, Work
from reasonloom.worlds.spell import quotient, signed

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
        ),
    },
    methods=(Method("Collect like terms", collect),),
)
