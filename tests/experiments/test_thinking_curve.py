"""The curve of accuracy against thinking, from records whose course is known beforehand."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, replace
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))

from experiments.thinking_curve import page
from experiments.thinking_curve.curve import Record, points, recorded, steps

FREE = "budget_forcing(wait=0)"
CAPPED = [f"budget_forcing(wait=0, max_thinking={cap})" for cap in (16, 64, 256)] + [FREE]
TOLD = [FREE, *(f"budget_forcing(wait={wait}, max_thinking=3000)" for wait in (1, 8))]
RIGHT = dict(zip([*CAPPED, *TOLD[1:]], (0, 30, 60, 60, 61, 20), strict=True))


def made() -> list[Record]:
    """Of 80 problems at two depths the first `RIGHT` are solved by each arm."""
    return [
        Record("nano", arm, 2 + 2 * (i % 2), str(i), i < right, 10 * n, 0, "stopped", "1", "1")
        for n, (arm, right) in enumerate(RIGHT.items(), 1)
        for i in range(80)
    ]


def test_each_step_is_called_what_it_is() -> None:
    assert [s.course for s in steps(made(), CAPPED)] == ["rises", "rises", "flat"]
    assert [s.course for s in steps(made(), TOLD)] == ["flat", "falls"]


def test_a_point_has_its_mean_tokens_and_its_interval() -> None:
    point = points(made(), CAPPED)[1]
    assert (point.tokens, point.accuracy.mean) == (20, 30 / 80)
    assert point.accuracy.low < 30 / 80 < point.accuracy.high
    assert point.accuracy.clusters == 80


def test_the_page_says_where_the_curve_flattens_and_where_it_falls(tmp_path: Path) -> None:
    path = tmp_path / "results" / "curve.md"
    page.write(made(), CAPPED, TOLD, path, "python run.py")
    text = path.read_text()
    assert "no step beyond 256 clearly rises" in text
    assert "it falls from wait 1 to wait 8." in text
    assert "`python run.py`: 40 problems of each depth of 2 and 4" in text
    assert "| wait 8 | 60 |" in text
    assert (tmp_path / "results" / "curve.svg").read_text().startswith("<?xml")


def test_the_line_that_a_kill_has_torn_is_made_again(tmp_path: Path) -> None:
    path = tmp_path / "dev.jsonl"
    assert recorded(path) == []
    first, second = made()[:2]
    lines = [json.dumps(asdict(r)) for r in (first, second, replace(first, key="torn"))]
    path.write_text("\n".join(lines)[:-20])
    assert recorded(path) == [first, second]
    assert path.read_text() == f"{lines[0]}\n{lines[1]}\n"


@pytest.mark.parametrize(
    ("arm", "name"),
    [(CAPPED[0], "16"), (FREE, "free"), (TOLD[2], "wait 8")],
)
def test_an_arm_is_named_by_what_it_sets(arm: str, name: str) -> None:
    assert page.label(arm) == name
