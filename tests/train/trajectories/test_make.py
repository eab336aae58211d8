"""From problems to a preference set, on a scripted chat model."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sums import compact, lines, make, model, plan, source, told

from reasonloom.errors import (
    BadRequest,
    ConnectionFailed,
    InputError,
    ModelError,
    NoSkill,
    ServerFailed,
)
from reasonloom.models.protocol import Request
from reasonloom.models.scripted import Scripted
from reasonloom.strategies.dialects import instruct_text
from reasonloom.train.rows import PREFERENCE, read_rows
from reasonloom.train.trajectories import Settings

SETTINGS = Settings(k=6, m=2, margin=0.4)


async def test_the_better_trajectory_of_a_pair_solves_more_of_the_problems(tmp_path: Path) -> None:
    rows, report = await make([source(3)], tmp_path, SETTINGS, model=model())
    rewards = {
        (row["from"]["templates_chosen"][0], row["from"]["templates_rejected"][0]): (
            row["from"]["reward_chosen"],
            row["from"]["reward_rejected"],
        )
        for row in rows
    }
    third = pytest.approx(1 / 3)
    assert rewards == {("Add", "Multiply"): (1.0, 0.0), ("Add", "Guess"): (1.0, third)}
    assert report.greedy.mean == 1.0
    assert read_rows(tmp_path / "pairs.jsonl", PREFERENCE) == rows


async def test_a_row_holds_the_request_as_the_model_gets_it_and_the_reply_as_it_is_read(
    tmp_path: Path,
) -> None:
    sums = model()
    rows, _ = await make([source(3)], tmp_path, SETTINGS, model=sums)
    asked = [
        [{"role": m.role, "content": m.content} for m in r.messages or ()] for r in sums.requests
    ]
    assert rows[0]["prompt"] in asked
    assert rows[0]["chosen"][0]["role"] == "assistant"
    assert json.loads(rows[0]["chosen"][0]["content"]) == json.loads(plan("add"))


async def test_provenance_names_problems_rewards_settings_and_models(tmp_path: Path) -> None:
    rows, _ = await make([source(3)], tmp_path, SETTINGS, model=model())
    origin = rows[0]["from"]
    assert (origin["k"], origin["m"], origin["margin"], origin["seed"]) == (6, 2, 0.4, 0)
    assert origin["problem"] == source(3).problem.id
    assert set(origin["similar"]) == {source(13).problem.id, source(23).problem.id}
    assert (origin["navigator"], origin["reasoner"]) == ("sums", "sums")
    assert origin["solved_chosen"] == [True, True, True]
    assert "greedy" in origin["draws_chosen"]


async def test_on_similar_problems_the_reasoner_is_told_that_the_plan_is_of_another_one(
    tmp_path: Path,
) -> None:
    sums = model()
    await make([source(3)], tmp_path, SETTINGS, model=sums)
    steps = [told(r) for r in sums.requests if instruct_text.WORK_FORM in told(r)]
    said = {("What is 3 plus 4?" in text, instruct_text.TRANSFERRED in text) for text in steps}
    assert said == {(True, False), (False, True)}


async def test_equal_trajectories_are_followed_once_and_counted(tmp_path: Path) -> None:
    sums = model()
    _, report = await make([source(3)], tmp_path, SETTINGS, model=sums)
    steps = [r for r in sums.requests if instruct_text.WORK_FORM in told(r)]
    assert len(steps) == report.rollouts == 9
    assert (report.samples, report.distinct) == (6, 3.0)
    assert sum(report.histogram.values()) == 6


async def test_a_second_run_makes_no_call_and_a_larger_one_only_what_is_new(tmp_path: Path) -> None:
    rows, report = await make([source(3)], tmp_path, SETTINGS, model=model())
    again = model()
    assert (rows, report) == await make([source(3)], tmp_path, SETTINGS, model=again)
    assert again.calls == 0
    more = model()
    await make([source(3)], tmp_path, Settings(k=8, m=2, margin=0.4), model=more)
    assert more.calls == 2


async def test_another_model_does_not_take_over_what_the_first_one_did(tmp_path: Path) -> None:
    await make([source(3)], tmp_path, SETTINGS, model=model())
    other = model(name="other")
    await make([source(3)], tmp_path, SETTINGS, model=other)
    assert other.calls > 0


async def test_what_comes_out_does_not_hang_on_how_many_work_at_once(tmp_path: Path) -> None:
    found = [source(3), source(5), source(12)]
    one, many = tmp_path / "one", tmp_path / "many"
    assert await make(found, one, SETTINGS, model=model(), at_once=1) == await make(
        found, many, SETTINGS, model=model(delay=0.001)
    )
    busy = model(delay=0.01)
    await make(found, tmp_path / "busy", SETTINGS, model=busy, at_once=3)
    assert busy.peak == 3


async def test_unreadable_plans_earn_nothing_and_are_counted(tmp_path: Path) -> None:
    _, report = await make(
        [source(3)], tmp_path, Settings(k=4, m=0), model=model(sums=["nonsense"])
    )
    assert (report.unreadable, report.sampled.mean, report.best.mean) == (4, 0.0, 0.0)
    assert report.greedy.mean == 1.0
    assert report.best_apart is report.noise is None


async def test_a_problem_that_the_model_lets_down_is_left_out_and_tried_again(
    tmp_path: Path,
) -> None:
    sums = model()

    def broken(request: Request) -> str:
        if "What is 5 plus 4?" in told(request):
            raise ServerFailed("the server is ill")
        return str(sums._script(request))

    settings = Settings(k=4, m=0)
    found = [source(3), source(5)]
    _, report = await make(found, tmp_path, settings, model=Scripted(broken, name="sums"))
    assert report.problems == 1
    assert report.left_out == [(source(5).problem.id, "the server is ill")]
    _, after = await make(found, tmp_path, settings, model=sums)
    assert (after.problems, after.left_out) == (2, [])


async def test_a_roll_out_that_the_endpoint_refuses_is_wrong(tmp_path: Path) -> None:
    sums = model()

    def refusing(request: Request) -> str:
        if "to multiply both" in told(request):
            raise BadRequest("too long")
        return str(sums._script(request))

    _, report = await make([source(3)], tmp_path, SETTINGS, model=Scripted(refusing, name="sums"))
    assert (report.refused, report.rollouts) == (3, 9)


async def test_a_model_that_refuses_everything_ends_the_run(tmp_path: Path) -> None:
    def refusing(request: Request) -> str:
        raise BadRequest("no such model")

    with pytest.raises(ModelError, match="no such model"):
        await make([source(3)], tmp_path, Settings(m=0), model=Scripted(refusing))
    with pytest.raises(ModelError, match="refused all"):
        await make(
            [source(3)], tmp_path, Settings(m=0), navigator=model(), reasoner=Scripted(refusing)
        )


async def test_a_model_without_the_skill_is_told_before_anything_is_asked(tmp_path: Path) -> None:
    small = compact()
    with pytest.raises(NoSkill, match="take m=0"):
        await make([source(3)], tmp_path, SETTINGS, model=small)
    assert small.calls == 0


async def test_bad_input_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no problems"):
        await make([], tmp_path, SETTINGS, model=model())
    with pytest.raises(InputError, match="margin=2"):
        Settings(margin=2)
    with pytest.raises(InputError, match="concurrency=0"):
        await make([source(3)], tmp_path, SETTINGS, model=model(), at_once=0)


async def test_controls_stand_beside_the_pairs(tmp_path: Path) -> None:
    found = [source(3), source(5), source(7)]
    rows, _ = await make(found, tmp_path, SETTINGS, model=model(), controls=True)
    mixed = lines(tmp_path / "shuffled.jsonl")
    assert (
        sum(m["chosen"] == r["rejected"] for m, r in zip(mixed, rows, strict=True))
        == len(rows) // 2
    )
    best = lines(tmp_path / "best.jsonl")
    assert [json.loads(b["completion"][0]["content"]) for b in best] == [  # type: ignore[index]
        json.loads(plan("add"))
    ] * 3


async def test_a_run_whose_endpoint_goes_away_keeps_what_was_done(tmp_path: Path) -> None:
    whole = model()
    await make([source(3)], tmp_path / "whole", SETTINGS, model=whole)
    sums = model()

    def leave(request: Request) -> str:
        if leaving.calls > 20:
            raise ConnectionFailed("nobody listens")
        return str(sums._script(request))

    leaving = Scripted(leave, name="sums")
    with pytest.raises(ConnectionFailed):
        await make([source(3)], tmp_path / "cut", SETTINGS, model=leaving, at_once=2)
    rest = model()
    await make([source(3)], tmp_path / "cut", SETTINGS, model=rest)
    assert whole.calls - 20 <= rest.calls <= whole.calls - 20 + 2
    assert (tmp_path / "cut/pairs.jsonl").read_bytes() == (
        tmp_path / "whole/pairs.jsonl"
    ).read_bytes()
