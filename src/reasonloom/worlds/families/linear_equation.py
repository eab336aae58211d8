"""A linear equation in one unknown, `p x + q = r`."""

from __future__ import annotations

import random
from collections.abc import Mapping

from reasonloom.worlds.family import Family, Method, Params, Work
from reasonloom.worlds.spell import by_table, quotient, times

TOP = {1: 12, 2: 20, 3: 40}
FACTOR = 19
"""The largest factor that is looked for between two fixed numbers."""


def draw(rng: random.Random, level: int, fixed: Mapping[int, int]) -> Params | None:
    """The root follows from a fixed right side, the factor only where both others are fixed."""
    if not all(1 <= value <= 200 for value in fixed.values()):
        return None
    constant, right = fixed.get(1, rng.randint(1, 30 * level)), fixed.get(2)
    factors = list(range(2, 10 if level < 3 else 13))
    if right is not None and 1 in fixed:
        factors = [f for f in range(2, FACTOR + 1) if (right - constant) % f == 0]
    factor = fixed.get(0) or (rng.choice(factors) if factors else 0)
    if right is None:
        return factor, constant, factor * rng.randint(1, TOP[level]) + constant
    if 1 not in fixed and right > factor > 0:
        constant = right - factor * rng.randint(1, (right - 1) // factor)
    fits = factor > 1 and right > constant and (right - constant) % factor == 0
    return (factor, constant, right) if fits else None


def isolate(params: Params) -> Work:
    factor, constant, right = params
    rest = right - constant
    lines = [f"{factor}x = {right} - {constant} = {rest}"]
    return [*lines, quotient(rest, factor, "x")], str(rest // factor)


def backwards(params: Params) -> Work:
    factor, constant, right = params
    rest = right - constant
    root = rest // factor
    return [
        f"{right} - {constant} = {rest}",
        quotient(rest, factor),
        f"{times(root, factor)}, {rest} + {constant} = {right}",
    ], str(root)


def tabulate(params: Params) -> Work:
    factor, constant, right = params
    rest = right - constant
    root = rest // factor
    lines = [f"{factor}x = {right} - {constant} = {rest}", *by_table(rest, factor)]
    return [*lines, f"x = {root}"], str(root)


FAMILY = Family(
    name="linear_equation",
    topic="algebra",
    goal="the root of a linear equation",
    slots=("factor", "constant", "right side"),
    links=(0, 1, 2),
    draw=draw,
    answer=lambda p: (p[2] - p[1]) // p[0],
    nouns={
        "en": (
            "the solution x of {0}x + {1} = {2}",
            "the value of x with {0}x + {1} = {2}",
            "the number x such that {0}x + {1} = {2}",
            "x if {0}x + {1} = {2}",
            "the root of {0}x + {1} = {2}",
            "the unknown x in {2} = {0}x + {1}",
            "the number that makes {2} when it is multiplied by {0} and {1} is added",
        ),
        "ko": ("방정식 {0}x + {1} = {2}의 해 x",),
    },
    stories={
        "en": (
            "I think of a number, multiply it by {0}, add {1} and get {2}. What is my number?",
            "A taxi costs {1} dollars plus {0} dollars a mile. A ride cost {2} dollars. "
            "How many miles was it?",
            "Solve {0}x + {1} = {2} for x.",
            "{who} has {2} euros, spends {1} on lunch and all the rest on {things} at {0} euros "
            "each. How many {things} is that?",
            "Each {thing} costs {0} euros and delivery is {1} euros. I paid {2} euros in total. "
            "How many did I buy?",
            "There were {1} people on the bus. At every stop {0} more got on and nobody got "
            "off. After how many stops were there {2} people on it?",
            "A tank already holds {1} litres and a pump adds {0} litres a minute. How many "
            "minutes does it take to reach {2} litres?",
            "When I take {1} away from {2} and split what is left evenly among {0} friends, how "
            "much does each get?",
            "{0}x + {1} = {2}. x = ?",
            "Find the number x that makes this true: {2} = {0}x + {1}",
            "{0} times a number, plus {1}, is {2}. What's the number?",
            "At which x does the line y = {0}x + {1} reach the height {2}?",
            "Determine the root of the linear equation {0}x + {1} = {2}.",
            "Fill in the blank: {0} * [ ] + {1} = {2}. Which number goes in?",
            "A plumber charges {0} dollars an hour, plus {1} for coming out. The bill says {2} "
            "dollars. How many hours did the job take?",
            "The guest house charges {0} euros per night and adds {1} for cleaning, once per "
            "stay. We paid {2} euros. How many nights did we stay?",
            "{who} saves {0} dollars a week and had {1} in the money box to begin with. After "
            "how many weeks is there a total of {2} dollars in it?",
            "My barrel holds {1} litres of rain so far, and the drizzle adds {0} litres an hour. "
            "How many hours does it take to reach {2} litres?",
            "If you take {1} away from {2} and share the rest equally among {0} people, how much "
            "is one share?",
            "Each crate got {0} {things}, I kept {1} for myself, and there were {2} in all. How "
            "many crates did I fill?",
            "A little program reads a number, multiplies it by {0}, adds {1} and prints {2}. "
            "What number did it read?",
            "In our quiz every right answer brings {0} points, and everybody gets {1} extra for "
            "showing up. My score is {2}. How many of my answers were right?",
            "A seedling grows {0} mm a day. It was {1} mm tall when {who} planted it, and now it "
            "is {2} mm tall. How many days ago was it planted?",
            "A roast needs {0} minutes in the oven per pound and then, whatever its weight, {1} "
            "more to rest. That makes {2} minutes in total. How many pounds does the roast "
            "weigh?",
        ),
    },
    methods=(
        Method("Isolate the unknown", isolate),
        Method("Work backwards", backwards),
        Method("Divide with a table of multiples", tabulate),
    ),
)
