"""The slope of a cubic with whole coefficients at a whole number."""

from __future__ import annotations

import random
from collections.abc import Mapping

from reasonloom.worlds.family import Family, Method, Params, Work
from reasonloom.worlds.spell import times

CUBIC = {1: 3, 2: 4, 3: 5}
OTHER = {1: 9, 2: 9, 3: 12}
POINT = {1: 4, 2: 6, 3: 9}
LARGEST = {1: 40, 2: 150, 4: 15}
"""The largest operand that an earlier result may give."""


def draw(rng: random.Random, level: int, fixed: Mapping[int, int]) -> Params | None:
    if any(not 1 <= value <= LARGEST[index] for index, value in fixed.items()):
        return None
    top = 2 if fixed.get(4, 0) > 9 else CUBIC[level]
    values = [rng.randint(2, top), *(rng.randint(2, OTHER[level]) for _ in range(3))]
    values.append(rng.randint(2, POINT[level]))
    return tuple(fixed.get(index, value) for index, value in enumerate(values))


def slope(params: Params) -> int:
    a, b, c, _, x = params
    return 3 * a * x * x + 2 * b * x + c


def term_by_term(params: Params) -> Work:
    a, b, c, _, x = params
    high, low = 3 * a * x * x, 2 * b * x
    return [
        f"3*{a} = {3 * a}, 2*{b} = {2 * b}",
        f"{times(3 * a, x)}, {times(3 * a * x, x)}",
        times(2 * b, x),
        f"{high} + {low} = {high + low}, {high + low} + {c} = {high + low + c}",
    ], str(high + low + c)


def twice_divided(params: Params) -> Work:
    """Divide by x minus the point, then the quotient again; the second remainder is the slope."""
    a, b, c, _, x = params
    first = b + a * x
    second = c + first * x
    third = first + a * x
    result = second + third * x
    steps = [step(a, x, b), step(first, x, c), step(a, x, first), step(third, x, second)]
    return steps, str(result)


def step(carried: int, point: int, coefficient: int) -> str:
    product = carried * point
    return f"{times(carried, point)}, {coefficient} + {product} = {coefficient + product}"


FAMILY = Family(
    name="derivative_value",
    topic="calculus",
    goal="the slope of a cubic at a point",
    slots=("cubic factor", "square factor", "linear factor", "constant", "point"),
    links=(1, 2, 4),
    draw=draw,
    answer=slope,
    nouns={
        "en": (
            "the derivative of {0}x^3 + {1}x^2 + {2}x + {3} at x = {4}",
            "f'({4}) for f(x) = {0}x^3 + {1}x^2 + {2}x + {3}",
            "the slope of the curve y = {0}x^3 + {1}x^2 + {2}x + {3} at x = {4}",
            "the gradient of the tangent to y = {0}x^3 + {1}x^2 + {2}x + {3} at x = {4}",
            "the value of the derivative of {0}x^3 + {1}x^2 + {2}x + {3} at x = {4}",
            "dy/dx at x = {4} for y = {0}x^3 + {1}x^2 + {2}x + {3}",
        ),
        "ko": ("x = {4}에서 곡선 y = {0}x^3 + {1}x^2 + {2}x + {3}의 미분계수의 값",),
    },
    stories={
        "en": (
            "After x seconds a cart has rolled {0}x^3 + {1}x^2 + {2}x + {3} cm. "
            "How fast is it at x = {4}, in cm per second?",
            "x hours after noon a tank holds {0}x^3 + {1}x^2 + {2}x + {3} litres. "
            "At how many litres per hour does it fill at x = {4}?",
            "Differentiate {0}x^3 + {1}x^2 + {2}x + {3} and put in x = {4}. What do you get?",
            "How steep is the graph of y = {0}x^3 + {1}x^2 + {2}x + {3} at x = {4}?",
            "At x = {4}, what is the slope of f(x) = {0}x^3 + {1}x^2 + {2}x + {3}?",
            "I need f'({4}), where f(x) = {0}x^3 + {1}x^2 + {2}x + {3}. Can you help me?",
            "{who} makes x {things} a day at a total cost of {0}x^3 + {1}x^2 + {2}x + {3} "
            "cents. What is the marginal cost, the derivative of the total cost, at x = {4}?",
            "A tangent touches the curve y = {0}x^3 + {1}x^2 + {2}x + {3} at x = {4}. Work out "
            "its gradient.",
            "d/dx of {0}x^3 + {1}x^2 + {2}x + {3} when x = {4}?",
            "f(x) = {0}x^3 + {1}x^2 + {2}x + {3}. Find f'(x) for x = {4}.",
            "A cubic has the coefficients {0}, {1}, {2} and {3}, from the highest power down to "
            "the constant. What is its derivative at x = {4}?",
            "A drone is {0} t cubed + {1} t squared + {2} t + {3} metres up after t seconds. How "
            "fast does it climb, in metres per second, at t = {4}?",
            "At x = {4}, what is the rate of change of {0}x^3 + {1}x^2 + {2}x + {3}?",
            "Work out the instantaneous rate of change of y = {0}x^3 + {1}x^2 + {2}x + {3} at x "
            "= {4}.",
            "f'({4}), where f(x) = {0}x^3 + {1}x^2 + {2}x + {3}: what is it?",
            "A town will have {0}x^3 + {1}x^2 + {2}x + {3} people x years from now. How many "
            "people a year is it gaining at x = {4}?",
            "def f(x): return {0}*x*x*x + {1}*x*x + {2}*x + {3}. What is the exact slope of f at "
            "x = {4}?",
            "x seconds after the start a balloon holds {0}x^3 + {1}x^2 + {2}x + {3} cubic cm of "
            "air. At what rate, in cubic cm per second, is that changing when x = {4}?",
            "I draw the graph of y = {0}x^3 + {1}x^2 + {2}x + {3} and lay a ruler along it as a "
            "tangent where x = {4}. What slope does the ruler show?",
            "The {place} earns {0}x^3 + {1}x^2 + {2}x + {3} dollars with x customers. Find its "
            "marginal revenue, the derivative of that amount, at x = {4}.",
            "Please differentiate the function x -> {0}x^3 + {1}x^2 + {2}x + {3}, then evaluate "
            "the derivative for x = {4}.",
            "Let y be {0}x cubed plus {1}x squared plus {2}x plus {3}. What is dy/dx when x "
            "equals {4}?",
            "At x = {4}, {who} stands on a hill with the profile y = {0}x^3 + {1}x^2 + {2}x + "
            "{3}. What is the slope of the hill there?",
            "homework help: we need the first derivative of {0}x^3 + {1}x^2 + {2}x + {3} for x = "
            "{4}, as a number",
        ),
    },
    methods=(
        Method("Power rule term by term", term_by_term),
        Method("Synthetic division twice", twice_divided),
    ),
)
