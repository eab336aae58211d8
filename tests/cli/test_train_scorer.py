"""`loom train scorer-rows` and `loom train scorer`, on nano."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("trl")

import torch
from typer.testing import CliRunner

from reasonloom.cli.app import app
from reasonloom.errors import InputError
from reasonloom.strategies.scorers import steps_of
from reasonloom.train.rows import read_rows


@pytest.fixture(autouse=True)
def threads() -> Iterator[None]:
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


@pytest.mark.slow
def test_rows_of_nano_are_valued_and_learnt(tmp_path: Path) -> None:
    rows, run = tmp_path / "rows.jsonl", tmp_path / "run"
    asked = ["train", "scorer-rows", str(rows), "-n", "8", "--solutions", "2"]
    few = ["--completions", "3", "--temperature", "1.2", "--data", "world:composite(depth=2)"]
    made = CliRunner().invoke(app, [*asked, *few])
    assert made.exit_code == 0, made.output
    read = read_rows(rows, ("prompt", "steps", "values"))
    assert "a value's standard error is" in made.output
    for row in read:
        assert tuple(row["steps"]) == steps_of("\n".join(row["steps"]))
        assert all(round(v * 3, 6) in (0, 1, 2, 3) for v in row["values"])
        assert row["values"][-1] in (0, 1)
        assert row["from"]["hash"] and row["from"]["temperature"] == 1.2
    again = CliRunner().invoke(app, [*asked, *few])
    assert again.exit_code == 0 and read_rows(rows, ("prompt",)) == read

    plan = CliRunner().invoke(app, ["train", "scorer", str(rows), str(run), "--dry-run"])
    assert plan.exit_code == 0 and "updates of 32 rows" in plan.output, plan.output
    assert not run.exists()

    changes = ["steps=1", "batch=2", "rows_at_once=2", "hold_out=0", "threads=1"]
    sets = [part for change in changes for part in ("--set", change)]
    learnt = CliRunner().invoke(app, ["train", "scorer", str(rows), str(run), *sets])
    assert learnt.exit_code == 0, learnt.output
    assert (run / "model" / "head.safetensors").exists()
    assert "step_scorer(path=" in learnt.output


def test_a_draw_of_no_completions_is_refused(tmp_path: Path) -> None:
    asked = ["train", "scorer-rows", str(tmp_path / "rows.jsonl"), "--completions", "1"]
    with pytest.raises(InputError, match="completions=1 makes no sense"):
        CliRunner().invoke(app, asked, catch_exceptions=False)
