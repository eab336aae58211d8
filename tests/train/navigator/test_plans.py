"""Plan rows: gold plans of worlds, and plans of stored runs that ended with the right answer."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

from reasonloom.errors import InputError
from reasonloom.evaluate import store
from reasonloom.evaluate.plan import Wish
from reasonloom.evaluate.runner import evaluate
from reasonloom.models.protocol import Request
from reasonloom.models.scripted import Scripted
from reasonloom.strategies.dialects import compact, dialect_of
from reasonloom.train.navigator.plans import plan_rows_of_run, plan_rows_of_worlds
from reasonloom.worlds.families import FAMILIES
from reasonloom.worlds.splits import WITHHELD_TEMPLATES

GOOD: dict[str, Any] = {
    "goal": "find a: the greatest common divisor",
    "template": "Euclidean algorithm",
    "tags": ["gcd"],
    "needs": [],
}
LATER = {**GOOD, "goal": "find b: the greatest common divisor", "needs": [1]}
TAILS = "find x: the greatest common divisor"


def test_gold_plans_read_back_with_goals_templates_and_needs() -> None:
    for row in plan_rows_of_worlds(30, seed=3):
        steps = compact.parse_plan(row["completion"])
        assert isinstance(steps, tuple)
        assert row["prompt"].startswith("<|q|>")
        assert row["prompt"].endswith("<|plan|>")
        families = [FAMILIES[name] for name in row["from"]["families"]]
        assert len(steps) == len(families) == row["from"]["depth"]
        for step, family in zip(steps, families, strict=True):
            assert family.goal in step.goal
            assert family.method(step.template)
            assert step.template not in WITHHELD_TEMPLATES


def test_both_dialects_learn_the_same_plans() -> None:
    short = plan_rows_of_worlds(8, "compact", seed=5)
    for row, chat in zip(short, plan_rows_of_worlds(8, "instruct", seed=5), strict=True):
        read = dialect_of("instruct").plan("", ()).read(chat["completion"][0]["content"], "stop")
        assert read == compact.parse_plan(row["completion"])
        assert "<template_names>" in chat["prompt"][1]["content"]
        assert chat["from"]["problem"] == row["from"]["problem"]


def test_a_seed_gives_the_same_problems_and_more_of_them_begin_the_same() -> None:
    few, more = (list(plan_rows_of_worlds(n, seed=1)) for n in (5, 9))
    assert more[:5] == few
    assert len({row["from"]["problem"] for row in more}) == 9
    assert more != list(plan_rows_of_worlds(9, seed=2))


def test_nothing_asked_for_is_refused() -> None:
    with pytest.raises(InputError, match="0 problems make no rows"):
        list(plan_rows_of_worlds(0))


def user(request: Request) -> str:
    assert request.messages is not None
    return request.messages[1].content


def navigator(request: Request) -> str:
    """Plans one step, and answers as the question says; on a coin, as its own plan says."""
    text = user(request)
    heads = "find a" in text or random.Random(request.seeds[0]).random() < 0.5
    right = ("= 7" in text or heads) if "coin" in text else "yes" in text
    if "Write the plan" in text:
        first = {**GOOD, "goal": GOOD["goal"] if right or "coin" not in text else TAILS}
        return json.dumps({"steps": [first, LATER] if "tardy" in text else [first]})
    if "An objection was raised" in text:
        return json.dumps({"steps": [{**GOOD, "goal": "find the least common multiple"}]})
    if "Carry out this step" in text:
        won = right and TAILS not in text
        return json.dumps({"instantiation": "i", "work": "w", "value": f"a = {7 if won else 8}"})
    if "First reach the step's goal" in text:
        revise = "tardy" in text and LATER["goal"] in text
        return json.dumps({"action": "revise" if revise else "accept", "reason": "no"})
    won = "a = 7" in text
    return json.dumps({"reasoning": "", "answer": "7" if won else "8"})


async def made(tmp_path: Path, questions: list[str], strategy: str = "reasonflux") -> Path:
    data = tmp_path / "asked.jsonl"
    data.write_text("".join(json.dumps({"question": q, "answer": "7"}) + "\n" for q in questions))
    return await evaluate(
        Wish(str(data), [strategy]), model=Scripted(navigator), path=tmp_path / "run.db"
    )


async def test_only_plans_that_led_to_the_right_answer_are_learnt(tmp_path: Path) -> None:
    questions = ["Is 7 right? yes", "Is 8 right? no", "Is it tardy? yes"]
    rows = list(plan_rows_of_run(await made(tmp_path, questions)))
    (row,) = rows  # the wrong one and the one that had to be revised are left out
    assert "Is 7 right" in row["prompt"][1]["content"]
    assert json.loads(row["completion"][0]["content"]) == {"steps": [GOOD]}
    assert row["from"]["run"] == "run.db"
    assert row["from"]["strategy"] == "reasonflux"
    assert row["from"]["templates"] == ["Euclidean algorithm"]


async def test_a_chat_models_plans_can_teach_nano(tmp_path: Path) -> None:
    path = await made(tmp_path, ["Is 7 right? yes"])
    (row,) = plan_rows_of_run(path, "compact")
    assert row["prompt"] == "<|q|>Is 7 right? yes<|plan|>"
    assert row["completion"] == "find a: the greatest common divisor | Euclidean algorithm | gcd"


async def test_of_several_trajectories_those_with_the_right_answer_are_taken(
    tmp_path: Path,
) -> None:
    path = await made(tmp_path, ["Toss the coin"], "reasonflux(trajectories=5)")
    with store.open_run(path) as run:
        (attempt,) = store.attempts(run)
    assert set(attempt.candidates) == {"7", "8"}
    (row,) = plan_rows_of_run(path)
    assert json.loads(row["completion"][0]["content"]) == {"steps": [GOOD]}
    assert row["from"]["span"].startswith("trajectory-")


async def test_a_run_without_a_right_plan_says_so(tmp_path: Path) -> None:
    path = await made(tmp_path, ["Is 8 right? no"])
    with pytest.raises(InputError, match="no plan that led to a right answer"):
        list(plan_rows_of_run(path))


@pytest.mark.slow
async def test_nanos_own_runs_give_rows_that_it_can_read(tmp_path: Path) -> None:
    wish = Wish("world:composite(depth=2)", ["reasonflux"], limit=3)
    path = await evaluate(wish, model="nano", path=tmp_path / "nano.db")
    for row in plan_rows_of_run(path):
        assert isinstance(compact.parse_plan(row["completion"]), tuple)
        assert row["prompt"].endswith("<|plan|>")
