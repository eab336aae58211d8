"""Twice the area of a triangle whose corners have whole coordinates."""

from __future__ import annotations

import random
from collections.abc import Mapping

from reasonloom.worlds.family import Family, Method, Params, Work
from reasonloom.worlds.spell import times, total

TOP = {1: 6, 2: 9, 3: 12}
LARGEST = 60
Point = tuple[int, int]


def draw(rng: random.Random, level: int, fixed: Mapping[int, int]) -> Params | None:
    """Half of the triangles have a side that is parallel to an axis."""
    if any(not 0 <= value <= LARGEST for value in fixed.values()):
        return None
    left = max(0, max(fixed.values(), default=0) - TOP[level])
    made = [rng.randint(0, TOP[level]) + (left if i % 2 == 0 else 0) for i in range(6)]
    if rng.random() < 0.5:
        axis = rng.randint(0, 1)
        made[4 + axis] = made[axis]
    for index, value in fixed.items():
        made[index] = value
    return tuple(made) if doubled(tuple(made)) else None


def corners(params: Params) -> tuple[Point, Point, Point]:
    a, b, c, d, e, f = params
    return (a, b), (c, d), (e, f)


def sides(params: Params) -> list[tuple[Point, Point]]:
    one, two, three = corners(params)
    return [(one, two), (two, three), (three, one)]


def doubled(params: Params) -> int:
    return abs(sum(p[0] * q[1] - p[1] * q[0] for p, q in sides(params)))


def gap(a: int, b: int) -> str:
    return f"{max(a, b)} - {min(a, b)} = {abs(a - b)}"


def shoelace(params: Params) -> Work:
    down = [(p[0], q[1]) for p, q in sides(params)]
    up = [(p[1], q[0]) for p, q in sides(params)]
    lines = []
    for pairs in (down, up):
        lines += [", ".join(times(a, b) for a, b in pairs), total([a * b for a, b in pairs])]
    one, two = (sum(a * b for a, b in pairs) for pairs in (down, up))
    return [*lines, gap(one, two)], str(abs(one - two))


def flat(params: Params) -> tuple[int, Point, Point, Point] | None:
    """The axis along which a side runs, that side, and the corner opposite."""
    one, two, three = corners(params)
    for p, q, tip in ((one, two, three), (two, three, one), (three, one, two)):
        for axis in (0, 1):
            if p[1 - axis] == q[1 - axis]:
                return axis, p, q, tip
    return None


def base_times_height(params: Params) -> Work:
    found = flat(params)
    assert found
    axis, p, q, tip = found
    base, height = abs(p[axis] - q[axis]), abs(tip[1 - axis] - p[1 - axis])
    return [
        gap(p[axis], q[axis]),
        gap(tip[1 - axis], p[1 - axis]),
        times(base, height),
    ], str(base * height)


def slanted(params: Params) -> str | None:
    return None if flat(params) else "no side is parallel to an axis"


def in_rectangle(params: Params) -> Work:
    xs, ys = params[0::2], params[1::2]
    wide, high = max(xs) - min(xs), max(ys) - min(ys)
    frame = 2 * wide * high
    lines = [f"{gap(max(xs), min(xs))}, {gap(max(ys), min(ys))}, {times(wide, high)}"]
    lines[0] += f", 2*{wide * high} = {frame}"
    cut = []
    for p, q in sides(params):
        across, along = abs(p[0] - q[0]), abs(p[1] - q[1])
        if across and along:
            lines.append(f"{gap(p[0], q[0])}, {gap(p[1], q[1])}, {times(across, along)}")
            cut.append(across * along)
    rest = frame
    for corner in cut:
        rest -= corner
    return [*lines, total([frame, *(-c for c in cut)])], str(rest)


def inside(params: Params) -> str | None:
    xs, ys = params[0::2], params[1::2]
    for x, y in corners(params):
        if min(xs) < x < max(xs) and min(ys) < y < max(ys):
            return f"({x}, {y}) lies inside the rectangle"
    return None


