"""Counterfactual roll-outs: every action from one state, and the preferences they give."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reasonloom.data.load import load
from reasonloom.errors import ConnectionFailed, InputError, ServerFailed, StoreError
from reasonloom.models.protocol import Request
from reasonloom.models.resolve import resolve
from reasonloom.models.scripted import Scripted
from reasonloom.problem import Problem
from reasonloom.strategies.dialects.compact import parse_assessment
from reasonloom.train.navigator.adjust import adjust_rows
from reasonloom.train.navigator.counterfactual import Entry, Trial, try_actions
from reasonloom.trajectory import Assessment, StepResult

ASKED = [
    Problem(f"Problem {i}: let a be the gcd of 84 and 36. Find a + 1.", "13") for i in range(3)
]
GCD = {"template": "Euclidean algorithm", "tags": ["gcd"]}
STEPS = [
    {"goal": "find a: the greatest common divisor", "needs": [], **GCD},
    {"goal": "find b: one more than the greatest common divisor", "needs": [1], **GCD},
]
TWO = Trial(states=2, rollouts=2)


def user(request: Request) -> str:
    assert request.messages is not None
    return request.messages[1].content


def reasoner(request: Request) -> str:
    """Gets the first step wrong, and right when it is told that it was; accepts everything."""
    text = user(request)
    goal = re.search(r"<goal>\n(.*?)\n", text)
    if request.prefix:
        return 'the last line is off"}'
    if "Write the plan" in text or "An objection was raised to" in text:
        return json.dumps({"steps": STEPS if "Write" in text else STEPS[1:]})
    if "Carry out this step" in text:
        a = 12 if "rejected" in text else 11
        known = re.search(r"1\. a = (\d+)", text)
        first = goal and "find a" in goal[1]
        value = f"a = {a}" if first else f"b = {int(known[1] if known else 0) + 1}"
        return json.dumps({"instantiation": "i", "work": "w", "value": value})
    if "First reach the step's goal" in text:
        return json.dumps({"check": "fine", "action": "accept", "reason": ""})
    last = re.findall(r"\d+\. [ab] = (\d+)", text)
    return json.dumps({"reasoning": "", "answer": last[-1] if last else "none"})


async def tried(
    folder: Path,
    script: Callable[[Request], str] = reasoner,
    problems: list[Problem] = ASKED[:1],
    trial: Trial = TWO,
    **options: Any,
) -> tuple[list[Entry], Scripted]:
    model = Scripted(script)
    found = await try_actions(problems, {"default": model}, folder, trial, **options)
    return found.entries, model


async def test_the_action_that_mends_a_wrong_result_is_preferred_to_all_others(
    tmp_path: Path,
) -> None:
    (entry,), _ = await tried(tmp_path)
    first, last = entry["states"]
    assert (first["value"], last["value"]) == ("a = 11", "b = 12")
    assert {a for a, r in first["right"].items() if all(r)} == {"retry"}
    assert not any(any(marks) for marks in last["right"].values())
    rows = list(adjust_rows([entry]))
    assert [row["from"]["actions"] for row in rows] == [
        ["retry", other] for other in ("accept", "revise", "replace", "answered")
    ]
    chosen = json.loads(rows[0]["chosen"][0]["content"])
    assert chosen == {"check": "fine", "action": "retry", "reason": "the last line is off"}
    assert json.loads(rows[0]["rejected"][0]["content"])["action"] == "accept"
    assert "First reach the step's goal" in rows[0]["prompt"][1]["content"]
    assert rows[0]["from"]["accuracy"] == {"retry": 1.0, "accept": 0.0}
    assert rows[0]["from"]["problem"] == ASKED[0].id
    assert rows[0]["from"]["trial"]["rollouts"] == 2
    assert len({row["id"] for row in rows}) == 4


async def test_what_stands_in_the_journal_is_not_tried_again(tmp_path: Path) -> None:
    first, model = await tried(tmp_path, problems=ASKED)
    assert model.calls > 0
    again, idle = await tried(tmp_path, problems=ASKED)
    assert (again, idle.calls) == (first, 0)
    _, other = await tried(tmp_path, trial=Trial(states=1, rollouts=1))
    assert other.calls > 0


async def test_a_run_that_was_cut_off_makes_only_the_rest_of_its_calls(tmp_path: Path) -> None:
    whole, alone = await tried(tmp_path / "whole", problems=ASKED, at_once=1)
    left = alone.calls // 2

    def failing(request: Request) -> str:
        nonlocal left
        left -= 1
        if left < 0:
            raise ConnectionFailed("nobody listens")
        return reasoner(request)

    with pytest.raises(ConnectionFailed):
        await tried(tmp_path / "cut", failing, ASKED, at_once=1)
    entries, rest = await tried(tmp_path / "cut", problems=ASKED, at_once=1)
    assert entries == whole
    assert rest.calls == alone.calls - alone.calls // 2


async def test_a_problem_that_fails_is_told_and_tried_next_time(tmp_path: Path) -> None:
    def failing(request: Request) -> str:
        if "Problem 1" in user(request) and "Carry out" in user(request):
            raise ServerFailed("try later")
        return reasoner(request)

    model = Scripted(failing)
    found = await try_actions(ASKED, {"default": model}, tmp_path, TWO)
    assert [e["problem"] for e in found.entries] == [ASKED[0].id, ASKED[2].id]
    assert [(p.id, str(e)) for p, e in found.failed] == [(ASKED[1].id, "try later")]
    entries, _ = await tried(tmp_path, problems=ASKED)
    assert [e["problem"] for e in entries] == [p.id for p in ASKED]


async def test_a_problem_without_a_reference_is_refused_before_any_call(tmp_path: Path) -> None:
    model = Scripted(reasoner)
    with pytest.raises(InputError, match="no reference answer"):
        await try_actions([Problem("Why?")], {"default": model}, tmp_path)
    assert model.calls == 0


async def test_a_journal_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "states.jsonl").write_text('{"mine": 1}\n')
    with pytest.raises(StoreError, match="no line of a journal"):
        await tried(tmp_path)
    assert (tmp_path / "states.jsonl").read_text() == '{"mine": 1}\n'


def entry(right: dict[str, list[bool]], tokens: dict[str, list[int]]) -> Entry:
    state = {
        "prompt": "p",
        "goal": "g",
        "value": "v",
        "own": "accept",
        "replies": {action: action for action in right},
        "right": right,
        "tokens": tokens,
    }
    return {"problem": "1", "source": None, "models": {}, "trial": {}, "states": [state]}


def pairs(found: Entry, **options: Any) -> list[list[str]]:
    return [row["from"]["actions"] for row in adjust_rows([found], **options)]


def test_the_margin_decides_what_counts_as_better() -> None:
    right = {"accept": [True, True], "retry": [True, False], "revise": [False, False]}
    made = entry(right, {action: [10, 10] for action in right})
    assert pairs(made) == [["accept", "retry"], ["accept", "revise"], ["retry", "revise"]]
    assert pairs(made, margin=0.6) == [["accept", "revise"]]
    for margin in (0, 1.5):
        with pytest.raises(InputError, match="margin"):
            pairs(made, margin=margin)


def test_fewer_tokens_break_a_tie_only_where_asked_and_only_among_right_answers() -> None:
    right = {"accept": [True], "answered": [True], "retry": [False], "replace": [False]}
    tokens = {"accept": [100], "answered": [50], "retry": [100], "replace": [10]}
    made = entry(right, tokens)
    plain = [[a, b] for a in ("accept", "answered") for b in ("retry", "replace")]
    assert pairs(made) == plain
    assert [p for p in pairs(made, fewer_tokens=True) if p not in plain] == [["answered", "accept"]]


@pytest.mark.parametrize(
    "wish", [{"states": 0}, {"rollouts": 0}, {"rollouts": 4, "temperature": 0.0}]
)
def test_a_trial_that_tells_nothing_is_refused(wish: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        Trial(**wish)


@pytest.mark.slow
async def test_nano_learns_from_its_own_states(tmp_path: Path) -> None:
    problems = list(load("world:composite(depth=2, withheld=False)", split="train", limit=2))
    model = resolve("nano")
    try:
        trial = Trial(states=2, rollouts=2)
        found = await try_actions(problems, {"default": model}, tmp_path, trial)
    finally:
        await model.close()
    assert [e["problem"] for e in found.entries] == [p.id for p in problems]
    states = [state for e in found.entries for state in e["states"]]
    assert states
    assert all(set(state["right"]) == set(state["replies"]) for state in states)
    rows = list(adjust_rows(found.entries))
    assert ["accept", "answered"] in [row["from"]["actions"] for row in rows]
    for row in rows:
        assert row["prompt"].endswith("<|assess|>")
        found = StepResult("", "", row["from"]["value"])
        read = [parse_assessment(found, row[side]) for side in ("chosen", "rejected")]
        assert [r.action for r in read if isinstance(r, Assessment)] == row["from"]["actions"]
