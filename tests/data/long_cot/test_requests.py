"""The requests for actions: what a model is told, and how its reply is read."""

from __future__ import annotations

import json

import pytest
from moves import CLEAR, PLAN, WORK, after

from reasonloom.data.long_cot.machine import Reflected
from reasonloom.data.long_cot.requests import request_of


def test_goals_set_before_are_told_only_where_one_may_be_set() -> None:
    states = [after(CLEAR), after(CLEAR, PLAN), after(CLEAR, PLAN, WORK)]
    users = [request_of("q", s, "").prompt.messages or () for s in states]
    assert ["<set_before>" in messages[1].content for messages in users] == [True, False, True]


@pytest.mark.parametrize("goal", ["none", "None.", "N/A", " ", None])
def test_a_goal_in_a_word_for_none_is_none(goal: str | None) -> None:
    said = {"thought": "t", "right": True, "achieved": True, "above": False, "goal": goal}
    move = request_of("q", after(CLEAR, PLAN, WORK), "").parse(json.dumps(said))
    assert isinstance(move, Reflected) and move.goal == ""