FAMILY = Family(
    name="triangle_area",
    topic="geometry",
    goal="twice the area of a triangle",
    slots=("first x", "first y", "second x", "second y", "third x", "third y"),
    links=(0, 2),
    draw=draw,
    answer=doubled,
    nouns={
        "en": (
            "twice the area of the triangle with vertices ({0}, {1}), ({2}, {3}) and ({4}, {5})",
            "double the area of the triangle ({0}, {1}), ({2}, {3}), ({4}, {5})",
            "two times the area of the triangle with corners ({0}, {1}), ({2}, {3}), ({4}, {5})",
            "twice the area that the points ({0}, {1}), ({2}, {3}) and ({4}, {5}) span",
            "the doubled area of triangle ABC with A = ({0}, {1}), B = ({2}, {3}), C = ({4}, {5})",
            "the area of the parallelogram with three of its corners at ({0}, {1}), ({2}, {3}) "
            "and ({4}, {5})",
        ),
        "ko": ("꼭짓점이 ({0}, {1}), ({2}, {3}), ({4}, {5})인 삼각형 넓이를 두 배로 한 값",),
    },
    stories={
        "en": (
            "A field has its corners at ({0}, {1}), ({2}, {3}) and ({4}, {5}). "
            "What is twice its area?",
            "A sail with corners at ({0}, {1}), ({2}, {3}) and ({4}, {5}) is cut out of cloth, "
            "once for each of two boats. How much cloth is that?",
            "Find twice the area of the triangle ABC where A is ({0}, {1}), B is ({2}, {3}) and"
            " C is ({4}, {5}).",
            "I connect the points ({0}, {1}), ({2}, {3}) and ({4}, {5}) to a triangle. What is "
            "double its area?",
            "{who} makes two equal triangular flags; on squared paper each has its corners at "
            "({0}, {1}), ({2}, {3}) and ({4}, {5}). How many squares do both flags cover "
            "together?",
            "A triangle has the vertices ({0}, {1}), ({2}, {3}), ({4}, {5}). Work out its area "
            "and double it.",
            "what is two times the area of the triangle between ({0}, {1}), ({2}, {3}) and "
            "({4}, {5})?",
            "On a plan in metres, posts stand at ({0}, {1}), ({2}, {3}) and ({4}, {5}). A rope "
            "from post to post fences a triangle in. One bag of seed is used for each half "
            "square metre. How many bags are needed?",
            "Triangle ({0}, {1}), ({2}, {3}), ({4}, {5}): area times two?",
            "A = ({0}, {1}), B = ({2}, {3}), C = ({4}, {5}). Compute the absolute value of the "
            "cross product of the vectors AB and AC.",
            "A three-cornered sign has its corners at ({0}, {1}), ({2}, {3}) and ({4}, {5}), "
            "measured in feet. It is painted on the front and on the back. How many square feet "
            "is that?",
            "We pour a concrete slab two metres thick. Seen from above it is the triangle with "
            "corners ({0}, {1}), ({2}, {3}) and ({4}, {5}), on a plan in metres. How many cubic "
            "metres of concrete do we need?",
            "Take any side of the triangle with corners ({0}, {1}), ({2}, {3}) and ({4}, {5}) "
            "and multiply its length by the height that stands on it. What do you get?",
            "{who} cuts a triangle with corners at ({0}, {1}), ({2}, {3}) and ({4}, {5}) out of "
            "felt and sews it, edge to edge and without overlap, to its mirror image. What is "
            "the area of the whole patch?",
            "Apply the shoelace formula to the vertices ({0}, {1}), ({2}, {3}), ({4}, {5}), but "
            "leave out the halving at the end. What positive number comes out?",
            "In a game a spell strikes the triangle with corners ({0}, {1}), ({2}, {3}) and "
            "({4}, {5}) and does two points of damage per square unit of its area. How many "
            "points of damage is that in all?",
            "Three ships lie at anchor at ({0}, {1}), ({2}, {3}) and ({4}, {5}) on a chart in "
            "sea miles. How many square sea miles is twice the area of the triangle between them?",
            "From the corner ({0}, {1}) of a parallelogram one edge leads to ({2}, {3}) and the "
            "other to ({4}, {5}). What is the area of the parallelogram?",
            "You get two dollars for each square metre of land that you sell. How many dollars "
            "does a triangular lot with corners at ({0}, {1}), ({2}, {3}) and ({4}, {5}), in "
            "metres, bring you?",
            "On my plan, in metres, a vegetable bed is the triangle ({0}, {1}), ({2}, {3}), "
            "({4}, {5}). I harvest two kilos of potatoes per square metre. How many kilos is "
            "that?",
            "Ascertain double the area of the region enclosed by the segments that join ({0}, "
            "{1}), ({2}, {3}) and ({4}, {5}).",
            "i drew the triangle ({0}, {1}), ({2}, {3}), ({4}, {5}). what area do two of those "
            "have together?",
            "A program takes the triangle with corners x = {0}, y = {1}; x = {2}, y = {3}; x = "
            "{4}, y = {5} and prints its area multiplied by two. What does it print?",
            "If a triangle whose corners lie at ({0}, {1}), ({2}, {3}) and ({4}, {5}) became "
            "twice as large in area, what would its area be?",
        ),
    },
    methods=(
        Method("Shoelace formula", shoelace),
        Method("Base times height", base_times_height, slanted),
        Method("Enclosing rectangle minus corners", in_rectangle, inside),
    ),
)
