"""A linear equation with the unknown on both sides, `p x + q = r x + s`."""

from __future__ import annotations

import random
from collections.abc import Mapping

from reasonloom.worlds.family import Family, Method, Params, Work
from reasonloom.worlds.spell import signed

TOP = {1: 9, 2: 15, 3: 25}


def draw(rng: random.Random, level: int, fixed: Mapping[int, int]) -> Params | None:
    small = rng.randint(1, 6)
    gap = rng.randint(2, 6)
    root = rng.randint(1, TOP[level])
    constant = rng.randint(1, 9 * level)
    if 1 in fixed:
        constant = fixed[1]
        if not 1 <= constant <= 150:
            return None
    return small + gap, constant, small, gap * root + constant


def collect(params: Params) -> Work:
    left, constant, right, other = params
    gap, rest = left - right, other - constant
    return [
        f"{left}x - {right}x = {gap}x",
        f"{other} {signed(-constant)} = {rest}",
        f"x = {rest}/{gap} = {rest // gap}",
    ], str(rest // gap)


FAMILY = Family(
    name="two_sided_equation",
    topic="algebra",
    goal="the root of a two-sided equation",
    slots=("left factor", "left constant", "right factor", "right constant"),
    links=(1,),
    draw=draw,
    answer=lambda p: (p[3] - p[1]) // (p[0] - p[2]),
    nouns={
        "en": (
            "the solution x of {0}x + {1} = {2}x + {3}",
            "the value of x with {0}x + {1} = {2}x + {3}",
        ),
        "ko": ("방정식 {0}x + {1} = {2}x + {3}의 해 x",),
    },
    stories={
        "en": (
            "One plan costs {1} dollars plus {0} dollars an hour, another {3} dollars plus {2} "
            "dollars an hour. For how many hours do they cost the same?",
        ),
    },
    methods=(Method("Collect like terms", collect),),
)
