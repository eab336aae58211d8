"""The plots of a report, each from plain numbers to one drawing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from reasonloom.evaluate.report.html import Child, Html, join, tag
from reasonloom.evaluate.report.scale import Scale, Tick, around, nice_step, number
from reasonloom.evaluate.report.svg import (
    WIDTH,
    Frame,
    axes,
    colour,
    line,
    marker,
    path,
    picture,
    text,
)

LEFT, RIGHT, TOP, BOTTOM = 46.0, 14.0, 34.0, 48.0
HEIGHT = 300.0


class Spread(NamedTuple):
    """A mean with its 95 % interval."""

    mean: float
    low: float
    high: float


class Dot(NamedTuple):
    """One setting: `number` is the strategy's, `accuracy` in percent."""

    number: int
    name: str
    tokens: float
    accuracy: Spread


@dataclass(frozen=True)
class Series:
    """One strategy's values by category."""

    number: int
    name: str
    values: Mapping[str, Spread] = field(default_factory=dict)


@dataclass(frozen=True)
class Curve:
    """`points` of k and percent; `solid` or dashed."""

    number: int
    name: str
    points: Sequence[tuple[int, float]]
    solid: bool = True


class Row(NamedTuple):
    """One difference of a forest plot, in percentage points."""

    label: str
    gap: Spread
    clear: bool


def frontier(dots: Sequence[Dot], best: Sequence[str]) -> Html:
    """Accuracy against tokens; the line steps along those that no other dominates."""
    x = around([dot.tokens for dot in dots], LEFT, WIDTH - RIGHT)
    frame = Frame(x, _percent(), HEIGHT)
    name = f"tokens a problem (mean{', logarithmic' if x.log else ''})"
    parts: list[Child] = [_framed(frame, x.ticks(), name, "accuracy %")]
    corners = [(x.at(d.tokens), frame.y.at(d.accuracy.mean)) for d in dots if d.name in best]
    parts.append(_steps(sorted(corners), frame))
    for dot in dots:
        told = f"{dot.name}: {dot.accuracy.mean:.1f} % at {dot.tokens:,.0f} tokens"
        parts.append(_whisker(frame, x.at(dot.tokens), dot.accuracy, dot.number))
        parts.append(marker(x.at(dot.tokens), frame.y.at(dot.accuracy.mean), dot.number, told))
    return picture(HEIGHT, "Accuracy against tokens", parts)


def grouped(series: Sequence[Series], x_name: str, y_name: str, *, percent: bool = True) -> Html:
    """Means with intervals, side by side in each category."""
    names = list(dict.fromkeys(name for s in series for name in s.values))
    slot = (WIDTH - LEFT - RIGHT) / len(names)
    x = Scale(0, len(names), LEFT, WIDTH - RIGHT)
    frame = Frame(x, _percent() if percent else _up_to(series), HEIGHT)
    ticks = [Tick(i + 0.5, name) for i, name in enumerate(names)]
    parts: list[Child] = [_framed(frame, ticks, x_name, y_name)]
    step = min(16.0, 0.8 * slot / len(series))
    for place, s in enumerate(series):
        for i, name in enumerate(names):
            if (found := s.values.get(name)) is None:
                continue
            at = x.at(i + 0.5) + (place - (len(series) - 1) / 2) * step
            parts.append(_whisker(frame, at, found, s.number))
            parts.append(marker(at, frame.y.at(found.mean), s.number, _told(s.name, name, found)))
    return picture(HEIGHT, f"{y_name} by {x_name}", parts)


def rows(series: Sequence[Series], y_name: str, x_name: str = "accuracy %") -> Html:
    """Means with intervals for categories with long names, one band each, in percent."""
    names = list(dict.fromkeys(name for s in series for name in s.values))
    band = 24.0 + 15.0 * len(series)
    height = TOP + band * len(names) + BOTTOM
    x = Scale(0, 100, 14, WIDTH - RIGHT)
    frame = Frame(x, Scale(0, 1, height - BOTTOM, TOP), height)
    parts: list[Child] = [_upright(frame, x.ticks(), x_name)]
    for i, name in enumerate(names):
        top = TOP + i * band
        parts.append(text(x.start, top + 14, name, "label", "start"))
        for place, s in enumerate(series):
            if (found := s.values.get(name)) is None:
                continue
            y = top + 25 + 15 * place
            parts.append(_lying(x, y, found, colour(s.number)))
            parts.append(marker(x.at(found.mean), y, s.number, _told(s.name, name, found)))
    return picture(height, f"{x_name} by {y_name}", parts)


