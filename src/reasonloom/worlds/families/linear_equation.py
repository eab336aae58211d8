"""A linear equation in one unknown, `p x + q = r`."""

from __future__ import annotations

import random
from collections.abc import Mapping

from reasonloom.worlds.family import Family, Method, Params, Work
from reasonloom.worlds.spell import signed

TOP = {1: 9, 2: 15, 3: 30}


def draw(rng: random.Random, level: int, fixed: Mapping[int, int]) -> Params | None:
    factor = rng.randint(2, 9 if level < 3 else 12)
    constant = rng.randint(1, 9 * level)
    root = rng.randint(1, TOP[level])
    if 1 in fixed:
        constant = fixed[1]
        if not 1 <= constant <= 200:
            return None
    return factor, constant, factor * root + constant


def isolate(params: Params) -> Work:
    factor, constant, right = params
    rest = right - constant
    lines = [f"{factor}x = {right} {signed(-constant)} = {rest}"]
    return [*lines, f"x = {rest}/{factor} = {rest // factor}"], str(rest // factor)


FAMILY = Family(
    name="linear_equation",
    topic="algebra",
    goal="the root of a linear equation",
    slots=("factor", "constant", "right side"),
    links=(1,),
    draw=draw,
    answer=lambda p: (p[2] - p[1]) // p[0],
    nouns={
        "en": (
            "the solution x of {0}x + {1} = {2}",
            "the value of x with {0}x + {1} = {2}",
            "the number x such that {0}x + {1} = {2}",
        ),
        "ko": ("방정식 {0}x + {1} = {2}의 해 x",),
    },
    stories={
        "en": (
            "I think of a number, multiply it by {0}, add {1} and get {2}. What is my number?",
            "A taxi costs {1} dollars plus {0} dollars a mile. A ride cost {2} dollars. "
            "How many miles was it?",
        ),
    },
    methods=(Method("Isolate the unknown", isolate),),
)
