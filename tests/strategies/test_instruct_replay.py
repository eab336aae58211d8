"""The instruct dialect on replies of a competent reader, kept as recordings."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import reasonloom

ROOT = Path(__file__).parents[2]
FIXTURES = ROOT / "tests/fixtures"


@pytest.fixture(scope="module")
def printed() -> str:
    command = [
        sys.executable,
        "benchmarks/instruct.py",
        "--model",
        "replay:tests/fixtures/instruct.jsonl",
        "--library",
        "tests/fixtures/library",
    ]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=120, cwd=ROOT, env=dict(os.environ)
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_reply_was_read_the_first_time(printed: str) -> None:
    assert "replies read the first time: 100.0 % of 106" in printed


def test_the_problems_are_solved(printed: str) -> None:
    assert "problems solved: 20 of 20" in printed


def test_wrong_steps_are_caught_and_right_ones_pass(printed: str) -> None:
    assert "wrong steps caught: 10 of 10" in printed
    assert "right steps stopped: 0 of 10" in printed


def test_the_example_of_the_documentation_is_solved_by_trigonometric_substitution() -> None:
    solution = reasonloom.solve(
        "Find the integral of the square root of 4 - x^2 by trigonometric substitution.",
        model=f"replay:{FIXTURES / 'integral.jsonl'}",
        library=FIXTURES / "library",
    )
    first = solution.detail["trajectory"][0]
    assert first["template"] == "Trigonometric substitution"
    assert "2 \\sin t" in first["instantiation"]
    assert solution.answer is not None
    assert "arcsin" in solution.answer
