"""Whether docs/rewards.md tells the truth about the rewards."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from reasonloom.train.rewards import (
    CLASSIC,
    PAPER,
    VARIANT_A,
    VARIANT_B,
    VARIANT_C,
    half_cosine,
)

PAGE = (Path(__file__).parents[3] / "docs" / "rewards.md").read_text(encoding="utf-8")


def cells(first: str) -> list[str]:
    """What stands in the row of a table that begins with `first`."""
    (row,) = re.findall(rf"^\| {re.escape(first)} \|(.*)\|$", PAGE, re.MULTILINE)
    return [cell.strip() for cell in row.split("|")]


@pytest.mark.parametrize(
    ("row", "start", "end"),
    [
        ("right", PAPER.correct_short, PAPER.correct_long),
        ("wrong", PAPER.wrong_short, PAPER.wrong_long),
    ],
)
def test_the_golden_table_holds_what_the_curve_gives(row: str, start: float, end: float) -> None:
    shares = [float(cell) for cell in cells("L / L_max")]
    values = [float(cell) for cell in cells(row)]
    assert half_cosine(shares, start, end) == pytest.approx(values, abs=5e-5)


@pytest.mark.parametrize(
    "row",
    [
        "r0c, right at length 0",
        "rLc, right at the maximum",
        "r0w, wrong at length 0",
        "rLw, wrong at the maximum",
        "re, at the maximum",
    ],
)
def test_the_presets_have_the_values_of_the_page(row: str) -> None:
    name, *values = cells(row)
    presets = (PAPER, VARIANT_A, VARIANT_B, VARIANT_C, CLASSIC)
    assert [getattr(p, name.strip("`")) for p in presets] == [float(v) for v in values]


def test_the_example_prints_what_the_page_says() -> None:
    (example,) = re.findall(r"```python\n(import numpy.*?)```", PAGE, re.DOTALL)
    (promised,) = re.findall(r"print\(.*\)\s+# (.*)", example)
    done = subprocess.run([sys.executable, "-c", example], capture_output=True, check=True)
    assert done.stdout.decode().strip() == promised
