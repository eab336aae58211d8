from __future__ import annotations

import asyncio
import json
import random
from dataclasses import astuple, replace
from pathlib import Path
from typing import Any

import pytest

from reasonloom.api import asolve
from reasonloom.errors import ConnectionFailed, InputError, ModelError, RateLimited, SpecError
from reasonloom.evaluate import store
from reasonloom.evaluate.judge import grade_run
from reasonloom.evaluate.plan import Wish, default_path
from reasonloom.evaluate.records import Attempt, Key
from reasonloom.evaluate.runner import evaluate, open_session
from reasonloom.evaluate.summary import forecast, summarise
from reasonloom.events import Call
from reasonloom.limits import Limits
from reasonloom.models.protocol import Request
from reasonloom.models.scripted import PROFILE, Scripted

WARM = "cot(temperature=0.7)"
STRATEGIES = [WARM, "self_consistency(n=3)", "reasonflux"]
STEADY = [WARM, "reasonflux"]
"""Those that cancel nothing: which calls a decided vote cancels is up to the clock."""


def guess(request: Request) -> str:
    """An answer that depends on nothing but the seed."""
    number = random.Random(request.seeds[0]).randint(1, 3)
    return f"It is \\boxed{{{number}}}"


def asked(request: Request) -> str:
    assert request.messages
    return request.messages[-1].content


