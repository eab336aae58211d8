"""The claims on shaped rewards, from records whose result is known beforehand, and on nano."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

pytest.importorskip("trl")
sys.path.insert(0, str(Path(__file__).parents[2]))

from experiments.common.registered import fingerprint, refuse_unregistered
from experiments.common.results import Record
from experiments.shaped_rewards import page, sweep, sweeps
from experiments.shaped_rewards.analyse import Results, Statement, gap, verdict
from experiments.shaped_rewards.arms import (
    COSINE,
    LENGTHS,
    LONG,
    NANO,
    PLAIN,
    PLAIN_SHORT,
    REWARDS,
    SHAPED,
    SHORT,
    A,
    B,
    C,
)
from experiments.shaped_rewards.chains import make_rows
from experiments.shaped_rewards.claims import CLAIMS, GAINS, LENGTHS_CLAIM, REWARDS_CLAIM
from experiments.shaped_rewards.design import Design
from experiments.shaped_rewards.measure import shape, waits_in
from experiments.shaped_rewards.pictures import CURVES, curve
from experiments.shaped_rewards.problems import held_out, to_learn_from
from experiments.shaped_rewards.run import run
from experiments.shaped_rewards.teach import Place

from reasonloom.evaluate.bootstrap import Estimate
from reasonloom.models.protocol import Choice
from reasonloom.train import rewards
from reasonloom.train.rl.reward_specs import read_rewards
from reasonloom.train.rl.trl_rewards import CosineScaled, compact

SMALL = Design(
    depths=(1,),
    levels=(1,),
    families=("linear_equation", "median"),
    train=6,
    held=2,
    cap=200,
    updates=2,
    prompts=2,
    samples=2,
    sft_epochs=1.0,
)
RIGHT = {NANO: 0.5, SHORT: 0.6, LONG: 0.6, PLAIN_SHORT: 0.6, PLAIN: 0.9, COSINE: 0.7}
TOKENS = {PLAIN: 90.0, LONG: 120.0, COSINE: 110.0, A: 240.0, B: 100.0, C: 100.0}


def records(arm: str) -> list[Record]:
    """Forty problems of two depths; every second pair has 0.1 more, the others 0.1 less."""
    right, tokens = RIGHT.get(arm, 0.7), TOKENS.get(arm, 100.0)
    return [
        Record(
            f"p{i}",
            1 + i % 2,
            {
                "right": right + (0.1 if i % 4 < 2 else -0.1),
                "greedy": float(i % 4 < 2),
                "tokens": tokens,
                "capped": 0.0,
                "waits": 1.0,
                "repeated": 0.25,
            },
        )
        for i in range(40)
    ]


@pytest.fixture(scope="module")
def results() -> Results:
    found = Results()
    for arm in {*SHAPED, *LENGTHS}:
        for seed in (1, 2, 3):
            found.add(arm, seed, records(arm))
    return found


def test_gains_are_paired_over_four_arms(results: Results) -> None:
    found = results.contrast(GAINS, "right")
    assert (found.mean, found.low, found.high) == pytest.approx((0.3, 0.3, 0.3))
    assert found.clusters == 40
    assert results.contrast({PLAIN: 1, LONG: -1}, "tokens", depth=2).clusters == 20


@pytest.mark.parametrize(
    ("low", "high", "sign", "says"),
    [
        (0.1, 0.3, 1, "as the paper says"),
        (0.1, 0.3, -1, "not as the paper says"),
        (-0.3, -0.1, -1, "as the paper says"),
        (-0.3, -0.1, 1, "not as the paper says"),
        (-0.1, 0.3, 1, "not distinguishable"),
        (-0.1, 0.3, -1, "not distinguishable"),
        (0.0, 0.0, 1, "not distinguishable"),
    ],
)
def test_a_verdict_is_read_off_the_interval(low: float, high: float, sign: int, says: str) -> None:
    statement = Statement("", "", {}, "right", sign)
    assert verdict(statement, Estimate((low + high) / 2, low, high, 40)) == says


def test_shares_differ_in_points_and_counts_in_their_unit() -> None:
    found = Estimate(0.25, 0.125, 0.375, 9)
    assert gap(found, "right") == "+25.0 [+12.5, +37.5]"
    assert gap(found, "tokens") == "+0.2 [+0.1, +0.4]"


def test_the_pages_say_what_agrees_with_the_paper_and_what_does_not(
    results: Results, tmp_path: Path
) -> None:
    log = [{"step": step, "loss": 0.0, **dict.fromkeys(CURVES, 0.5)} for step in (1, 2, 3)]
    logs = {arm: [log, log] for arm in REWARDS}
    for claim in CLAIMS:
        page.write(results, claim, logs, tmp_path / f"{claim.name}.md", ["a test"], ["learnt"])
        text = (tmp_path / f"{claim.name}.md").read_text()
        assert all(f"| {arm} |" in text for arm in claim.arms)
        for name in ("right", "tokens", "curves"):
            assert f"({claim.name}_{name}.svg)" in text
            drawn = (tmp_path / f"{claim.name}_{name}.svg").read_text()
            assert drawn.startswith("<?xml")
    text = (tmp_path / f"{REWARDS_CLAIM.name}.md").read_text()
    assert "cosine minus plain, in points: **-20.0 [-20.0, -20.0]**" in text
    assert row(text, "the plain reward makes chains longer").endswith("| not as the paper says |")
    assert row(text, "variant A makes length explode") == (
        "| variant A makes length explode | 4.3 | tokens +130.0 [+130.0, +130.0] |"
        " as the paper says |"
    )
    assert row(text, "less for what is right, longer: B, C").endswith("| not distinguishable |")
    text = (tmp_path / f"{LENGTHS_CLAIM.name}.md").read_text()
    assert "in points: **+30.0 [+30.0, +30.0]**" in text


def row(text: str, begin: str) -> str:
    return next(line for line in text.splitlines() if line.startswith(f"| {begin} |"))


def test_each_claim_speaks_of_its_own_arms_alone() -> None:
    for claim in CLAIMS:
        named = {arm for s in claim.statements for arm in s.weights}
        named |= {arm for _, weights, _ in claim.primary for arm in weights}
        named |= {arm for pair in claim.compared for arm in pair}
        assert named <= set(claim.arms)


def test_the_rewards_are_the_papers() -> None:
    for arm, values in (
        (COSINE, rewards.PAPER),
        (A, rewards.VARIANT_A),
        (B, rewards.VARIANT_B),
        (C, rewards.VARIANT_C),
    ):
        (channel,) = read_rewards(REWARDS[arm], 256, compact)
        assert isinstance(channel.score, CosineScaled)
        assert channel.score.values == values


def test_a_curve_is_the_mean_of_its_seeds_smoothed_over_the_updates_before() -> None:
    runs = [[{"step": s, "correct": float(s)} for s in range(1, n)] for n in (8, 9)]
    runs[1] = [line | {"correct": line["correct"] + 2} for line in runs[1]]
    steps, values = curve([*runs], "correct")
    assert steps == [1, 2, 3, 4, 5, 6, 7]
    assert values.tolist() == [2.0, 2.5, 3.0, 3.5, 4.0, 5.0, 6.0]


def test_responses_are_told_by_their_tokens() -> None:
    same = Choice("a | b | x = 1\nwait; a | b | x = 1", token_ids=(1, 2) * 30, completion_tokens=60)
    cut = Choice("a", finish_reason="length", token_ids=tuple(range(40)), completion_tokens=40)
    found = shape([same, cut])
    assert (found["tokens"], found["capped"], found["waits"]) == (50, 0.5, 0.5)
    assert found["repeated"] == pytest.approx((1 - 2 / 41) / 2)
    assert waits_in("we wait; here\nwait; there") == 1


def test_problems_are_the_same_each_time_and_the_test_split_is_shut(tmp_path: Path) -> None:
    dev = held_out(SMALL, "dev")
    assert fingerprint(dev) == fingerprint(held_out(SMALL, "dev"))
    few, more = ({p.id for p in to_learn_from(SMALL, 1, each)} for each in (2, 4))
    assert few < more and more.isdisjoint(p.id for p in dev)
    registration = tmp_path / "registration.md"
    registration.write_text("Problems: not yet registered.")
    refuse_unregistered("dev", fingerprint(dev), registration)
    with pytest.raises(SystemExit, match="are not those that registration"):
        refuse_unregistered("test", fingerprint(dev), registration)
    registration.write_text(f"Problems: `{fingerprint(dev)}`.")
    refuse_unregistered("test", fingerprint(dev), registration)


def test_chains_of_both_kinds_are_nanos_own_and_right_and_the_long_ones_wait(
    tmp_path: Path,
) -> None:
    design = Design(families=SMALL.families, depths=(1, 2), levels=(1,), wait=1.0, cap=400)
    problems = to_learn_from(design, 1, 3)
    made = asyncio.run(make_rows(problems, design, 1, tmp_path))
    short, long = made.rows[SHORT], made.rows[LONG]
    assert [row["from"]["problem"] for row in short] == [row["from"]["problem"] for row in long]
    assert [row["prompt"] for row in short] == [row["prompt"] for row in long]
    depth = {p.id: p.meta["depth"] for p in problems}
    answers = {p.id: p.answer for p in problems}
    assert {depth[row["from"]["problem"]] for row in long} == {1, 2}
    for one in (*short, *long):
        assert compact(one["completion"]) == answers[one["from"]["problem"]]
    assert all(waits_in(one["completion"]) == 0 for one in short)
    assert all(waits_in(one["completion"]) == 2 * depth[one["from"]["problem"]] for one in long)
    journal = (tmp_path / "journal.jsonl").read_bytes()
    assert asyncio.run(make_rows(problems, design, 1, tmp_path)) == made
    assert (tmp_path / "journal.jsonl").read_bytes() == journal


def test_the_page_of_sweeps_holds_those_that_were_made(tmp_path: Path) -> None:
    (tmp_path / "sft.md").write_text("## SFT")
    text = sweep.write(tmp_path, tmp_path / "docs" / "sweep.md").read_text()
    assert text.endswith("\n\n## SFT\n") and "## RL" not in text


@pytest.mark.slow
def test_every_arm_is_learnt_and_measured_on_nano_and_a_second_run_changes_nothing(
    tmp_path: Path,
) -> None:
    place = Place(tmp_path / "runs", "dev", held_out(SMALL, "dev"))
    pages = tmp_path / "docs"
    found = run(SMALL, place, [1], 1, pages, ["the smallest size"])
    for arm in {*SHAPED, *LENGTHS}:
        assert 0 <= found.estimate(arm, "right").mean <= 1
        assert 2 < found.estimate(arm, "tokens").mean <= SMALL.cap
    models = list((tmp_path / "runs").rglob("model/model.safetensors"))
    assert len(models) == 2 + len(REWARDS)
    assert not list((tmp_path / "runs").rglob("checkpoint-*"))
    made = {path: path.stat().st_mtime_ns for path in models}
    texts = {path: path.read_bytes() for path in pages.iterdir()}
    assert len(texts) == 8
    again = run(SMALL, place, [1], 1, pages, ["the smallest size"])
    assert again.values == found.values
    assert {path: path.read_bytes() for path in pages.iterdir()} == texts
    assert {path: path.stat().st_mtime_ns for path in models} == made


@pytest.mark.slow
def test_each_sweep_fills_its_table_on_nano(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("RATES", (1e-4,)), ("EPOCHS", (1.0,)), ("RL_RATES", (1e-4,))):
        monkeypatch.setattr(sweeps, name, value)
    monkeypatch.setattr(sweeps, "HEATS", (1.3,))
    lines = {name: made(SMALL, tmp_path, 1).splitlines() for name, made in sweep.SWEEPS.items()}
    told = {name: [line.split(" | ")[:3] for line in found] for name, found in lines.items()}
    assert told["sft"][-2:] == [["| long SFT", "0.0001", "1"], ["| short SFT", "0.0001", "1"]]
    assert told["rl"][-3:] == [
        ["| none", "", ""],
        ["| returns", "0.0001", "1.3"],
        ["| group", "0.0001", "1.3"],
    ]
