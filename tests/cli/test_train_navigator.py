"""`loom train structure | plan | adjust | likelihood`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from reasonloom.cli.train import app
from reasonloom.errors import InputError, SpecError
from reasonloom.train.rows import PREFERENCE, SFT, read_rows

Loom = Callable[..., Result]


@pytest.fixture
def loom() -> Loom:
    def _loom(*words: str | Path) -> Result:
        return CliRunner().invoke(app, [str(word) for word in words])

    return _loom


def test_structure_writes_rows_and_what_is_held_out(loom: Loom, tmp_path: Path) -> None:
    result = loom("structure", tmp_path, "--rows-only", "--variants", "2")
    assert result.exit_code == 0, result.output
    learnt = read_rows(tmp_path / "rows.jsonl", SFT)
    held = read_rows(tmp_path / "held_out.jsonl", SFT)
    assert f"{len(learnt)} rows in" in result.output
    assert f"{len(held)} templates held out" in result.output
    assert isinstance(learnt[0]["prompt"], str)


def test_a_model_elsewhere_needs_its_dialect_and_rows_only(loom: Loom, tmp_path: Path) -> None:
    chat = ("structure", tmp_path, "--dialect", "instruct")
    assert loom(*chat, "--rows-only").exit_code == 0
    assert read_rows(tmp_path / "rows.jsonl", SFT)[0]["prompt"][0]["role"] == "system"
    refused = loom(*chat, "--model", "openai:big@http://localhost:1/v1").exception
    assert isinstance(refused, InputError)
    assert "--rows-only" in str(refused)


def test_plan_writes_as_many_gold_plans_as_asked_for(loom: Loom, tmp_path: Path) -> None:
    assert loom("plan", tmp_path, "-n", "3", "--rows-only").exit_code == 0
    assert len(read_rows(tmp_path / "rows.jsonl", SFT)) == 3
    assert isinstance(loom("plan", tmp_path, "-n", "0", "--rows-only").exception, InputError)


def test_bad_wishes_end_before_anything_is_made(loom: Loom, tmp_path: Path) -> None:
    out = tmp_path / "new"
    assert isinstance(loom("adjust", out, "--data", "world:gdc").exception, SpecError)
    assert isinstance(loom("adjust", out, "--rollouts", "0").exception, InputError)
    assert isinstance(loom("adjust", out, "--margin", "2").exception, InputError)
    assert isinstance(loom("plan", out, "--set", "speed=1").exception, InputError)
    assert not out.exists()


@pytest.mark.slow
def test_adjust_tries_nanos_actions_and_says_what_it_found(loom: Loom, tmp_path: Path) -> None:
    words = ["--data", "world:composite(depth=2)", "-n", "1", "--rollouts", "2", "--rows-only"]
    result = loom("adjust", tmp_path, *words)
    assert result.exit_code == 0, result.output
    rows = read_rows(tmp_path / "rows.jsonl", PREFERENCE)
    assert f"{len(rows)} rows in" in result.output
    assert "2 states of 1 problems" in result.output


@pytest.mark.slow
def test_structure_trains_nano_and_tells_the_held_out_likelihood_before_and_after(
    loom: Loom, tmp_path: Path
) -> None:
    pytest.importorskip("trl")
    small = ["--variants", "1", "--set", "steps=2", "--set", "batch=4", "--set", "rows_at_once=4"]
    result = loom("structure", tmp_path, *small)
    assert result.exit_code == 0, result.output
    told = [line for line in result.output.splitlines() if line.startswith("held out, ")]
    assert len(told) == 2
    assert told[0] != told[1]
    rescored = loom("likelihood", tmp_path / "held_out.jsonl", "--model", "nano")
    assert rescored.output.strip() in told[0]