@pytest.fixture
def data(tmp_path: Path) -> str:
    """Six problems in a file."""
    path = tmp_path / "six.jsonl"
    rows = [{"question": f"What is {i} mod 3, plus 1?", "answer": str(i % 3 + 1)} for i in range(6)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return str(path)


def results(path: Path) -> dict[Key, tuple[Any, ...]]:
    """What must not depend on when and in how many goes a run was made."""
    with store.open_run(path) as run:
        return {
            a.key: astuple(replace(a, seconds=0.0, path=0.0, replayed=0))
            for a in store.attempts(run)
        }


def answers(path: Path) -> dict[Key, str | None]:
    with store.open_run(path) as run:
        return {a.key: a.answer for a in store.attempts(run)}


async def test_every_strategy_meets_every_problem_in_every_sample(
    data: str, tmp_path: Path
) -> None:
    seen: list[Attempt] = []
    wish = Wish(data, STRATEGIES, samples=2)
    path = await evaluate(wish, model=Scripted(guess), path=tmp_path / "r.db", watch=seen.append)
    with store.open_run(path) as run:
        made = store.attempts(run)
        problems = [p.id for p in store.problems(run)]
        events = store.events(run, made[0])
    keys = [Key(p, s, j) for p in problems for s in STRATEGIES for j in range(2)]
    assert [a.key for a in made] == keys
    assert sorted(a.key for a in seen) == sorted(keys)
    assert all(a.outcome in ("correct", "wrong") for a in made)
    assert [e.request.seeds for e in events if isinstance(e, Call)]
    assert {a.depth for a in made if a.strategy == "self_consistency(n=3)"} == {1}


async def test_samples_differ_and_the_first_is_what_solve_would_give(
    data: str, tmp_path: Path
) -> None:
    path = await evaluate(
        Wish(data, [WARM], samples=8, seed=5), model=Scripted(guess), path=tmp_path / "r.db"
    )
    with store.open_run(path) as run:
        made, problem = store.attempts(run), store.problems(run)[0]
    alone = await asolve(problem, strategy=WARM, model=Scripted(guess), seed=5)
    own = [a.answer for a in made if a.problem == problem.id]
    assert own[0] == alone.answer
    assert len(set(own)) > 1


async def test_a_run_made_in_goes_equals_one_made_at_once(data: str, tmp_path: Path) -> None:
    whole = await evaluate(Wish(data, STEADY), model=Scripted(guess), path=tmp_path / "a.db")
    model = Scripted(guess)
    for limit, strategies in ((2, [WARM]), (4, STEADY), (None, STEADY)):
        wish = Wish(data, strategies, limit=limit)
        await evaluate(wish, model=model, path=tmp_path / "b.db")
    assert results(tmp_path / "b.db") == results(whole)
    calls = model.calls
    await evaluate(Wish(data, STEADY), model=model, path=tmp_path / "b.db")
    assert model.calls == calls


async def test_a_vote_made_in_goes_gives_the_same_answers(data: str, tmp_path: Path) -> None:
    vote = ["self_consistency(n=5)"]
    await evaluate(Wish(data, vote), model=Scripted(guess), path=tmp_path / "a.db", concurrency=1)
    for limit in (3, None):
        wish = Wish(data, vote, limit=limit)
        await evaluate(wish, model=Scripted(guess), path=tmp_path / "b.db")
    assert answers(tmp_path / "a.db") == answers(tmp_path / "b.db")


async def test_a_stopped_run_spends_only_calls_in_flight_again(data: str, tmp_path: Path) -> None:
    hanging = asyncio.Semaphore(0)

    async def hang_after_seven(request: Request) -> str:
        if first.calls > 7:
            hanging.release()
            await asyncio.Event().wait()
        return guess(request)

    whole, first, second = Scripted(guess), Scripted(hang_after_seven), Scripted(guess)
    wish, path = Wish(data, ["reasonflux"]), tmp_path / "b.db"
    await evaluate(wish, model=whole, path=tmp_path / "a.db")
    stopped = asyncio.create_task(evaluate(wish, model=first, path=path, concurrency=3))
    for _ in range(3):
        await hanging.acquire()
    stopped.cancel()
    with pytest.raises(asyncio.CancelledError):
        await stopped
    await evaluate(wish, model=second, path=path)
    assert results(path) == results(tmp_path / "a.db")
    assert first.calls + second.calls == whole.calls + 3
    with store.open_run(path) as run:
        assert sum(a.replayed for a in store.attempts(run)) > 0


async def test_nano_is_measured_under_the_hash_of_its_weights(tmp_path: Path) -> None:
    path = await evaluate(Wish("world:gcd", ["direct"], limit=2), path=tmp_path / "r.db")
    with store.open_run(path) as run:
        held, made = store.settings(run), store.attempts(run)
    assert held and held.models["default"].hash
    assert [a.stop_reason for a in made] == ["finished"] * 2
    assert all(a.tokens > 0 and a.outcome in ("correct", "wrong") for a in made)


async def test_events_are_those_of_the_last_start(data: str, tmp_path: Path) -> None:
    def broken(request: Request) -> str:
        raise ConnectionFailed("nobody listens")

    path = tmp_path / "r.db"
    wish = Wish(data, [WARM], limit=1)
    with pytest.raises(ModelError):
        await evaluate(wish, model=Scripted(broken), path=path)
    await evaluate(wish, model=Scripted(guess), path=path)
    with store.open_run(path) as run:
        (attempt,) = store.attempts(run)
        calls = [e for e in store.events(run, attempt) if isinstance(e, Call)]
    assert [call.status for call in calls] == ["ok"]


async def test_failures_are_typed_and_count_as_wrong(data: str, tmp_path: Path) -> None:
    def sometimes(request: Request) -> str:
        if "What is 2" in asked(request):
            raise RateLimited("slow down")
        if "What is 3" in asked(request):
            raise RuntimeError("a bug")
        return "It is \\boxed{1}"

    path = await evaluate(Wish(data, ["cot"]), model=Scripted(sometimes), path=tmp_path / "r.db")
    with store.open_run(path) as run:
        (line,) = summarise(run)
        failed = [a for a in store.attempts(run) if a.failure]
    assert line.failures == {"RateLimited": 1, "RuntimeError": 1}
    assert line.attempts == 6
    assert line.accuracy is not None
    assert line.accuracy.mean == pytest.approx(1 / 6)
    assert [a.error for a in failed] == ["RateLimited: slow down", "RuntimeError: a bug"]
    assert {a.outcome for a in failed} == {"wrong"}


async def test_failed_attempts_are_made_again_only_when_asked(data: str, tmp_path: Path) -> None:
    def refuse(request: Request) -> str:
        raise RateLimited("slow down")

    wish, path = Wish(data, ["cot"]), tmp_path / "r.db"
    await evaluate(wish, model=Scripted(refuse), path=path)
    model = Scripted(guess)
    await evaluate(wish, model=model, path=path)
    assert model.calls == 0
    await evaluate(wish, model=model, path=path, retry_failed=True)
    assert model.calls == 6
    with store.open_run(path) as run:
        assert not any(a.failure for a in store.attempts(run))


async def test_an_outage_ends_the_run_and_is_nobodys_mistake(data: str, tmp_path: Path) -> None:
    calls = 0

    def fails_later(request: Request) -> str:
        nonlocal calls
        calls += 1
        if calls > 4:
            raise ConnectionFailed("nobody listens at http://x")
        return guess(request)

    path = tmp_path / "r.db"
    wish = Wish(data, ["self_consistency(n=3)"])
    with pytest.raises(ModelError, match="nobody listens"):
        await evaluate(wish, model=Scripted(fails_later), path=path, concurrency=1)
    assert len(results(path)) == 1
    await evaluate(wish, model=Scripted(guess), path=path)
    await evaluate(wish, model=Scripted(guess), path=tmp_path / "whole.db")
    assert answers(path) == answers(tmp_path / "whole.db")


async def test_a_strategy_that_the_model_lacks_is_not_wrong_but_absent(
    data: str, tmp_path: Path
) -> None:
    model = Scripted("answer = 1", profile=replace(PROFILE, dialect="compact"))
    path = await evaluate(Wish(data, ["debate", "cot"]), model=model, path=tmp_path / "r.db")
    with store.open_run(path) as run:
        lacking, able = summarise(run)
    assert lacking.arm.lacks and "no skill to debate" in lacking.arm.lacks
    assert (lacking.attempts, lacking.accuracy) == (0, None)
    assert able.attempts == 6 and able.arm.lacks is None


async def test_problems_without_answers_run_and_stay_ungraded(tmp_path: Path) -> None:
    source = tmp_path / "open.jsonl"
    source.write_text('{"question": "Why?"}\n{"question": "How?"}\n')
    path = await evaluate(Wish(str(source), [WARM]), model=Scripted(guess), path=tmp_path / "r.db")
    with store.open_run(path) as run:
        (line,) = summarise(run)
        assert {a.outcome for a in store.attempts(run)} == {"ungradable"}
    assert (line.attempts, line.accuracy, line.unreferenced) == (2, None, 2)


async def test_the_budget_bounds_each_attempt(data: str, tmp_path: Path) -> None:
    wish = Wish(data, ["self_consistency(n=3)"], budget=Limits(calls=2))
    path = await evaluate(wish, model=Scripted(guess), path=tmp_path / "r.db")
    with store.open_run(path) as run:
        assert {a.calls for a in store.attempts(run)} <= {1, 2}


async def test_no_more_attempts_run_at_once_than_asked_for(data: str, tmp_path: Path) -> None:
    model = Scripted(guess, delay=lambda r: 0.001)
    await evaluate(
        Wish(data, [WARM], samples=2), model=model, path=tmp_path / "r.db", concurrency=4
    )
    assert model.peak == 4


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"seed": 1}, "seed=0 and now it is 1"),
        ({"split": "test"}, "split=None and now it is test"),
        ({"budget": Limits(tokens=9)}, "budget= and now it is tokens=9"),
    ],
)
async def test_a_run_keeps_its_settings(tmp_path: Path, change: dict[str, Any], said: str) -> None:
    path = tmp_path / "r.db"
    await evaluate(Wish("world:gcd", [WARM], limit=2), model=Scripted(guess), path=path)
    with pytest.raises(InputError, match=said):
        wish = Wish("world:gcd", [WARM], limit=2, **change)
        await evaluate(wish, model=Scripted(guess), path=path)


