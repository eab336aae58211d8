"""What the second registration's models learn from, on a scripted model and, once, on nano."""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("trl")
sys.path.insert(0, str(Path(__file__).parents[2]))

from experiments.first_claim.design import ALONE, CHAINS, NAVIGATOR, REGISTRATIONS, SHARED, TOLD
from experiments.first_claim.measure import SHOWN, UNTAUGHT
from experiments.first_claim.pair_chains import Chain, apart, chain_pairs, spread
from experiments.first_claim.problems import FAMILIES
from experiments.first_claim.run import run
from experiments.first_claim.tasks import Wanted
from experiments.first_claim.teach import teach
from experiments.trajectory_preference.design import Design
from experiments.trajectory_preference.problems import to_learn_from
from tests.train.tiny import NANO

from reasonloom.models.local.folder import find, weights_hash
from reasonloom.models.protocol import Request
from reasonloom.models.scripted import PROFILE, Scripted
from reasonloom.problem import Problem
from reasonloom.strategies.dialects.compact import clean
from reasonloom.train.trajectories import Settings

SMALL = Design(
    depths=(2,),
    levels=(1,),
    train=6,
    roll=Settings(k=6, m=1, margin=0.5, temperature=1.5),
    updates=2,
    threads=1,
)
COMPACT = replace(PROFILE, dialect="compact")


def problems() -> list[Problem]:
    return [source.problem for source in to_learn_from(SMALL, 1, 4)]


class Unsure:
    """Right in every second sample, save of the first problem, where it always is."""

    def __init__(self, asked: list[Problem]) -> None:
        self.first = clean(asked[0].question)
        self.answers = {clean(p.question): p.answer for p in asked}

    def __call__(self, request: Request) -> str:
        question = (request.text or "").removeprefix("<|q|>").partition("<|")[0]
        (seed,) = request.seeds
        good = question == self.first or seed % 2
        return f"seed {seed}\nanswer = {self.answers[question] if good else 'nothing'}"


async def test_pairs_are_right_against_wrong_chains_of_a_problem_and_are_made_once(
    tmp_path: Path,
) -> None:
    asked, settings = problems(), Settings(k=8, per_problem=4)
    model = Scripted(Unsure(asked), profile=COMPACT)
    rows, told = await chain_pairs(asked, model, settings, 100, tmp_path)
    answers = {p.id: p.answer for p in asked}
    assert {row["from"]["problem"] for row in rows} <= {p.id for p in asked[1:]}
    for row in rows:
        assert row["chosen"].endswith(f"answer = {answers[row['from']['problem']]}")
        assert row["rejected"].endswith("answer = nothing")
        assert row["prompt"].startswith("<|q|>") and row["prompt"].endswith("<|cot|>")
    by_problem = [sum(row["from"]["problem"] == p.id for row in rows) for p in asked]
    assert by_problem == [0, 4, 4, 4]
    assert told.startswith("4 problems, 8 chains each: 32 ended")
    assert told.endswith("with a pair 3, 12 pairs of 12")
    calls = model.calls
    few, _ = await chain_pairs(asked, model, settings, 5, tmp_path)
    assert model.calls == calls
    assert [row["id"] for row in few] == [row["id"] for row in rows[:5]]
    assert len({row["from"]["problem"] for row in few[:3]}) == 3


def test_a_chain_that_came_twice_makes_no_pair_twice() -> None:
    right, wrong = Chain("a", True), Chain("b", False)
    found = apart(Problem("q", "1"), [right, wrong, right, wrong, right], Settings())
    assert found == [(right, wrong)]
    assert apart(Problem("q", "1"), [right, right], Settings()) == []


def test_the_first_pair_of_every_problem_comes_before_the_second_of_any() -> None:
    rows = [[{"n": 1}, {"n": 4}, {"n": 6}], [], [{"n": 2}], [{"n": 3}, {"n": 5}]]
    assert [row["n"] for row in spread(rows, 100)] == [1, 2, 3, 4, 5, 6]
    assert [row["n"] for row in spread(rows, 4)] == [1, 2, 3, 4]


def test_preference_is_learnt_on_the_claims_families() -> None:
    assert Design().families == FAMILIES
    assert len(to_learn_from(Design(), 1, Design().train)) == 180


@pytest.mark.slow
def test_both_models_are_taught_and_measured_on_nano_and_a_second_run_changes_nothing(
    tmp_path: Path,
) -> None:
    runs, to = tmp_path / "runs", tmp_path / "docs" / "page.md"
    for kind in (SHARED, ALONE):
        shutil.copytree(NANO, runs / f"{kind}-1" / "model")
        (runs / f"{kind}-1" / "log.jsonl").write_text(json.dumps({"targets": 1_000}) + "\n")
    teach(runs, [1], 1, SMALL)
    wanted = Wanted(REGISTRATIONS[2], runs, "dev", 1, primary=True)
    found = run(wanted, [1], 1, to, "no claim")
    kinds = (SHARED, NAVIGATOR, CHAINS)
    hashes = [weights_hash(find(runs / f"{kind}-1" / "model").weights) for kind in kinds]
    assert len(set(hashes)) == 3
    for group in SHOWN:
        assert found.cost("reasonflux", group) > 100 and found.cost(UNTAUGHT, group) > 100
    for kind in (NAVIGATOR, CHAINS):
        assert " pairs" in (runs / f"{kind}-1" / TOLD).read_text()
    text = to.read_text()
    assert all(name in text for name in hashes) and "a trial: no claim" in text
    made = {path: path.stat().st_mtime_ns for path in runs.rglob("*.safetensors")}
    teach(runs, [1], 1, SMALL)
    assert run(wanted, [1], 1, to, "no claim").right == found.right and to.read_text() == text
    assert {path: path.stat().st_mtime_ns for path in made} == made
