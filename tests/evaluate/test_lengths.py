from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from statistics import fmean

import pytest
from made_runs import attempt, problem, write

from reasonloom.evaluate import store
from reasonloom.evaluate.comparison import compare
from reasonloom.evaluate.entries import read
from reasonloom.evaluate.lengths import Series, series, thought
from reasonloom.evaluate.plan import Wish
from reasonloom.evaluate.runner import evaluate
from reasonloom.models.protocol import Request
from reasonloom.models.scripted import Scripted


def found(path: Path) -> list[Series]:
    entries = read([path])
    return series(entries, compare(entries).problems)


def booked(path: Path, settings: Mapping[str, tuple[Sequence[int | None], str]]) -> Path:
    """A run in which a setting thought so many tokens at each problem, and was right or not."""
    write(path, {spec: right for spec, (_, right) in settings.items()})
    with store.open_to_write(path) as run:
        for spec, (tokens, right) in settings.items():
            store.write_attempts(
                run,
                [
                    replace(attempt(problem(i), spec, 0, sign == "1"), detail=account(t))
                    for i, (t, sign) in enumerate(zip(tokens, right, strict=True))
                ],
            )
    return path


def account(tokens: int | None) -> dict[str, object]:
    if tokens is None:
        return {}
    return {"budget_forcing": {"thinking": tokens - 2, "injected": 2, "end": "stopped"}}


async def test_settings_of_budget_forcing_are_a_series_in_the_runs_own_tokens(
    tmp_path: Path,
) -> None:
    """A problem is solved once the model was made to look often enough."""
    rows = [{"question": f"Look {i} times.", "answer": "7"} for i in range(3)]
    data = tmp_path / "three.jsonl"
    data.write_text("".join(json.dumps(row) + "\n" for row in rows))

    def script(request: Request) -> str:
        assert request.messages
        looks = request.prefix.count("Wait")
        enough = any(f"Look {i} times" in request.messages[-1].content for i in range(looks + 1))
        return f"Look number {looks} says \\boxed{{{7 if enough else 8}}}."

    specs = [f"budget_forcing(wait={n}, max_thinking=40)" for n in range(3)]
    wish = Wish(str(data), [*specs, "cot"])
    path = await evaluate(wish, model=Scripted(script), path=tmp_path / "r.db")
    with store.open_run(path) as run:
        lengths = [[thought(a) for a in store.attempts(run, spec)] for spec in specs]
    (one,) = found(path)
    assert [s.label for s in one.settings] == specs
    assert [list(s.thought) for s in one.settings] == lengths
    assert [s.tokens for s in one.settings] == sorted({s.tokens for s in one.settings})
    assert [s.accuracy.mean for s in one.settings] == pytest.approx([1 / 3, 2 / 3, 1])
    assert (one.control, one.performance) == (100, 100)
    a, b, c = (s.tokens for s in one.settings)
    slopes = [1 / 3 / (b - a), 1 / 3 / (c - b), 2 / 3 / (c - a)]
    assert one.scaling and one.scaling.mean == pytest.approx(100_000 * fmean(slopes))


def test_control_counts_attempts_outside_their_own_bounds(tmp_path: Path) -> None:
    settings = {
        "budget_forcing(max_thinking=100)": ([50, 101, 90, 100], "1111"),
        "budget_forcing(min_thinking=200)": ([150, 250, 250, 250], "1111"),
        "budget_forcing(wait=2)": ([300, 300, 300, 300], "1111"),
    }
    (one,) = found(booked(tmp_path / "a.db", settings))
    assert [s.within for s in one.settings] == [75, 75, None]
    assert one.control == 75
    assert one.scaling and (one.scaling.mean, one.scaling.high) == (0, 0)


def test_thinking_that_hurts_has_a_slope_below_zero_with_its_interval(tmp_path: Path) -> None:
    settings = {
        "budget_forcing(wait=0)": ([100] * 20, "1" * 15 + "0" * 5),
        "budget_forcing(wait=4)": ([1_100] * 20, "1" * 5 + "0" * 15),
    }
    (one,) = found(booked(tmp_path / "a.db", settings))
    assert one.scaling and one.scaling.mean == pytest.approx(-50)
    assert one.scaling.low < -50 < one.scaling.high < 0


def test_attempts_that_tell_no_tokens_still_count_as_wrong(tmp_path: Path) -> None:
    settings: Mapping[str, tuple[Sequence[int | None], str]] = {
        "rejection_sampling(max_thinking=50)": ([None, 40], "01"),
        "rejection_sampling(max_thinking=90)": ([80, 60], "11"),
    }
    (one,) = found(booked(tmp_path / "a.db", settings))
    assert [(s.tokens, s.accuracy.mean) for s in one.settings] == [(40, 0.5), (70, 1)]


def test_one_length_has_no_slope_and_one_setting_is_no_series(tmp_path: Path) -> None:
    same = {f"budget_forcing(wait={n})": ([70, 70], "10") for n in (0, 1)}
    (one,) = found(booked(tmp_path / "a.db", same))
    assert (one.scaling, one.performance) == (None, 50)
    assert found(booked(tmp_path / "b.db", {"budget_forcing(wait=0)": ([70, 70], "10")})) == []
