"""Rows out of a real run: nano on composites, few but all kinds."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from reasonloom.evaluate import store
from reasonloom.evaluate.plan import Wish as RunWish
from reasonloom.evaluate.runner import evaluate
from reasonloom.strategies.dialects.compact import parse_answer, parse_plan, parse_work
from reasonloom.train.from_traces.cut import Kind, Wish, cut
from reasonloom.train.from_traces.taken import Cut

pytest.importorskip("torch")
pytestmark = pytest.mark.slow
STRATEGIES = ["cot(temperature=1.0)", "reasonflux(adapt=false)"]


@pytest.fixture(scope="module")
def one_thread() -> Iterator[None]:
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory, one_thread: None) -> Path:
    path = tmp_path_factory.mktemp("runs") / "nano.db"
    wish = RunWish("world:composite(depth=2)", STRATEGIES, limit=4, samples=3)
    return asyncio.run(evaluate(wish, model="nano", path=path))


def cut_one(run: Path, kind: Kind) -> Cut:
    return asyncio.run(cut([run], Wish(kind)))


def test_sft_rows_are_what_nano_read_and_wrote(run: Path) -> None:
    found = cut_one(run, "sft")
    readers = {"cot": parse_answer, "answer": parse_answer, "plan": parse_plan,
               "instantiate": parse_work}  # fmt: skip
    with store.open_run(run) as opened:
        right = {(a.problem, a.strategy, a.sample) for a in store.attempts(opened) if a.correct}
        answers = {p.id: p.answer for p in store.problems(opened)}
    for row in found.rows.values():
        source = row["from"]
        assert (source["problem"], source["strategy"], source["sample"]) in right
        assert row["prompt"].startswith("<|q|>") and row["prompt"].endswith("|>")
        said = readers[source["request"]](row["completion"])
        if source["request"] in ("cot", "answer"):
            assert Fraction(str(said)) == Fraction(str(answers[source["problem"]]))
        assert source["hash"] and source["model"] == "nano" and source["split"] == "dev"
    assert {row["from"]["request"] for row in found.rows.values()} == set(readers)
    assert found.measured == {"dev"}


def test_every_right_chain_is_taken_or_a_duplicate(run: Path) -> None:
    found = cut_one(run, "sft")
    with store.open_run(run) as opened:
        made = store.attempts(opened, STRATEGIES[0])
    taken, left = found.taken[STRATEGIES[0]], found.left[STRATEGIES[0]]
    assert taken + left["duplicate"] == sum(attempt.correct for attempt in made)
    assert taken + left.total() == len(made)


def test_preferences_and_steps_agree_with_the_verdicts(run: Path) -> None:
    pairs, steps = cut_one(run, "preference"), cut_one(run, "steps")
    for row in pairs.rows.values():
        chosen, rejected = row["from"]["chosen"], row["from"]["rejected"]
        assert chosen["problem"] == rejected["problem"]
        assert (chosen["value"] - rejected["value"]) == row["margin"] >= 0.5
    for row in steps.rows.values():
        assert len(row["steps"]) == len(row["values"]) >= 2
        assert row["values"][-1] in (0.0, 1.0) or row["from"]["counts"][-1] > 1


def test_rl_rows_tell_how_often_each_problem_was_solved(run: Path) -> None:
    found = cut_one(run, "rl")
    with store.open_run(run) as opened:
        made = store.attempts(opened)
    assert sum(row["from"]["right"] for row in found.rows.values()) == sum(a.correct for a in made)
    assert [row["from"]["tried"] for row in found.rows.values()] == [6] * 4
