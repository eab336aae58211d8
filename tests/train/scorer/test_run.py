"""A step scorer that is really trained, on nano, and judges nano's solutions."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

pytest.importorskip("trl")

from reasonloom.api import solve
from reasonloom.errors import InputError
from reasonloom.problem import Problem
from reasonloom.strategies.dialects.compact import question_prompt
from reasonloom.train.keeper import Progress
from reasonloom.train.rows import Row, row_id
from reasonloom.train.run_folder import RunFolder
from reasonloom.train.scorer.recipe import ScorerRecipe
from reasonloom.train.scorer.run import held_out, train_scorer
from reasonloom.worlds.draw import draw

FILES = ("model.safetensors", "head.safetensors", "step_scorer.json", "tokenizer.json")


@pytest.fixture(scope="module", autouse=True)
def threads() -> Iterator[None]:
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


def recipe(**changes: Any) -> ScorerRecipe:
    given = {"steps": 4, "batch": 4, "rows_at_once": 4, "save_every": 2, "threads": 1}
    return ScorerRecipe.model_validate({**given, "hold_out": 0.25, **changes})


def rows(count: int) -> list[Row]:
    """Steps that add are good, and those that take away are not."""
    rng = random.Random(5)
    return [_row(rng, good) for _ in range(count) for good in (True, False)]


def _row(rng: random.Random, good: bool) -> Row:
    a, b = rng.randrange(10, 99), rng.randrange(10, 99)
    step = f"sum | {a} + {b} | {a + b}" if good else f"difference | {a} - {b} | {a - b}"
    seen = {
        "prompt": question_prompt(f"What do {a} and {b} make?", "cot"),
        "steps": [step, f"answer = {a + b if good else a - b}"],
    }
    return {"id": row_id(seen), **seen, "values": [0.875, 1.0] if good else [0.125, 0.0]}


@pytest.mark.slow
def test_the_loss_falls_and_held_out_steps_are_told_apart_and_best_of_n_follows(
    tmp_path: Path,
) -> None:
    wanted = recipe(steps=30, batch=16, rows_at_once=16, save_every=30, learning_rate=1e-3)
    scorer = train_scorer(rows(120), wanted, tmp_path / "run")
    losses = [m["loss"] for m in RunFolder(tmp_path / "run").metrics() if "loss" in m]
    assert losses[0] == pytest.approx(0.6931, abs=1e-3)
    assert sum(losses[-5:]) / 5 < 0.7 * losses[0]
    told = held_out(tmp_path / "run")
    assert told["trained"]["auc"].low > 0.6
    assert told["trained - mean value"]["brier"].high < 0
    assert set(told) > {"self-likelihood", "trained - self-likelihood"}

    problem = draw(random.Random(2), depth=3, split="train").problem
    spec = f'best_of_n(n=6, temperature=1.5, reduce=min, scorer=step_scorer(path="{scorer}"))'
    solution = solve(Problem(problem.question), strategy=spec)
    scores = solution.detail["scores"]
    known = [s for s in scores if s is not None]
    assert len(set(known)) > 1
    assert solution.confidence == max(known)
    assert solution.answer == solution.candidates[_answered(scores).index(max(known))]
    assert solution.usage is not None and solution.usage.calls == 6 + len(known)


def _answered(scores: list[float | None]) -> list[float]:
    return [score for score in scores if score is not None]


@pytest.mark.slow
def test_a_run_that_was_stopped_ends_with_the_same_bits(tmp_path: Path) -> None:
    whole = train_scorer(rows(12), recipe(), tmp_path / "whole")

    def stop(progress: Progress) -> None:
        if progress.step == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train_scorer(rows(12), recipe(), tmp_path / "cut", stop)
    again = train_scorer(rows(12), recipe(), tmp_path / "cut")
    for name in FILES:
        assert (again / name).read_bytes() == (whole / name).read_bytes(), name
    assert held_out(tmp_path / "cut") == held_out(tmp_path / "whole")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"values": [0.5]}, "'values' must be 2 numbers"),
        ({"values": [0.5, 1.5]}, "'values' must be 2 numbers"),
        ({"values": [0.5, True]}, "'values' must be 2 numbers"),
        ({"values": [0.5, float("nan")]}, "'values' must be 2 numbers"),
        ({"steps": ["a", " "]}, "'steps' must be a list of texts"),
        ({"steps": "a\nb"}, "'steps' must be a list of texts"),
    ],
)
def test_rows_that_make_no_sense_are_named(
    tmp_path: Path, change: dict[str, object], told: str
) -> None:
    row = {**rows(1)[0], **change, "id": "r7"}
    with pytest.raises(InputError, match=f"row r7: {told}"):
        train_scorer([row], recipe(), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_rows_that_are_all_too_long_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="raise max_tokens"):
        train_scorer(rows(3), recipe(max_tokens=8, hold_out=0), tmp_path / "run")


def test_adapters_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="leave lora out"):
        train_scorer(rows(3), recipe(lora={"rank": 4}), tmp_path / "run")