def rewrite(data: str) -> None:
    Path(data).write_text('{"question": "Another?", "answer": "1"}\n')


async def test_a_dataset_that_changed_since_is_refused(data: str, tmp_path: Path) -> None:
    path = tmp_path / "r.db"
    await evaluate(Wish(data, [WARM]), model=Scripted(guess), path=path)
    rewrite(data)
    with pytest.raises(InputError, match="has changed since"):
        await evaluate(Wish(data, [WARM]), model=Scripted(guess), path=path)


@pytest.mark.parametrize(
    ("strategies", "said"),
    [
        (["cto"], "did you mean 'cot'"),
        (["cot(temprature=1)"], "did you mean 'temperature'"),
        (["cot", "cot(temperature=0.0)"], "are the same strategy"),
        ([], "no strategy"),
    ],
)
def test_a_wish_that_cannot_be_is_refused_at_once(strategies: list[str], said: str) -> None:
    with pytest.raises((SpecError, InputError), match=said):
        Wish("world:gcd", strategies)


async def test_money_is_not_limited_where_no_price_is_known(data: str, tmp_path: Path) -> None:
    model = Scripted(guess, profile=replace(PROFILE, usd_per_million=None))
    wish = Wish(data, [WARM], budget=Limits(usd=1.0))
    with pytest.raises(InputError, match="no prices of scripted"):
        await evaluate(wish, model=model, path=tmp_path / "r.db")


