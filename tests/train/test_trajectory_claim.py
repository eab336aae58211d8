"""The registered experiment on trajectories, from records whose result is known beforehand."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

pytest.importorskip("trl")
sys.path.insert(0, str(Path(__file__).parents[2]))

from experiments.common.learn import learn
from experiments.common.results import Record
from experiments.trajectory_preference import page, sweep, sweeps
from experiments.trajectory_preference.analyse import Results
from experiments.trajectory_preference.arms import (
    ADAPTING,
    ADJUST,
    ALONE,
    APART,
    BEST,
    CEILINGS,
    FROZEN,
    GOLD,
    NANO,
    ORACLE,
    PLANNING,
    PREFERENCE,
    SHUFFLED,
    adapted,
)
from experiments.trajectory_preference.design import Design
from experiments.trajectory_preference.pair_choices import choice, cut
from experiments.trajectory_preference.problems import fingerprint, held_out, to_learn_from
from experiments.trajectory_preference.run import Held, run
from experiments.trajectory_preference.told import actions
from tests.train.tiny import sums, tiny_model

from reasonloom.errors import InputError
from reasonloom.problem import Problem
from reasonloom.train.navigator.counterfactual import Trial
from reasonloom.train.recipe import SFT
from reasonloom.train.sft import train_sft
from reasonloom.train.trajectories import Outcome, Rolled, Scored, Settings
from reasonloom.trajectory import Step

SMALL = Design(
    depths=(2,),
    levels=(1,),
    train=4,
    adjust=2,
    held=2,
    roll=Settings(k=6, m=1, margin=0.5, temperature=1.5),
    trial=Trial(states=2, rollouts=2),
    adjust_margin=0.5,
    updates=2,
    threads=1,
)
R = {
    NANO: 0.4,
    FROZEN: 0.4,
    PREFERENCE: 0.7,
    SHUFFLED: 0.4,
    BEST: 0.5,
    ALONE: 0.6,
    GOLD: 0.4,
    APART: 0.8,
    ORACLE: 1.0,
    CEILINGS[0]: 0.3,
}


def records(reward: float, **others: float) -> list[Record]:
    """Forty problems of two depths; every second one has 0.2 more and its neighbour 0.2 less."""
    return [
        Record(f"p{i}", 3 + i % 2, {"reward": reward + (0.2 if i % 4 < 2 else -0.2), **others})
        for i in range(40)
    ]


@pytest.fixture(scope="module")
def results() -> Results:
    found = Results()
    for seed in (1, 2, 3):
        for arm, reward in R.items():
            found.add(arm, seed, records(reward, right=float(arm == PREFERENCE), planned=1.0))
        for arm in ADAPTING:
            right, tokens = float(arm == ADJUST), 900.0 if arm == ADJUST else 1_000.0
            found.add(adapted(arm), seed, records(0, right=right, tokens=tokens, rounds=3.0))
    return found


def test_means_have_the_problems_as_clusters_and_differences_are_paired(results: Results) -> None:
    found = results.estimate(PREFERENCE, "reward")
    assert found.mean == pytest.approx(0.7) and found.clusters == 40
    assert 0.63 < found.low < 0.68 and 0.72 < found.high < 0.77
    gap = results.compare(PREFERENCE, SHUFFLED, "reward")
    assert (gap.points, gap.low, gap.high) == pytest.approx((30, 30, 30))
    assert gap.problems == 40
    assert results.compare(PREFERENCE, SHUFFLED, "reward", depth=3).problems == 20


def test_a_share_of_the_ceiling_is_that_of_the_way_from_the_frozen_checkpoint(
    results: Results,
) -> None:
    assert results.share(PREFERENCE, APART) == pytest.approx((0.75, 0.75, 0.75))
    assert results.share(PREFERENCE, ORACLE) == pytest.approx((0.5, 0.5, 0.5))
    assert str(results.share(BEST, APART)) == "25 % [25, 25]"


def test_no_share_is_told_of_a_ceiling_that_is_not_above(results: Results) -> None:
    assert results.share(PREFERENCE, GOLD) is None
    assert results.share(PREFERENCE, CEILINGS[0]) is None


def test_the_page_tells_an_arm_that_gains_from_one_that_does_not(
    results: Results, tmp_path: Path
) -> None:
    path = tmp_path / "results" / "claim.md"
    page.write(results, path, ["a test"], ["seed 1: learnt"])
    text = path.read_text()
    assert "minus shuffled labels, in points: **+30.0 [+30.0, +30.0]**" in text
    assert "| shuffled labels minus structure checkpoint | +0.0 [+0.0, +0.0], not disting" in text
    assert "| 75 % [75, 75] | 50 % [50, 50] |" in text
    assert (
        "| adjust minus structure checkpoint | +100.0 [+100.0, +100.0] | -100 [-100, -100] |"
        in (text)
    )
    assert all(arm in text for arm in (*PLANNING, *CEILINGS, *ADAPTING))
    for name in ("reward", "right", "adapting"):
        assert f"(claim_{name}.svg)" in text
        assert (path.parent / f"claim_{name}.svg").read_text().startswith("<?xml")


def test_problems_are_the_same_each_time_and_of_their_split() -> None:
    small = replace(SMALL, depths=(3, 4), held=1, train=2)
    drawn = held_out(small, "dev")
    assert len(drawn) == 2 and all(s.world and s.world.split == "dev" for s in drawn)
    assert fingerprint(drawn, 2) == fingerprint(held_out(small, "dev"), 2)
    assert fingerprint(drawn, 2) != fingerprint(drawn, 1)
    few, more = (to_learn_from(small, 1, each) for each in (1, 2))
    assert {s.problem.id for s in few} < {s.problem.id for s in more}
    assert all(s.world and s.world.split == "train" for s in more)
    assert {s.problem.id for s in more}.isdisjoint(s.problem.id for s in to_learn_from(small, 2, 2))


def outcomes(marks: str) -> tuple[Outcome, ...]:
    return tuple(Outcome(mark == "1") for mark in marks)


def rolled(**right: str) -> Rolled:
    """Trajectories by name with their outcomes (1 or 0), in the order in which they were drawn."""
    return Rolled(
        Problem("q", "1"),
        tuple(Problem(f"q{i}", "1") for i in range(8)),
        "<|q|>q<|plan|>",
        tuple(
            Scored((Step(name, name, (), ()),), (f"plan-{i}",), name, outcomes(marks))
            for i, (name, marks) in enumerate(right.items())
        ),
        0,
        0,
    )


def test_a_smaller_k_and_m_leave_what_they_would_have_drawn() -> None:
    small = cut(rolled(a="110000000", b="000000000", c="111111111"), 2, 1)
    assert [(s.text, s.reward) for s in small.scored] == [("a", 1.0), ("b", 0.0)]
    assert len(small.similar) == 1


def test_a_pair_is_checked_on_problems_that_did_not_choose_it() -> None:
    lucky = rolled(lucky="110000000", none="000000000")
    sure = rolled(sure="111111111", none="000000000")._replace(problem=Problem("another", "1"))
    settings = Settings(k=4, m=1, margin=0.4)
    found = choice([lucky, sure], [cut(one, 4, 1) for one in (lucky, sure)], settings)
    assert (found.usable.mean, found.pairs, found.rollouts, found.gap) == (1.0, 1.0, 4.0, 1.0)
    assert found.gap_apart and found.gap_apart.mean == 0.5


def test_the_actions_of_states_are_told_with_the_navigators_own() -> None:
    states = [
        {"own": "accept", "right": {"accept": [True, False], "retry": [True, True]}},
        {"own": None, "right": {"accept": [False, False], "retry": [False, False]}},
    ]
    assert actions([{"states": states}]) == (
        "2 states of 1 problems; ended right: accept 0.250, retry 0.500, the navigator's own 0.500"
    )


def test_what_was_learnt_is_not_learnt_again_and_other_rows_are_refused(tmp_path: Path) -> None:
    model = f"local:{tiny_model(tmp_path / 'tiny')}"
    recipe = SFT(model=model, steps=1, batch=4, rows_at_once=4, threads=1)
    out = learn(train_sft, sums(8), recipe, tmp_path / "run")
    made = (tmp_path / "run" / "model" / "model.safetensors").stat().st_mtime_ns
    assert learn(train_sft, sums(8), recipe, tmp_path / "run") == out
    assert (tmp_path / "run" / "model" / "model.safetensors").stat().st_mtime_ns == made
    with pytest.raises(InputError, match="its rows differ"):
        learn(train_sft, sums(16), recipe, tmp_path / "run")


def test_the_page_of_sweeps_holds_those_that_were_made(tmp_path: Path) -> None:
    (tmp_path / "pairs.md").write_text("## Pairs")
    sweep.write(tmp_path, tmp_path / "docs" / "sweep.md")
    text = (tmp_path / "docs" / "sweep.md").read_text()
    assert text.endswith("\n\n## Pairs\n") and "Structure" not in text


@pytest.mark.slow
def test_every_arm_is_learnt_and_measured_on_nano_and_a_second_run_changes_nothing(
    tmp_path: Path,
) -> None:
    held = Held("dev", held_out(SMALL, "dev"))
    to = tmp_path / "docs" / "page.md"
    found = run(SMALL, held, [1], tmp_path / "runs", to, ["the smallest size"])
    for arm in (*PLANNING, *CEILINGS):
        assert 0 <= found.estimate(arm, "reward").mean <= 1
    for arm in ADAPTING:
        assert found.estimate(adapted(arm), "tokens").mean > 100
    models = list((tmp_path / "runs").rglob("model/model.safetensors"))
    weights = {path: path.stat().st_mtime_ns for path in models}
    assert len({path.read_bytes() for path in models}) == len(models) == 8
    text = to.read_text()
    again = run(SMALL, held, [1], tmp_path / "runs", to, ["the smallest size"])
    assert again.values == found.values and to.read_text() == text
    assert {p: p.stat().st_mtime_ns for p in weights} == weights


@pytest.mark.slow
def test_each_sweep_fills_its_table_on_nano(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("RATES", (1e-4,)), ("DPO_RATES", (1e-4,)), ("BETAS", (0.1, 0.5))):
        monkeypatch.setattr(sweeps, name, value)
    rows = {name: made(SMALL, tmp_path).splitlines()[4:] for name, made in sweep.SWEEPS.items()}
    assert [row.split(" | ")[0] for row in rows["structure"]] == ["| none", "| 0.0001"]
    assert [row.split(" | ")[:2] for row in rows["dpo"]][1:] == [
        ["| 0.0001", "0.1"],
        ["| 0.0001", "0.5"],
    ]
    assert len(rows["sft"]) == 1
    assert len(rows["pairs"]) == 27
    costs = {tuple(row.split(" | ")[:2]): float(row.split(" | ")[5]) for row in rows["pairs"]}
    assert costs["| 4", "1"] < costs["| 4", "4"] <= costs["| 16", "4"]
