"""The value of a quadratic polynomial at a whole number."""

from __future__ import annotations

import random
from collections.abc import Mapping

from reasonloom.worlds.family import Family, Method, Params, Work
from reasonloom.worlds.spell import signed, times

TOP = {1: 7, 2: 10, 3: 15}
LARGEST = 1500
"""Bound of the value."""


def draw(rng: random.Random, level: int, fixed: Mapping[int, int]) -> Params | None:
    if not all(1 <= value <= 150 for value in fixed.values()):
        return None
    x = fixed.get(3, rng.randint(2, TOP[level]))
    square = rng.randint(2, 4 if x <= TOP[3] else 2)
    linear, constant = fixed.get(1, rng.randint(2, 9)), fixed.get(2, rng.randint(1, 30 * level))
    value = (square * x + linear) * x + constant
    return (square, linear, constant, x) if value <= LARGEST else None


def horner(params: Params) -> Work:
    p, q, r, x = params
    first = p * x + q
    return [
        f"{times(p, x)}, {p * x} + {q} = {first}",
        f"{times(first, x)}, {first * x} {signed(r)} = {first * x + r}",
    ], str(first * x + r)


def by_terms(params: Params) -> Work:
    p, q, r, x = params
    square = x * x
    return [
        times(x, x),
        times(p, square),
        times(q, x),
        f"{p * square} + {q * x} = {p * square + q * x}",
        f"{p * square + q * x} + {r} = {p * square + q * x + r}",
    ], str(p * square + q * x + r)


FAMILY = Family(
    name="polynomial_value",
    topic="algebra",
    goal="the value of a polynomial",
    slots=("square factor", "linear factor", "constant", "point"),
    links=(3, 2, 1),
    draw=draw,
    answer=lambda p: (p[0] * p[3] + p[1]) * p[3] + p[2],
    nouns={
        "en": (
            "the value of {0}x^2 + {1}x + {2} at x = {3}",
            "f({3}) for f(x) = {0}x^2 + {1}x + {2}",
            "{0}x^2 + {1}x + {2} when x is {3}",
            "the value of f({3}) if f(x) = {0}x^2 + {1}x + {2}",
            "the result of putting x = {3} into {0}x^2 + {1}x + {2}",
            "{0}x^2 + {1}x + {2} evaluated at x = {3}",
        ),
        "ko": ("x = {3}일 때 {0}x^2 + {1}x + {2}의 값",),
    },
    stories={
        "en": (
            "A square sign costs {0} dollars a square foot, {1} dollars a foot of its side and {2} "
            "dollars for the post. What does a sign with a side of {3} feet cost, in dollars?",
            "A square pond has a side of {3} m. A liner costs {0} dollars a square metre, a rim "
            "{1} dollars a metre of the side, and delivery {2} dollars. What is the whole bill?",
            "Let f(x) = {0}x^2 + {1}x + {2}. What is f({3})?",
            "Plug x = {3} into {0}x^2 + {1}x + {2}. What comes out?",
            "After t seconds a toy car has gone {0}*t*t + {1}*t + {2} cm. How far has it gone "
            "after {3} seconds, in cm?",
            "Take {3}. Square it and multiply by {0}; add {1} times the number you took; then "
            "add {2}. What do you get?",
            "If x is {3}, how much is {0}x^2 + {1}x + {2}?",
            "A square flower bed with sides of {3} m gets {0} plants per square metre, {1} more "
            "per metre of its front side and {2} for the pots beside it. How many plants is "
            "that?",
            "{0}x^2 + {1}x + {2} at x = {3}: what's the value?",
            "Substitute x = {3} into {0}x^2 + {1}x + {2} and simplify.",
            "f(x) = {0}*x*x + {1}*x + {2}; f({3}) = ?",
            "A function squares its input, multiplies the square by {0}, adds {1} times the input "
            "and finally adds {2}. Which output belongs to the input {3}?",
            "{who} runs the code y = {0}*x*x + {1}*x + {2} with x set to {3}. What is y "
            "afterwards?",
            "For a square banner, cloth costs {0} euros a square metre, a rod along its top edge "
            "{1} euros a metre, and the hooks {2} euros in all. How many euros does a banner with "
            "a side of {3} m cost?",
            "The stopping distance of a cart at speed x is {0}*x*x + {1}*x + {2} cm. What is it, "
            "in cm, if x equals {3}?",
            "Work out {0} times y squared, plus {1} times y, plus {2}, for y = {3}.",
            "I stack {0} square trays, each with x rows of x cups, then {1} boxes of x cups and "
            "then {2} loose cups. If x equals {3}, how many cups do I have?",
            "Suppose f(x) = {0}x^2 + {1}x + {2}. What is f({3}) equal to?",
            "I need to know {0}x^2 + {1}x + {2} when x is {3}. Can you compute it?",
            "The prize for finishing level x of a game is {0}*x*x + {1}*x + {2} coins. What does "
            "{who} get for finishing level {3}, in coins?",
            "A spreadsheet cell holds the formula {0}*x*x + {1}*x + {2}, where x is the entry of "
            "the cell beside it. What does it show when that entry is {3}?",
            "A square quilt takes {0} pins for every square foot, {1} more for every foot of its "
            "top edge, and {2} at the corners. How many pins go into a quilt whose side is {3} "
            "feet long?",
            "Evaluate the quadratic polynomial whose coefficients, from the highest power down to "
            "the constant, are {0}, {1} and {2}, at the argument {3}.",
            "The height of a model rocket, in metres, is {0} times the square of the time, plus "
            "{1} times the time, plus {2}, with the time in seconds. How high is it at time {3}?",
        ),
    },
    methods=(
        Method("Horner's scheme", horner),
        Method("Substitute term by term", by_terms),
    ),
)