def curves(found: Sequence[Curve], x_name: str, y_name: str) -> Html:
    """Percent against k."""
    most = max(k for curve in found for k, _ in curve.points)
    x = Scale(1, max(2, most), LEFT + 8, WIDTH - RIGHT - 8)
    frame = Frame(x, _percent(), HEIGHT)
    step = max(1, round(nice_step(most / 8)))
    ticks = [Tick(k, str(k)) for k in range(1, most + 1) if k == 1 or k % step == 0]
    parts: list[Child] = [_framed(frame, ticks, x_name, y_name)]
    for curve in found:
        points = [(x.at(k), frame.y.at(share)) for k, share in curve.points]
        parts.append(path(points, f"{'solid' if curve.solid else 'dashed'} {colour(curve.number)}"))
        parts += [
            marker(px, py, curve.number, f"{curve.name}, k = {k}: {share:.1f} %")
            for (k, share), (px, py) in zip(curve.points, points, strict=True)
            if curve.solid
        ]
    return picture(HEIGHT, y_name, parts)


def forest(found: Sequence[Row]) -> Html:
    """Differences with intervals about the line of no difference; the clear ones are filled."""
    reach = max(max(abs(row.gap.low), abs(row.gap.high)) for row in found) or 1.0
    step = nice_step(reach / 3)
    edge = step * -(-reach // step)
    height = TOP + 34 * len(found) + BOTTOM
    x = Scale(-edge, edge, 14, WIDTH - RIGHT)
    frame = Frame(x, Scale(0, 1, height - BOTTOM, TOP - 8), height)
    ticks = [Tick(t.value, f"{t.value:+g}" if t.value else "0") for t in x.ticks(7)]
    parts: list[Child] = [_upright(frame, ticks, "difference in accuracy, percentage points")]
    parts.append(line(x.at(0), TOP - 8, x.at(0), height - BOTTOM, "zero"))
    for i, row in enumerate(found):
        y = TOP + 34 * i + 22
        kind = "clear" if row.clear else "unclear"
        parts.append(text(x.start, y - 10, _short(row.label), "label halo", "start"))
        parts.append(_lying(x, y, row.gap, kind))
        parts.append(_box(x.at(row.gap.mean), y, kind, _told(row.label, "", row.gap)))
    return picture(height, "Paired differences", parts)


def _framed(frame: Frame, ticks: Sequence[Tick], x_name: str, y_name: str) -> Html:
    return axes(frame, ticks, frame.y.ticks(), x_name, y_name)


def _percent() -> Scale:
    return Scale(0, 100, HEIGHT - BOTTOM, TOP)


def _up_to(series: Sequence[Series]) -> Scale:
    high = max(v.high for s in series for v in s.values.values())
    step = nice_step(high / 5)
    return Scale(0, step * max(1, -(-high // step)), HEIGHT - BOTTOM, TOP)


def _steps(corners: Sequence[tuple[float, float]], frame: Frame) -> Html:
    """Flat to the next setting that is better, then up."""
    points = list(corners[:1])
    for (_, low), (x, y) in pairwise(corners):
        points += [(x, low), (x, y)]
    if points:
        points.append((frame.right, points[-1][1]))
    return path(points, "frontier")


def _whisker(frame: Frame, x: float, found: Spread, index: int) -> Html:
    return line(x, frame.y.at(found.low), x, frame.y.at(found.high), f"whisker {colour(index)}")


def _lying(x: Scale, y: float, found: Spread, kind: str) -> Html:
    return line(x.at(found.low), y, x.at(found.high), y, f"whisker {kind}")


def _upright(frame: Frame, ticks: Sequence[Tick], x_name: str) -> Html:
    """An axis of values at the foot, with upright grid lines."""
    x, y = frame.x, frame.y
    parts: list[Child] = []
    for tick in ticks:
        at = x.at(tick.value)
        parts.append(line(at, y.start, at, y.end, "grid"))
        parts.append(text(at, y.start + 17, tick.label, "tick"))
    parts.append(line(x.start, y.start, x.end, y.start, "axis"))
    parts.append(text((x.start + x.end) / 2, y.start + 37, x_name, "name"))
    return join(parts)


def _box(x: float, y: float, kind: str, told: str) -> Html:
    title = tag("title", told)
    return tag("rect", title, x=x - 5, y=y - 5, width=10.0, height=10.0, class_=f"box {kind}")


def _told(name: str, group: str, found: Spread) -> str:
    where = f"{name}, {group}" if group else name
    return f"{where}: {number(round(found.mean, 1))} [{found.low:.1f}, {found.high:.1f}]"


def _short(label: str, most: int = 60) -> str:
    return label if len(label) <= most else f"{label[: most - 1]}…"