def damaged(folder: Path) -> list[Path]:
    return list(folder.glob("r.db.damaged-*"))


async def test_a_damaged_run_begins_anew_from_its_trace(data: str, tmp_path: Path) -> None:
    path, wish = tmp_path / "r.db", Wish(data, STEADY)
    await evaluate(wish, model=Scripted(guess), path=path)
    before = results(path)
    with path.open("r+b") as file:
        file.seek(0)
        file.write(b"\0" * 8192)
    with pytest.raises(store.DamagedRun, match="--recover"):
        await evaluate(wish, model=Scripted(guess), path=path)
    model = Scripted(guess)
    await evaluate(wish, model=model, path=path, recover=True)
    assert model.calls == 0
    assert results(path) == before
    assert damaged(tmp_path)


async def test_a_sound_run_is_not_put_aside(data: str, tmp_path: Path) -> None:
    path, wish = tmp_path / "r.db", Wish(data, [WARM])
    await evaluate(wish, model=Scripted(guess), path=path)
    await evaluate(wish, model=Scripted(guess), path=path, recover=True)
    assert not damaged(tmp_path)


async def test_grading_is_apart_from_solving(data: str, tmp_path: Path) -> None:
    path = await evaluate(Wish(data, [WARM]), model=Scripted(guess), path=tmp_path / "r.db")
    before = results(path)
    with store.open_to_write(path) as run:
        store.write_verdicts(run, dict.fromkeys(before, (None, "")))
        assert await grade_run(run, only_missing=True) == (6, 6)
        assert await grade_run(run) == (6, 0)
    assert results(path) == before


async def test_the_rest_is_told_from_what_was_made(data: str, tmp_path: Path) -> None:
    async with open_session(
        Wish(data, ["cot", "self_consistency(n=3)"]), model=Scripted(guess), path=tmp_path / "r.db"
    ) as session:
        made: list[Attempt] = []
        todo = session.plan.todo
        await session.make(todo[:4], made.append)
        ahead = forecast(made, todo[4:])
    one = made[0].tokens if made[0].strategy == "cot" else made[1].tokens
    assert ahead.attempts == 8
    assert ahead.tokens == pytest.approx(4 * one + 4 * 3 * one)


def test_the_run_is_named_by_its_settings(data: str) -> None:
    model = {"default": Scripted("x")}

    def of(wish: Wish) -> Path:
        return default_path(wish.settings(model))

    assert of(Wish(data, ["cot"])) == of(Wish(data, ["direct"], limit=3, samples=4))
    assert of(Wish(data, ["cot"])) != of(Wish(data, ["cot"], seed=1))
