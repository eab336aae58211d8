"""The larger root of a quadratic equation with whole roots, `x^2 - s x + q = r`."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping

from reasonloom.worlds.family import Family, Method, Params, Work
from reasonloom.worlds.spell import quotient, signed, times

LOW = {1: 1, 2: -5, 3: -9}
HIGH = {1: 10, 2: 12, 3: 15}
RIGHT = {1: 60, 2: 80, 3: 99}
"""Bounds of the roots and of the right side."""
PAIRS = 5
"""So many pairs of factors are tried at most."""


def draw(rng: random.Random, level: int, fixed: Mapping[int, int]) -> Params | None:
    if not all(1 <= v <= (40, 150, 150)[i] for i, v in fixed.items()):
        return None
    found = candidates(level, fixed)
    if not found:
        return None
    low, high = rng.choice(found)
    product = low * high
    left = fixed.get(1, max(product, 0) + rng.randint(1, RIGHT[level]))
    right = fixed.get(2, left - product)
    left = fixed.get(1, right + product)
    whole = left - right == product and min(left, right) >= 1
    return (low + high, left, right) if whole else None


def candidates(level: int, fixed: Mapping[int, int]) -> list[tuple[int, int]]:
    """Pairs of roots, the smaller first, with a positive sum, that suit what is fixed."""
    bottom, top = LOW[level], HIGH[level]
    lows = [low for low in range(bottom, top) if low]
    if 0 in fixed:
        pairs = [(low, fixed[0] - low) for low in lows]
    elif 1 in fixed and 2 in fixed:
        product = fixed[1] - fixed[2]
        pairs = [(low, product // low) for low in lows if product % low == 0]
    else:
        pairs = [(low, high) for low in lows for high in range(1, top + 1)]
    pairs = [(low, high) for low, high in pairs if low < high and 2 <= low + high <= 40]
    if 1 in fixed:
        pairs = [(low, high) for low, high in pairs if low * high < fixed[1]]
    if 2 in fixed:
        pairs = [(low, high) for low, high in pairs if low * high > -fixed[2]]
    return pairs


def roots(params: Params) -> tuple[int, int]:
    total, left, right = params
    gap = math.isqrt(total**2 - 4 * (left - right))
    return (total - gap) // 2, (total + gap) // 2


def tried(params: Params) -> list[int]:
    """The smaller factors that are tried, up to the one whose pair has the wanted sum."""
    low, high = roots(params)
    return [d for d in range(1, abs(low) + 1) if low * high % d == 0]


def collected(params: Params) -> tuple[str, int]:
    """The product of the roots; with its sign it is the constant term."""
    _, left, right = params
    if left > right:
        return f"{left} - {right} = {left - right}", left - right
    return f"{right} - {left} = {right - left}", left - right


def factoring(params: Params) -> Work:
    low, high = roots(params)
    line, product = collected(params)
    lines = [line]
    for d in tried(params):
        other = abs(product) // d
        match = f"{d} + {other} = {d + other}" if low > 0 else f"{other} - {d} = {other - d}"
        lines.append(f"{quotient(abs(product), d)}, {match}")
    return [*lines, f"(x {signed(-low)})(x - {high}) = 0"], str(high)


def formula(params: Params) -> Work:
    total, _, _ = params
    low, high = roots(params)
    line, product = collected(params)
    square, four, gap = total * total, 4 * abs(product), high - low
    sign = "-" if product > 0 else "+"
    return [
        line,
        times(total, total),
        times(4, abs(product)),
        f"{square} {sign} {four} = {gap * gap}",
        times(gap, gap),
        f"{total} + {gap} = {2 * high}, {quotient(2 * high, 2)}",
    ], str(high)


def too_many(params: Params) -> str | None:
    return "too many pairs of factors to try" if len(tried(params)) > PAIRS else None


FAMILY = Family(
    name="quadratic_root",
    topic="algebra",
    goal="the larger root of a quadratic",
    slots=("linear factor", "left constant", "right side"),
    links=(0, 1, 2),
    draw=draw,
    answer=lambda p: roots(p)[1],
    nouns={
        "en": (
            "the larger root of x^2 - {0}x + {1} = {2}",
            "the greater solution of x^2 - {0}x + {1} = {2}",
            "the largest number x with x^2 + {1} = {0}x + {2}",
            "the bigger solution of x^2 + {1} = {0}x + {2}",
            "the larger of the two numbers x with x^2 - {0}x + {1} = {2}",
            "the maximum x that satisfies x^2 - {0}x + {1} = {2}",
        ),
        "ko": ("이차방정식 x^2 - {0}x + {1} = {2}의 큰 근",),
    },
    stories={
        "en": (
            "The square of a number and {1} more make {0} times the number and {2} more. "
            "What is the largest such number?",
            "The area of a square, in square cm, plus {1} is {0} times its side, in cm, plus {2}. "
            "How long can the side be at most, in cm?",
            "Solve x^2 - {0}x + {1} = {2} and give me the larger solution.",
            "I square a number, subtract {0} times the number, add {1} and get {2}. What is the "
            "largest number that works?",
            "Which x satisfies x^2 - {0}x + {1} = {2}? There are two; I want the bigger one.",
            "{who} thinks of a number. Its square is {0} times the number, plus {2}, minus {1}. "
            "What is the largest number it can be?",
            "Find the greater of the two roots: x^2 + {1} = {0}x + {2}",
            "Multiply x by (x - {0}), then add {1}: the result is {2}. What is the largest x "
            "that does this?",
            "x^2 - {0}x + {1} = {2}. Largest x?",
            "Two numbers add up to {0}, and their product is {1} - {2}. Give the larger one.",
            "The temperature in a chamber x hours after the start is x*x - {0}*x + {1} degrees. "
            "After how many hours is it {2} degrees for the last time?",
            "A program reads a number x and prints x*x - {0}*x + {1}. It has just printed {2}. "
            "What is the largest number that may have been typed in?",
            "Please find both solutions of x^2 - {0}x + {1} = {2} and tell me only the bigger one.",
            "The equation x^2 + {1} = {0}x + {2} comes up in my homework. It has two answers, and "
            "I need the greater.",
            "What is the greatest number whose square, less {0} times the number itself, plus "
            "{1}, comes to {2}?",
            "Running a machine at speed x costs x*x - {0}*x + {1} dollars a day. The bill for one "
            "day says {2} dollars. What is the highest speed it can have run at?",
            "Determine the maximal real solution of: x squared minus {0} times x plus {1} equals "
            "{2}.",
            "I'm stuck on x^2 - {0}x + {1} = {2}. Two values of x should work. What's the higher "
            "one?",
            "Among all numbers x with x*x - {0}*x + {1} = {2}, which is largest?",
            "If you multiply x by ({0} - x), you get the difference {1} - {2}. How large can x be "
            "at most?",
            "{who} and {other} think of two numbers. The numbers have the sum {0}, and {1} is {2} "
            "more than their product. {who} has the larger number. What is it?",
            "A parabola with the equation y = x*x - {0}*x + {1} crosses the horizontal line y = "
            "{2} twice. What is the x-coordinate of the crossing on the right?",
            "Solve for x and keep the larger root only: x*x - {0}*x + {1} = {2}",
            "In a game, whoever takes x steps scores x*x - {0}*x + {1} points. {who} has scored "
            "{2}. What is the largest number of steps {who} can have taken?",
        ),
    },
    methods=(
        Method("Factor by sum and product", factoring, too_many),
        Method("Quadratic formula", formula),
    ),
)
