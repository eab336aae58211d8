"""The integral of a quadratic whose antiderivative has whole coefficients."""

from __future__ import annotations

import random
from collections.abc import Mapping

from reasonloom.worlds.family import Family, Method, Params, Work
from reasonloom.worlds.spell import quotient, times, total

CUBE = {1: 3, 2: 3, 3: 3}
SQUARE = {1: 6, 2: 7, 3: 8}
CONSTANT = {1: 20, 2: 20, 3: 20}
END = {1: 4, 2: 5, 3: 6}
VALUE = 150
"""Larger values make Simpson's rule too long to write out."""
LARGEST = {2: 150, 4: 8}
"""The largest operand that an earlier result may give."""


def draw(rng: random.Random, level: int, fixed: Mapping[int, int]) -> Params | None:
    if any(not 1 <= value <= LARGEST[index] for index, value in fixed.items()):
        return None
    end = fixed.get(4, rng.randint(2, END[level]))
    start = rng.randint(0, min(end - 1, 1 + level))
    constant = fixed.get(2, rng.randint(1, CONSTANT[level]))
    cube = rng.randint(1, 2 if end > 6 else CUBE[level])
    return 3 * cube, 2 * rng.randint(1, SQUARE[level]), constant, start, end


def whole(params: Params) -> int:
    def antiderivative(x: int) -> int:
        return params[0] // 3 * x**3 + params[1] // 2 * x * x + params[2] * x

    return antiderivative(params[4]) - antiderivative(params[3])


def nested(coefficients: tuple[int, ...], x: int) -> tuple[str, int]:
    """A polynomial's value, with a product and a sum in turn."""
    value, steps = coefficients[0], []
    for coefficient in coefficients[1:]:
        if x > 1:
            steps.append(times(value, x))
        value *= x
        if coefficient:
            steps.append(f"{value} + {coefficient} = {value + coefficient}")
            value += coefficient
    return ", ".join(steps), value


