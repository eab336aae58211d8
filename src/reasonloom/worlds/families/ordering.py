"""Who stands where in an order that is told by comparisons.

Params: the theme, the place asked for (1 is the top), then two people a comparison, the upper one
first.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Mapping
from typing import NamedTuple

from reasonloom.worlds.family import Family, Method, Params, Work
from reasonloom.worlds.people import NAMES
from reasonloom.worlds.wording import mend

PEOPLE = {1: (3, 3), 2: (4, 4), 3: (5, 6)}
PATH = 0.6
"""Share of draws that compare all neighbours; the others settle the first or the last only."""


class Theme(NamedTuple):
    """A comparison in words; `ask` takes `first`, `last` or an ordinal with `first`."""

    more: str
    less: str
    ask: str
    first: str
    last: str
    nth: str
    korean: tuple[str, str, str, str, str]
    """Subject, more, less, and both before a noun."""


def _adjective(
    more: str, less: str, most: str, least: str, korean: tuple[str, str, str, str, str]
) -> Theme:
    upper, lower = f"is {more} than", f"is {less} than"
    return Theme(upper, lower, "Who is the {0}?", most, least, "{0}-th " + most, korean)


THEMES = (
    _adjective("taller", "shorter", "tallest", "shortest", ("키가", "크다", "작다", "큰", "작은")),
    _adjective(
        "older", "younger", "oldest", "youngest", ("나이가", "많다", "적다", "많은", "적은")
    ),
    _adjective(
        "faster", "slower", "fastest", "slowest", ("속도가", "빠르다", "느리다", "빠른", "느린")
    ),
    _adjective(
        "heavier",
        "lighter",
        "heaviest",
        "lightest",
        ("몸이", "무겁다", "가볍다", "무거운", "가벼운"),
    ),
    _adjective(
        "stronger", "weaker", "strongest", "weakest", ("힘이", "세다", "약하다", "센", "약한")
    ),
    Theme(
        "finished before",
        "finished after",
        "Who finished {0}?",
        "first",
        "last",
        "{0}-th",
        ("순위가", "높다", "낮다", "높은", "낮은"),
    ),
)


def facts(params: Params) -> list[tuple[int, int]]:
    return list(zip(params[2::2], params[3::2], strict=True))


def people(params: Params) -> set[int]:
    return set(params[2:])


def draw(rng: random.Random, level: int, fixed: Mapping[int, int]) -> Params | None:
    order = rng.sample(range(len(NAMES)), rng.randint(*PEOPLE[level]))
    pairs = list(itertools.pairwise(order))
    place = rng.randint(1, len(order))
    if rng.random() > PATH:
        place, pairs = _one_end(rng, order)
    rng.shuffle(pairs)
    return rng.randrange(len(THEMES)), place, *(who for pair in pairs for who in pair)


def _one_end(rng: random.Random, order: list[int]) -> tuple[int, list[tuple[int, int]]]:
    """Comparisons by which all but the first, or all but the last, are beaten once."""
    n = len(order)
    if rng.random() < 0.5:
        return 1, [(order[rng.randrange(i)], order[i]) for i in range(1, n)]
    return n, [(order[i], order[rng.randrange(i + 1, n)]) for i in range(n - 1)]


def ranked(params: Params) -> list[int]:
    """Everybody, top first; those whom no comparison separates in any order."""
    rest, order = people(params), []
    while rest:
        below = {b for a, b in facts(params) if a in rest}
        top = min(rest - below)
        order.append(top)
        rest.remove(top)
    return order


def answer(params: Params) -> str:
    return NAMES[ranked(params)[params[1] - 1]]


def chain(params: Params) -> Work:
    pairs = facts(params)
    row = list(pairs[0])
    lines = [_row(row)]
    after, before = dict(pairs), {b: a for a, b in pairs}
    while row[-1] in after:
        row.append(after[row[-1]])
        lines.append(_row(row))
    while row[0] in before:
        row.insert(0, before[row[0]])
        lines.append(_row(row))
    name = NAMES[row[params[1] - 1]]
    return [*lines, f"place {params[1]}: {name}"], name


def _row(row: list[int]) -> str:
    return " > ".join(NAMES[who] for who in row)


def open_order(params: Params) -> str | None:
    order, pairs = ranked(params), facts(params)
    for above, below in itertools.pairwise(order):
        if (above, below) not in pairs:
            return f"{NAMES[above]} and {NAMES[below]} are not compared"
    return None


def eliminate(params: Params) -> Work:
    lines, left = [], people(params)
    for above, below in facts(params):
        out = below if params[1] == 1 else above
        lines.append(f"{NAMES[above]} > {NAMES[below]}, so not {NAMES[out]}")
        left.discard(out)
    (only,) = left
    return [*lines, f"left: {NAMES[only]}"], NAMES[only]


def in_the_middle(params: Params) -> str | None:
    ends = (1, len(people(params)))
    return None if params[1] in ends else f"place {params[1]} is in the middle"


def show(params: Params) -> str:
    told = ", ".join(f"{NAMES[a]} > {NAMES[b]}" for a, b in facts(params))
    return f"{told}; place {params[1]} of {len(people(params))}"


LEADS = ("", "So ", "Tell me, ", "From these comparisons, ")
"""How an English question may begin."""


def tell(params: Params, rng: random.Random, language: str) -> str:
    theme, last = THEMES[params[0]], params[1] == len(people(params))
    compare, ask = (_english, _ask) if language == "en" else (_korean, _ask_korean)
    told = [compare(theme, a, b, rng.random() < 0.35) for a, b in facts(params)]
    asked = ask(theme, params[1], last)
    if language == "en" and (lead := rng.choice(LEADS)):
        asked = lead + asked[0].lower() + asked[1:]
    return mend(" ".join([*told, asked]))


def _english(theme: Theme, above: int, below: int, turned: bool) -> str:
    if turned:
        return f"{NAMES[below]} {theme.less} {NAMES[above]}."
    return f"{NAMES[above]} {theme.more} {NAMES[below]}."


def _ask(theme: Theme, place: int, last: bool) -> str:
    if place == 1:
        return theme.ask.format(theme.first)
    return theme.ask.format(theme.last if last else theme.nth.format(place))


def _korean(theme: Theme, above: int, below: int, turned: bool) -> str:
    subject, more, less, *_ = theme.korean
    if turned:
        return f"{NAMES[below]}는 {NAMES[above]}보다 {subject} {less}."
    return f"{NAMES[above]}는 {NAMES[below]}보다 {subject} {more}."


def _ask_korean(theme: Theme, place: int, last: bool) -> str:
    subject, _, _, most, least = theme.korean
    if last or place == 1:
        return f"{subject} 가장 {least if last else most} 사람은 누구인가?"
    return f"{subject} {place}번째로 {most} 사람은 누구인가?"


FAMILY = Family.puzzle(
    name="ordering",
    goal="who has a place in an order",
    draw=draw,
    answer=answer,
    tell=tell,
    show=show,
    methods=(
        Method("Chain the comparisons", chain, open_order),
        Method("Cross out who loses", eliminate, in_the_middle),
    ),
)
