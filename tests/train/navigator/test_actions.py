"""Each action as a reply: what it says is what is carried out."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from reasonloom.context import Context, open_context
from reasonloom.errors import BadRequest
from reasonloom.models.protocol import Profile, Request
from reasonloom.models.scripted import PROFILE, Scripted
from reasonloom.problem import Problem
from reasonloom.strategies.dialects.compact import parse_assessment
from reasonloom.strategies.reasonflux import Moment
from reasonloom.strategies.reasonflux.state import Task
from reasonloom.train.navigator.actions import Options, options
from reasonloom.trajectory import ACTIONS, Step, StepResult

PROBLEM = Problem("Let a be the gcd of 84 and 36. Find a + 1.", "13")
FOUND = StepResult("first = 84; second = 36", "84 - 2*36 = 12", "a = 12")
REST = Task(1, Step("find b: the sum from a"), {0})
MOMENT = Moment((), 1, Task(0, Step("find a: the gcd"), set()), (REST,), None, FOUND)
COMPACT = replace(PROFILE, dialect="compact", chat=False)


def context(model: Scripted) -> Context:
    return open_context(PROBLEM, {"default": model})


async def of(script: str, again: str = "", profile: Profile = COMPACT) -> Options:
    def reply(request: Request) -> str:
        return again if request.prefix else script

    with context(Scripted(reply, profile=profile)) as ctx:
        return await options(MOMENT, PROBLEM, ctx)


async def test_nanos_own_reply_stands_for_the_action_that_it_takes() -> None:
    own = "x = 84 | 84 - 72 = 12 | a = 12<|assess|>accept"
    found = await of(own, " b is missing")
    assert (found.own, found.by_action["accept"].reply) == ("accept", own)
    check = "x = 84 | 84 - 72 = 12 | a = 12<|assess|>"
    assert found.by_action["revise"].reply == f"{check}revise: b is missing"
    assert found.by_action["answered"].reply == f"{check}answered: 12"
    assert found.by_action["answered"].assessment.answer == "12"
    assert found.by_action["retry"].reply == f"{check}retry"
    assert found.by_action["replace"].reply == "replace"


async def test_who_lets_a_result_stand_against_his_own_check_has_found_it_after_all() -> None:
    own = "x = 84 | 84 - 70 = 14 | a = 14<|assess|>accept"
    found = await of(own, " b is missing")
    assert (found.own, found.by_action["retry"].reply) == ("retry", own)
    assert found.by_action["retry"].assessment.reason == "a = 12 or a = 14"
    theirs = "first = 84; second = 36 | 84 - 2*36 = 12 | a = 12<|assess|>"
    assert found.by_action["accept"].reply == f"{theirs}accept"
    assert found.by_action["revise"].reply == f"{theirs}revise: b is missing"


@pytest.mark.parametrize(
    "own", ["replace: no gcd", "gibberish", "", "a | b | a = 12<|assess|>answered: 12"]
)
async def test_every_reply_reads_back_as_its_action(own: str) -> None:
    found = await of(own, " and so on")
    assert list(found.by_action) == list(ACTIONS)
    for action, option in found.by_action.items():
        assert parse_assessment(FOUND, option.reply) == option.assessment
        assert option.assessment.action == action


async def test_a_chat_model_gives_its_own_reasons_for_what_it_did_not_want() -> None:
    own = json.dumps({"check": "84 = 7*12", "action": "accept", "reason": ""})
    found = await of(own, "no end of a string", PROFILE)
    assert found.by_action["accept"].reply == own
    retry = json.loads(found.by_action["retry"].reply)
    assert retry == {"check": "84 = 7*12", "action": "retry", "reason": ""}
    found = await of(own, 'b is odd"}', PROFILE)
    revise = json.loads(found.by_action["revise"].reply)
    assert revise == {"check": "84 = 7*12", "action": "revise", "reason": "b is odd"}
    assert found.by_action["revise"].assessment.reason == "b is odd"
    assert json.loads(found.by_action["answered"].reply)["reason"] == ""


async def test_an_endpoint_that_cannot_go_on_from_a_beginning_gives_no_reasons() -> None:
    own = json.dumps({"check": "84 = 7*12", "action": "accept", "reason": ""})

    def reply(request: Request) -> str:
        if request.prefix:
            raise BadRequest("no prefix here")
        return own

    with context(Scripted(reply)) as ctx:
        found = await options(MOMENT, PROBLEM, ctx)
    assert list(found.by_action) == list(ACTIONS)
    assert found.by_action["retry"].assessment.reason == ""
