"""Simpler questions first, then the whole."""

from __future__ import annotations

import json

import pytest
from dialogue import COMPACT, QUESTION, said, solve, user

from reasonloom.errors import ServerFailed, UsageError
from reasonloom.ledger import Limits
from reasonloom.models.protocol import Request
from reasonloom.models.scripted import Scripted
from reasonloom.strategies.build import make_strategy
from reasonloom.strategies.least_to_most import LeastToMost

PARTS = ("What is 6 times 5?", "What is 6 times 2?")


def dialogue(parts: object = PARTS) -> Scripted:
    def reply(request: Request) -> str:
        if "List the simpler questions" in said(request):
            return json.dumps({"questions": parts})
        if "<subquestion>" in user(request):
            return "30 it is" if f"<subquestion>\n{PARTS[0]}" in user(request) else ""
        return "So \\boxed{42}"

    return Scripted(reply, delay=lambda request: 0.002)


async def test_parts_are_answered_in_order_with_what_was_answered_before() -> None:
    model = dialogue()
    solution = await solve(LeastToMost(), model)
    asked = [user(r) for r in model.requests]
    assert len(asked) == 4
    assert "30 it is" not in asked[1]
    assert "<answer>\n30 it is\n</answer>" in asked[2]
    assert f"<subquestion>\n{PARTS[1]}" in asked[2]
    assert all(part in asked[3] for part in (*PARTS, QUESTION))
    assert (solution.answer, model.peak) == ("42", 1)
    assert {r.temperature for r in model.requests} == {0}


async def test_an_unreadable_part_is_unknown_to_those_after_it() -> None:
    solution = await solve(LeastToMost(), dialogue())
    assert solution.detail["settled"] == [(PARTS[0], "30 it is"), (PARTS[1], "unknown")]


async def test_a_problem_of_one_step_has_no_parts() -> None:
    model = dialogue([])
    assert (await solve(LeastToMost(), model)).answer == "42"
    assert model.calls == 2


async def test_a_long_list_is_cut() -> None:
    model = dialogue([f"part {i}?" for i in range(30)])
    await solve(LeastToMost(most=3), model)
    assert model.calls == 5
    assert "Give 3 at the most." in user(model.requests[0])


async def test_parts_that_cannot_be_read_are_asked_for_once_more_then_it_thinks_plainly() -> None:
    model = dialogue("none")
    solution = await solve(LeastToMost(), model)
    assert model.calls == 3
    assert solution.answer == "42"
    assert "could not be read" in solution.detail["fallback"]


async def test_a_budget_spent_midway_keeps_what_was_settled_and_guesses_nothing() -> None:
    solution = await solve(LeastToMost(), dialogue(), Limits(calls=2))
    assert (solution.answer, solution.stop_reason) == (None, "budget")
    assert solution.detail["settled"] == [(PARTS[0], "30 it is")]


async def test_a_model_that_fails_midway_keeps_what_was_settled() -> None:
    good = dialogue()

    async def reply(request: Request) -> str:
        if "<subquestion>\nWhat is 6 times 2" in user(request):
            raise ServerFailed("down")
        return (await good.generate(request)).choices[0].text

    solution = await solve(LeastToMost(), Scripted(reply))
    assert (solution.stop_reason, solution.error) == ("failed", "down")
    assert len(solution.detail["settled"]) == 1


async def test_a_model_without_the_skill_is_refused_before_anything_is_spent() -> None:
    model = Scripted("answer = 42", profile=COMPACT)
    with pytest.raises(UsageError, match="scripted has no skill to decompose problems"):
        await solve(LeastToMost(), model)
    assert model.calls == 0


def test_it_has_a_name_and_refuses_senseless_options() -> None:
    assert make_strategy("least_to_most(most=4)") == LeastToMost(4)
    with pytest.raises(ValueError, match="most=0"):
        LeastToMost(most=0)
