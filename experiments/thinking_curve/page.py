"""The results page: both curves in a table, in a picture, and in words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from reasonloom.evaluate.budget_metrics import Run, performance, scaling

from ..common.markdown import table
from . import pictures
from .curve import Point, Record, Step, points, step, steps


def write(
    records: Sequence[Record], capped: Sequence[str], told: Sequence[str], to: Path, command: str
) -> None:
    """`to` gets the page and its folder the picture.

    capped, told  arms in order of their thinking; the first of `told`, which is the last of
                  `capped`, lets nano think as long as it does by itself
    """
    to.parent.mkdir(parents=True, exist_ok=True)
    names = {arm: label(arm) for arm in (*capped, *told)}
    short, long = points(records, capped), points(records, told)
    pictures.draw(short, long, names, to.with_suffix(".svg"))
    depths = sorted({r.depth for r in records})
    free = told[0]
    each = len(records) // len({r.arm for r in records}) // len(depths)
    blocks = [
        "# nano's accuracy against its thinking",
        f"`{command}`: {each} problems of each depth of {_listed(map(str, depths))}, model"
        f" `{records[0].model}`, greedy. Thinking is nano's chain of thought up to its answer,"
        " in tokens, injected strings included. Intervals are 95 %, problems resampled whole;"
        " differences are paired by problem.",
        f"![Accuracy against thinking tokens]({to.with_suffix('.svg').name})",
        "## In short",
        f"- **Ended early**: {course(steps(records, capped), names)}"
        f" All maxima against none: {_against(records, free, capped[:-1], names)}.",
        f"- **Told to wait**: {course(steps(records, told), names)}"
        f" All waits against none: {_against(records, free, told[1:], names)}.",
        f"- Scaling and performance (s1's metrics): {_metrics(short)} ended early;"
        f" {_metrics(long)} told to wait.",
        "## Ended early",
        "`budget_forcing(wait=0, max_thinking=N)`: at N tokens the line breaks off and `answer = `"
        " is put behind it.",
        _table(records, capped, names, depths),
        _step_table(steps(records, capped), names),
        "## Told to wait",
        "`budget_forcing(wait=N, max_thinking=3000, patience=9)`: N times the answer is taken out"
        " and `wait; ` put in its place, upon which nano does the last part once more.",
        _table(records, told, names, depths),
        _step_table(steps(records, told), names),
    ]
    to.write_text("\n\n".join(blocks) + "\n")


def label(arm: str) -> str:
    """`wait 2` of waits, `128` of a maximum alone, `free` of neither."""
    maximum, wait = (re.search(rf"{key}=(\d+)", arm) for key in ("max_thinking", "wait"))
    if wait and int(wait[1]):
        return f"wait {wait[1]}"
    return maximum[1] if maximum else "free"


def course(taken: Sequence[Step], names: dict[str, str]) -> str:
    """Where a curve rises for the last time, and where it falls, in a sentence or two."""
    rising = [s for s in taken if s.course == "rises"]
    if rising:
        last = rising[-1]
        said = f"no step beyond {names[last.after]} clearly rises (to there, {last.gain} points)"
    else:
        said = "no step clearly rises"
    falling = [f"from {names[s.before]} to {names[s.after]}" for s in taken if s.course == "falls"]
    return f"{said}; it falls {_listed(falling)}." if falling else f"{said}, and none falls."


def _against(
    records: Sequence[Record], free: str, others: Sequence[str], names: dict[str, str]
) -> str:
    return "; ".join(f"{names[arm]} {step(records, free, arm).gain}" for arm in others)


def _metrics(curve: Sequence[Point]) -> str:
    runs = [Run(p.tokens, p.accuracy.mean) for p in curve]
    slope = f"{scaling(runs):+.1f}" if len({run.tokens for run in runs}) > 1 else "no"
    return f"{slope} points per 1,000 tokens, best {performance(runs):.1f} %"


def _table(
    records: Sequence[Record], arms: Sequence[str], names: dict[str, str], depths: Sequence[int]
) -> str:
    shown = ["tokens", "ended from outside", "waits", "accuracy"]
    parts = [points([r for r in records if r.depth == d], arms) for d in depths]
    rows = [
        [
            names[point.arm],
            f"{point.tokens:.0f}",
            f"{100 * point.ended:.0f} %",
            f"{point.waits:.1f}",
            _percent(point),
            *(_percent(part[place]) for part in parts),
        ]
        for place, point in enumerate(points(records, arms))
    ]
    return table(["", *shown, *(f"depth {d}" for d in depths)], rows)


def _step_table(taken: Sequence[Step], names: dict[str, str]) -> str:
    rows = [[f"{names[s.before]} to {names[s.after]}", str(s.gain), s.course] for s in taken]
    return table(["step", "gain, points", "the curve"], rows)


def _percent(point: Point) -> str:
    found = point.accuracy
    return f"{100 * found.mean:.1f} % [{100 * found.low:.1f}, {100 * found.high:.1f}]"


def _listed(words: Sequence[str] | map[str]) -> str:
    *most, last = words
    return f"{', '.join(most)} and {last}" if most else last