def by_antiderivative(params: Params) -> Work:
    p, q, c, start, end = params
    lines = [f"{quotient(p, 3)}, {quotient(q, 2)}"]
    line, high = nested((p // 3, q // 2, c, 0), end)
    lines.append(line)
    if start == 0:
        return lines, str(high)
    line, low = nested((p // 3, q // 2, c, 0), start)
    return [*lines, line, f"{high} - {low} = {high - low}"], str(high - low)


def by_simpson(params: Params) -> Work:
    start, end = params[3:]
    half, middle = (end - start) // 2, (start + end) // 2
    line = f"{end} - {start} = {end - start}, {quotient(end - start, 2)}"
    lines, values = [f"{line}, {start} + {half} = {middle}"], []
    for x in (start, middle, end):
        line, value = nested(params[:3], x) if x else (f"0 + {params[2]} = {params[2]}", params[2])
        lines.append(line)
        values.append(value)
    weighted = [values[0], 4 * values[1], values[2]]
    lines += [times(values[1], 4), total(weighted)]
    third = sum(weighted) * half // 3
    if half % 3 == 0:
        return [*lines, f"{half}/3 = {half // 3}", times(sum(weighted), half // 3)], str(third)
    return [*lines, quotient(sum(weighted), 3), times(third // half, half)], str(third)


def unwieldy(params: Params) -> str | None:
    start, end = params[3:]
    if (start + end) % 2:
        return f"{start} + {end} = {start + end} is odd"
    last = nested(params[:3], end)[1]
    return f"the value {last} is too large" if last > VALUE else None


FAMILY = Family(
    name="definite_integral",
    topic="calculus",
    goal="the definite integral of a quadratic",
    slots=("square factor", "linear factor", "constant", "lower end", "upper end"),
    links=(2, 4),
    draw=draw,
    answer=whole,
    nouns={
        "en": (
            "the integral of {0}x^2 + {1}x + {2} from x = {3} to x = {4}",
            "the definite integral from {3} to {4} of {0}x^2 + {1}x + {2}",
            "the area under the curve y = {0}x^2 + {1}x + {2} between x = {3} and x = {4}",
            "the integral of ({0}x^2 + {1}x + {2}) dx from {3} to {4}",
            "the value of the definite integral of f(x) = {0}x^2 + {1}x + {2} from x = {3} to x"
            " = {4}",
            "the area between the x-axis and the parabola y = {0}x^2 + {1}x + {2} from x = {3} "
            "to x = {4}",
        ),
        "ko": ("x = {3}부터 x = {4}까지 {0}x^2 + {1}x + {2}의 적분값",),
    },
    stories={
        "en": (
            "After x minutes water flows into a pool at {0}x^2 + {1}x + {2} litres per minute. "
            "How many litres flow in from x = {3} to x = {4}?",
            "A train runs at {0}x^2 + {1}x + {2} metres per second after x seconds. "
            "How many metres does it cover from x = {3} to x = {4}?",
            "Integrate {0}x^2 + {1}x + {2} from x = {3} to x = {4}.",
            "How big is the area under y = {0}x^2 + {1}x + {2} between x = {3} and x = {4}?",
            "Between x = {3} and x = {4}, what area do the x-axis and the graph of {0}x^2 + "
            "{1}x + {2} enclose?",
            "I have to integrate f(x) = {0}x^2 + {1}x + {2}, with lower limit {3} and upper "
            "limit {4}. What comes out?",
            "x hours after opening, people enter the {place} at a rate of {0}x^2 + {1}x + {2} "
            "an hour. How many come in from x = {3} to x = {4}?",
            "From x = {3} to x = {4} a force of {0}x^2 + {1}x + {2} newtons pushes a cart that "
            "is x metres from the start. Find the work done, in joules.",
            "integral of {0}x^2 + {1}x + {2}, x = {3} to x = {4}?",
            "Evaluate int ({0}x^2 + {1}x + {2}) dx from {3} to {4}.",
            "Find an antiderivative of {0}x^2 + {1}x + {2} and use it to get the integral from x "
            "= {3} to x = {4}.",
            "After x seconds my toy car moves at {0}x^2 + {1}x + {2} cm per second. What "
            "distance, in cm, does it cover from x = {3} to x = {4}?",
            "From x = {3} to x = {4} a factory draws a power, x hours after midnight, of {0}x^2 "
            "+ {1}x + {2} kilowatts. How many kilowatt hours does it use in that time?",
            "Oil leaks out at {0} t squared + {1} t + {2} litres per hour, t hours after an "
            "accident. How many litres leak out between t = {3} and t = {4}?",
            "A web server gets {0}x^2 + {1}x + {2} requests per second x seconds after its "
            "start. How many requests arrive between x = {3} and x = {4}?",
            "def rate(x): return {0}*x*x + {1}*x + {2}. What is the exact integral of rate from "
            "x = {3} to x = {4}?",
            "Determine the definite integral of the quadratic {0}x^2 + {1}x + {2} for the lower "
            "limit {3} and the upper limit {4}.",
            "Between x = {3} and x = {4}, {who} gains fans at a rate of {0}x^2 + {1}x + {2} a "
            "week, x weeks after a first song. How many new fans is that?",
            "When x units are made, the marginal cost is {0}x^2 + {1}x + {2} cents. By how many "
            "cents does the total cost rise if output goes from x = {3} to x = {4}?",
            "I shade the region above the x-axis and below the graph of y = {0}x^2 + {1}x + {2} "
            "between the lines x = {3} and x = {4}. How large is it?",
            "F is an antiderivative of {0}x^2 + {1}x + {2}. By how much does F(x) grow from x = "
            "{3} to x = {4}?",
            "A curve has the slope {0}x^2 + {1}x + {2} at each x. How far does it rise from x = "
            "{3} to x = {4}?",
            "y' is {0} times x squared plus {1} times x plus {2}; what is the increase of y "
            "while x runs from {3} to {4}?",
            "We need the area that y = {0}x^2 + {1}x + {2} and the x-axis bound, from x = {3} to "
            "x = {4}.",
        ),
    },
    methods=(
        Method("Antiderivative at both ends", by_antiderivative),
        Method("Simpson's rule", by_simpson, unwieldy),
    ),
)
