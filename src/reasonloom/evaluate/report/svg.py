"""What every plot shares: its frame with axes, and one marker and colour for each strategy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reasonloom.evaluate.report.html import Child, Html, join, tag
from reasonloom.evaluate.report.scale import Scale, Tick

WIDTH = 480.0
"""Units of a drawing's width; a page shows one at 340 to 560 pixels, so 13 units of type stay
readable (our choice)."""
COLOURS = 8
SHAPES = 6


@dataclass(frozen=True, slots=True)
class Frame:
    """Both scales of a plot, in units from its upper left corner."""

    x: Scale
    y: Scale
    height: float

    @property
    def right(self) -> float:
        return max(self.x.start, self.x.end)


def picture(height: float, title: str, *children: Child) -> Html:
    """The drawing; `title` says to a screen reader what it shows."""
    return tag(
        "svg",
        children,
        viewBox=f"0 0 {WIDTH:g} {height:g}",
        role="img",
        aria_label=title,
        class_="plot",
    )


def axes(frame: Frame, xs: Iterable[Tick], ys: Iterable[Tick], x_name: str, y_name: str) -> Html:
    """Grid lines for the upright axis, ticks for both, and their names."""
    x, y = frame.x, frame.y
    parts: list[Child] = []
    for tick in ys:
        at = y.at(tick.value)
        parts.append(line(x.start, at, x.end, at, "grid"))
        parts.append(text(x.start - 7, at + 4, tick.label, "tick", "end"))
    for tick in xs:
        at = x.at(tick.value)
        parts.append(line(at, y.start, at, y.start + 5, "axis"))
        parts.append(text(at, y.start + 19, tick.label, "tick"))
    parts.append(line(x.start, y.start, x.end, y.start, "axis"))
    middle = (x.start + x.end) / 2
    parts.append(text(middle, y.start + 39, x_name, "name"))
    parts.append(text(x.start - 38, y.end - 17, y_name, "name", "start"))
    return join(parts)


def line(x1: float, y1: float, x2: float, y2: float, class_: str) -> Html:
    return tag("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=class_)


def text(x: float, y: float, words: str, class_: str, anchor: str = "middle") -> Html:
    return tag("text", words, x=x, y=y, class_=class_, text_anchor=anchor)


def path(points: Sequence[tuple[float, float]], class_: str) -> Html:
    joined = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return tag("polyline", points=joined, class_=class_)


def colour(index: int) -> str:
    """The class that colours the strategy of this number, from 0."""
    return f"c{index % COLOURS}"


def marker(x: float, y: float, index: int, title: str | None = None) -> Html:
    """The strategy's own shape; `title` is what a pointer over it tells."""
    r = 5.5
    shape = (index + index // (COLOURS * SHAPES)) % SHAPES
    corners = {
        1: [(-r, -r), (r, -r), (r, r), (-r, r)],
        2: [(0, -1.35 * r), (1.35 * r, 0), (0, 1.35 * r), (-1.35 * r, 0)],
        3: [(0, -1.2 * r), (1.15 * r, 0.9 * r), (-1.15 * r, 0.9 * r)],
        4: [(0, 1.2 * r), (1.15 * r, -0.9 * r), (-1.15 * r, -0.9 * r)],
        5: [(-1.3 * r, -0.5 * r), (1.3 * r, -0.5 * r), (1.3 * r, 0.5 * r), (-1.3 * r, 0.5 * r)],
    }
    told = None if title is None else tag("title", title)
    class_ = f"mark {colour(index)}"
    if shape == 0:
        return tag("circle", told, cx=x, cy=y, r=r, class_=class_)
    points = " ".join(f"{x + dx:.1f},{y + dy:.1f}" for dx, dy in corners[shape])
    return tag("polygon", told, points=points, class_=class_)


def key(index: int) -> Html:
    """The marker alone, to stand before a strategy's name in text."""
    return tag("svg", marker(8, 8, index), viewBox="0 0 16 16", class_="key", aria_hidden="true")
