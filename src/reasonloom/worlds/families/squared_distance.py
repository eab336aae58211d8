"""The square of the distance between two points with whole coordinates."""

from __future__ import annotations

import random
from collections.abc import Mapping

from reasonloom.worlds.family import Family, Method, Params, Work
from reasonloom.worlds.spell import times

TOP = {1: 9, 2: 14, 3: 20}
"""The largest coordinate; the coordinates beside a linked one differ from it by as much."""
LARGEST = 150
SQUARED = 12
"""Larger coordinates make the dot product too long to write out."""


def draw(rng: random.Random, level: int, fixed: Mapping[int, int]) -> Params | None:
    if any(not 0 <= value <= LARGEST for value in fixed.values()):
        return None
    point = [rng.randint(0, TOP[level]) for _ in range(4)]
    for index, value in fixed.items():
        partner = (index + 2) % 4
        point[index] = value
        if partner not in fixed:
            point[partner] = max(0, value + rng.randint(-TOP[level], TOP[level]))
    x, y, u, v = point
    return (x, y, u, v) if (x, y) != (u, v) else None


def square(params: Params) -> int:
    x, y, u, v = params
    return (x - u) ** 2 + (y - v) ** 2


def by_differences(params: Params) -> Work:
    x, y, u, v = params
    wide, high = abs(x - u), abs(y - v)
    return [
        f"{max(x, u)} - {min(x, u)} = {wide}, {max(y, v)} - {min(y, v)} = {high}",
        times(wide, wide),
        times(high, high),
        f"{wide * wide} + {high * high} = {wide * wide + high * high}",
    ], str(wide * wide + high * high)


def sum_of_products(pairs: list[tuple[int, int]]) -> tuple[str, int]:
    one, two = (a * b for a, b in pairs)
    products = ", ".join(times(a, b) for a, b in pairs)
    return f"{products}, {one} + {two} = {one + two}", one + two


def by_dot_product(params: Params) -> Work:
    x, y, u, v = params
    first, one = sum_of_products([(x, x), (y, y)])
    second, two = sum_of_products([(u, u), (v, v)])
    mixed, dot = sum_of_products([(x, u), (y, v)])
    return [
        first,
        second,
        mixed,
        f"{one} + {two} = {one + two}, 2*{dot} = {2 * dot}",
        f"{one + two} - {2 * dot} = {one + two - 2 * dot}",
    ], str(one + two - 2 * dot)


def large(params: Params) -> str | None:
    return f"{max(params)} is over {SQUARED}" if max(params) > SQUARED else None


FAMILY = Family(
    name="squared_distance",
    topic="geometry",
    goal="the squared distance of two points",
    slots=("first x", "first y", "second x", "second y"),
    links=(0, 3),
    draw=draw,
    answer=square,
    nouns={
        "en": (
            "the squared distance of the points ({0}, {1}) and ({2}, {3})",
            "the square of the distance between ({0}, {1}) and ({2}, {3})",
            "the squared length of the segment from ({0}, {1}) to ({2}, {3})",
            "the area of a square with one side from ({0}, {1}) to ({2}, {3})",
            "d^2, where d is the distance from ({0}, {1}) to ({2}, {3})",
            "the distance between the points ({0}, {1}) and ({2}, {3}), squared",
        ),
        "ko": ("두 점 ({0}, {1}), ({2}, {3}) 사이의 거리의 제곱",),
    },
    stories={
        "en": (
            "On a map in km a ship is at ({0}, {1}) and a lighthouse at ({2}, {3}). "
            "What is the square of their distance?",
            "A wire is stretched from ({0}, {1}) to ({2}, {3}) on a plan in metres. "
            "What is the square of its length?",
            "How far apart are ({0}, {1}) and ({2}, {3})? Give the square of the distance.",
            "I draw a line from ({0}, {1}) to ({2}, {3}) and a square on it. What is the area "
            "of the square?",
            "Find the squared length of the vector from the point ({0}, {1}) to the point ({2},"
            " {3}).",
            "{who} stands at ({0}, {1}) and {other} at ({2}, {3}) on a grid in metres. What is "
            "the square of the distance between them?",
            "Square the distance of A = ({0}, {1}) from B = ({2}, {3}).",
            "A circle around ({0}, {1}) passes through ({2}, {3}). What is its radius squared?",
            "({0}, {1}) to ({2}, {3}), distance squared?",
            "Let P = ({0}, {1}) and Q = ({2}, {3}). Compute PQ^2.",
            "In our game a robot moves in a straight line from ({0}, {1}) to ({2}, {3}). For the "
            "hit test we need the square of the distance that it covers. What is it?",
            "You lay a cable straight from the socket at ({0}, {1}) to the lamp at ({2}, {3}), "
            "all in feet. Multiply the length of the cable by itself: what comes out?",
            "Ascertain the squared Euclidean separation of the points ({0}, {1}) and ({2}, {3}).",
            "Let z = {0} + {1}*i and w = {2} + {3}*i. What is the square of the absolute value "
            "of z - w?",
            "A model predicts the values {0} and {1}, but the measured ones are {2} and {3}, in "
            "the same order. What is the sum of the squared errors?",
            "{who} digs {0} m east and {1} m north of an old oak, {other} digs {2} m east and "
            "{3} m north of it. How many metres lie between the two holes in a straight line? "
            "Tell me the square of that.",
            "A drone flies in a straight line from x = {0}, y = {1} to x = {2}, y = {3}, always "
            "at the same height. What is the square of the length of its flight?",
            "A function d takes two points and returns the square of their straight-line "
            "distance. What does d(({0}, {1}), ({2}, {3})) return?",
            "A square garden bed has two neighbouring corners at ({0}, {1}) and ({2}, {3}), in "
            "metres. How many square metres does it cover?",
            "A ball is kicked from ({0}, {1}) and comes to rest at ({2}, {3}) without any bend "
            "in its path. How far it went, squared, please.",
            "Add the square of x - u to the square of y - v, with x = {0}, y = {1}, u = {2} and "
            "v = {3}.",
            "The {place} is at ({0}, {1}) and the station at ({2}, {3}) on the town map. The "
            "straight distance between them is the square root of which number?",
            "two pixels, ({0}, {1}) and ({2}, {3}). squared distance?",
            "A goat is tied to a pole at ({0}, {1}), and its rope reaches just as far as ({2}, "
            "{3}). The area of the disc where it can graze is pi times which number?",
        ),
    },
    methods=(
        Method("Pythagorean theorem", by_differences),
        Method("Squares minus twice the dot product", by_dot_product, large),
    ),
)
