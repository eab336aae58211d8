"""The product of two numbers."""

from __future__ import annotations

import random
from collections.abc import Mapping

from reasonloom.worlds.family import Family, Method, Params, Work
from reasonloom.worlds.spell import times, total

FACTOR = {1: (7, 99), 2: (13, 80), 3: (21, 99)}
PRODUCT = {1: (30, 1000), 2: (300, 2500), 3: (1000, 5000)}
HIGHEST = 5000


def draw(rng: random.Random, level: int, fixed: Mapping[int, int]) -> Params | None:
    low, high = PRODUCT[level]
    place = next(iter(fixed), rng.randrange(2))
    known = fixed.get(place, rng.randint(*FACTOR[level]))
    if not 2 <= known <= HIGHEST // 3:
        return None
    top = (HIGHEST if fixed else high) // known
    other = fixed.get(1 - place, partner(rng, known, top))
    if other < 2 or known * other > HIGHEST or (not fixed and not low <= known * other <= high):
        return None
    return (known, other) if place == 0 else (other, known)


def partner(rng: random.Random, known: int, top: int) -> int:
    """A factor up to `top`; often one that has a short cut with `known`."""
    tens = 10 * rng.randint(1, max(1, top // 10))
    middle = known - known % 10 + rng.choice((0, 10))
    return rng.choice(
        (
            2 * middle - known,
            tens + rng.choice((-2, -1, 1, 2)),
            rng.randint(3, max(3, min(99, top))),
        )
    )


def places(number: int) -> list[int]:
    """`[400, 9]` of 409."""
    return [int(d) * 10**i for i, d in enumerate(reversed(str(number))) if d != "0"][::-1]


def by_place(params: Params) -> Work:
    whole, split = max(params), min(params)
    if split < 10:
        whole, split = split, whole
    parts = places(split)
    if len(parts) == 1:
        return [times(whole, split)], str(whole * split)
    return [
        f"{split} = " + " + ".join(map(str, parts)),
        *(times(whole, part) for part in parts),
        total([whole * part for part in parts]),
    ], str(whole * split)


def by_grid(params: Params) -> Work:
    cells = [(a, b) for a in places(params[0]) for b in places(params[1])]
    lines = [times(a, b) for a, b in cells]
    if len(cells) > 1:
        lines.append(total([a * b for a, b in cells]))
    return lines, str(params[0] * params[1])


def by_squares(params: Params) -> Work:
    low, high = min(params), max(params)
    middle = (low + high) // 2
    gap = high - middle
    return [
        f"{low} + {high} = {low + high}, {low + high}/2 = {middle}",
        f"{high} - {middle} = {gap}",
        times(middle, middle),
        times(gap, gap),
        f"{middle**2} - {gap**2} = {low * high}",
    ], str(low * high)


def no_squares(params: Params) -> str | None:
    low, high = min(params), max(params)
    if (low + high) % 2:
        return f"only one of {params[0]} and {params[1]} is odd"
    middle = (low + high) // 2
    if middle % 10:
        return f"the middle {middle} is not round"
    return None if 0 < high - middle < 10 else f"{high} is not near the middle {middle}"


def correction(factor: int) -> int:
    """What leads from the nearest multiple of ten to the factor."""
    return (factor + 5) % 10 - 5


def near_round(factor: int) -> bool:
    return factor > 2 and abs(correction(factor)) in (1, 2)


def by_rounding(params: Params) -> Work:
    near = min(filter(near_round, params), key=lambda f: (abs(correction(f)), f))
    other = params[1] if near == params[0] else params[0]
    gap = correction(near)
    tens = near - gap
    sign = "+" if gap > 0 else "-"
    return [
        f"{near} = {tens} {sign} {abs(gap)}",
        times(other, tens),
        times(other, abs(gap)),
        f"{other * tens} {sign} {other * abs(gap)} = {other * near}",
    ], str(other * near)


def no_rounding(params: Params) -> str | None:
    if any(map(near_round, params)):
        return None
    return f"neither {params[0]} nor {params[1]} is near a round number"


FAMILY = Family(
    name="product",
    topic="arithmetic",
    goal="the product of two numbers",
    slots=("first", "second"),
    links=(0, 1),
    draw=draw,
    answer=lambda p: p[0] * p[1],
    nouns={
        "en": (
            "{0}*{1}",
            "the product of {0} and {1}",
            "{0} times {1}",
            "the result of multiplying {0} by {1}",
            "{0} multiplied by {1}",
            "{0} lots of {1}",
        ),
        "ko": ("{0}, {1}의 곱",),
    },
    stories={
        "en": (
            "A hall has {0} rows with {1} seats each. How many seats are there?",
            "A crate holds {0} bottles. How many bottles are in {1} such crates?",
            "I have {0} boxes with {1} {things} in each. How many {things} do I have?",
            "One {thing} costs {1} euros. {who} buys {0} of them. How many euros is that?",
            "Calculate {0}*{1}.",
            "hey, quick one: how much is {0} times {1}?",
            "A rectangle is {0} cm long and {1} cm wide. Work out its area in square cm.",
            "{who} reads {1} pages a day. How many pages does {who} read in {0} days?",
            "{0} x {1} = ?",
            "What do {0} and {1} multiply to?",
            "A space probe flies for {0} hours at a steady {1} km per hour. How far does it get, "
            "in km?",
            "Find the area, in square metres, of a field that measures {0} m by {1} m.",
            "I type {0} words per minute. How many words is that in {1} minutes without a break?",
            "How many tiles do we need for a floor with {0} rows of {1} tiles?",
            "In a computer game {who} beats {0} monsters and gets {1} points for each. How many "
            "points is that in all?",
            "My new picture is {0} pixels wide and {1} pixels high. Of how many pixels does it "
            "consist?",
            "Our bakery fills {0} trays every morning, {1} rolls to a tray. Tell me how many "
            "rolls that makes.",
            "If one ticket to the {place} costs {0} euros, how many euros do {1} tickets cost?",
            "Each of {0} pupils sells {1} {things} at the school fair. What number of {things} "
            "do they sell together?",
            "Multiply {0} by {1} and give just the answer, please.",
            "Determine the product with the multiplicand {0} and the multiplier {1}.",
            "a loop runs {0} times and prints {1} lines on every pass, how many lines come out?",
            "At an hourly wage of {0} dollars, what does {who} earn in {1} hours of work, in "
            "dollars?",
            "You do {0} push-ups a day and keep that up for {1} days. What is your total?",
        ),
    },
    methods=(
        Method("Split a factor by place value", by_place),
        Method("Difference of squares", by_squares, no_squares),
        Method("Round a factor and correct", by_rounding, no_rounding),
        Method("Multiply place by place", by_grid),
    ),
)
