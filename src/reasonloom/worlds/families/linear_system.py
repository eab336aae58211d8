"""The first unknown of a system of two linear equations."""

from __future__ import annotations

import random
from collections.abc import Mapping

from reasonloom.worlds.family import Family, Method, Params, Work
from reasonloom.worlds.spell import signed

TOP = {1: 6, 2: 9, 3: 12}


def draw(rng: random.Random, level: int, fixed: Mapping[int, int]) -> Params | None:
    """x + y = total and p x - q y = right, so that both methods stay in small whole numbers."""
    x, y = rng.randint(1, TOP[level]), rng.randint(1, TOP[level])
    if 0 in fixed:
        if not 3 <= fixed[0] <= 40:
            return None
        x = rng.randint(1, fixed[0] - 1)
        y = fixed[0] - x
    p, q = rng.randint(2, 3 + level), rng.randint(2, 3 + level)
    return x + y, p, q, p * x - q * y


def elimination(params: Params) -> Work:
    total, p, q, right = params
    scaled = q * total
    return [
        f"{q}x + {q}y = {q}*{total} = {scaled}",
        f"{p}x + {q}x = {p + q}x",
        f"{right} + {scaled} = {right + scaled}",
        f"x = {right + scaled}/{p + q} = {(right + scaled) // (p + q)}",
    ], str((right + scaled) // (p + q))


def substitution(params: Params) -> Work:
    total, p, q, right = params
    scaled = q * total
    return [
        f"y = {total} - x",
        f"{p}x - {q}*{total} + {q}x = {right}",
        f"{p + q}x = {right} {signed(scaled)} = {right + scaled}",
        f"x = {right + scaled}/{p + q} = {(right + scaled) // (p + q)}",
    ], str((right + scaled) // (p + q))


FAMILY = Family(
    name="linear_system",
    topic="algebra",
    goal="an unknown of a linear system",
    slots=("total", "first factor", "second factor", "right side"),
    links=(0,),
    draw=draw,
    answer=lambda p: (p[3] + p[2] * p[0]) // (p[1] + p[2]),
    nouns={
        "en": (
            "the value of x in the system x + y = {0}, {1}x - {2}y = {3}",
            "x if x + y = {0} and {1}x - {2}y = {3}",
        ),
        "ko": ("연립방정식 x + y = {0}, {1}x - {2}y = {3}에서 x의 값",),
    },
    methods=(
        Method("Elimination of a variable", elimination),
        Method("Substitution of one variable", substitution),
    ),
)
