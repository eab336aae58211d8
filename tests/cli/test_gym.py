from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Callable

import pytest
from typer.testing import CliRunner, Result

from reasonloom.cli.worlds import app
from reasonloom.errors import InputError, SpecError
from reasonloom.worlds.gym import GymSource

Loom = Callable[..., Result]
needs_gym = pytest.mark.skipif(
    not importlib.util.find_spec("reasoning_gym"),
    reason="reasoning-gym is not installed: pip install 'reasonloom[gym]'",
)


@pytest.fixture
def loom() -> Loom:
    def _loom(*words: str) -> Result:
        return CliRunner().invoke(app, list(words))

    return _loom


@needs_gym
def test_show_prints_question_answer_and_worked_solutions(loom: Loom) -> None:
    (problem,) = GymSource("gcd").problems("dev", 1)
    said = loom("show", "gym:gcd", "-n", "1", "--worked").output
    assert said.startswith(f"{problem.question}\n  = {problem.answer}\n  Euclidean algorithm: ")


@needs_gym
def test_show_gives_json_with_the_worked_lines(loom: Loom) -> None:
    result = loom("show", "gym:lcm(max_value=20)", "-n", "2", "--worked", "--json")
    rows = [json.loads(line) for line in result.output.splitlines()]
    assert len(rows) == 2
    for row in rows:
        assert row["source"] == "gym:lcm(max_value=20)"
        assert {solution["value"] for solution in row["worked"]} == {row["answer"]}


@needs_gym
def test_solve_grades_each_answer_and_counts_the_right_ones(loom: Loom) -> None:
    result = loom("solve", "gym:gcd", "-n", "2", "--strategy", "cot", "--model", "nano")
    lines = result.output.splitlines()
    assert len([line for line in lines if line.startswith("  = ")]) == 2
    assert lines[-1].endswith(" of 2 correct")


@needs_gym
def test_solve_gives_json_with_the_verdict(loom: Loom) -> None:
    result = loom("solve", "gym:gcd", "-n", "1", "--strategy", "cot", "--json")
    (row,) = [json.loads(line) for line in result.output.splitlines()]
    assert row["outcome"] in ("correct", "wrong")
    assert row["answer"] and row["reason"]


def test_an_unknown_family_is_told_without_the_extra(loom: Loom) -> None:
    result = loom("show", "gym:gdc")
    assert isinstance(result.exception, SpecError)
    assert "did you mean 'gcd'" in str(result.exception)


def test_a_missing_extra_is_named(loom: Loom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "reasoning_gym", None)
    monkeypatch.setitem(sys.modules, "reasoning_gym.factory", None)
    result = loom("show", "gym:gcd(max_value=77)")
    assert isinstance(result.exception, InputError)
    assert "pip install 'reasonloom[gym]'" in str(result.exception)
