"""The machine of long chains: which action follows on what came of the last one."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from moves import ALL, BAD, CLEAR, END, GOOD, PLAN, WORK, after

from reasonloom.data.long_cot.goals import Goal, Goals
from reasonloom.data.long_cot.machine import (
    MAX_SOLVES,
    Answered,
    Bounds,
    Clarified,
    Decomposed,
    End,
    Move,
    Reflected,
    Solved,
    State,
    advance,
    begin,
)


def turns(state: State) -> list[str]:
    return [entry.turn for entry in state.log]


def here(state: State) -> str:
    return state.goals.here.text


def test_a_straight_chain_comes_to_its_answer() -> None:
    state = after(CLEAR, PLAN, WORK, ALL, END)
    assert (state.end, state.answer, state.action) == ("answered", "42", None)
    assert turns(state) == ["plan", "take", "check", "conclude", "end"]
    assert [goal.status for goal in state.goals.all] == [
        "achieved", "achieved", "dropped", "dropped"
    ]  # fmt: skip


def test_a_failed_reflection_leads_to_another_try_then_to_another_way_then_back() -> None:
    state = after(CLEAR, PLAN, WORK, BAD)
    assert (here(state), state.action) == ("find 6 * 7", "solve")
    state = advance(advance(state, WORK, 1, Bounds()), BAD, 1, Bounds())
    assert (here(state), turns(state)[-1]) == ("add seven sixes", "other")
    for _ in range(4):
        state = advance(advance(state, WORK, 1, Bounds()), BAD, 1, Bounds())
    assert (state.goals.current, state.action, turns(state)[-1]) == (0, "decompose", "back")


def test_what_a_failed_reflection_proposes_is_taken_up() -> None:
    state = after(CLEAR, PLAN, WORK, Reflected("no", False, False, goal="use 6 * 7 = 42"))
    assert (here(state), turns(state)[-1]) == ("use 6 * 7 = 42", "instead")
    assert state.goals.here.parent == 0


def test_a_right_step_that_is_not_enough_goes_deeper_and_comes_up_again() -> None:
    state = after(CLEAR, PLAN, WORK, Reflected("so far", True, False, goal="find 6 * 6"))
    assert [goal.text for goal in state.goals.path[1:]] == ["find 6 * 7", "find 6 * 6"]
    state = advance(advance(state, WORK, 1, Bounds()), GOOD, 1, Bounds())
    assert (here(state), state.action, turns(state)[-1]) == ("find 6 * 7", "decompose", "up")


def test_an_achieved_goal_hands_over_to_the_next_one_beside_it() -> None:
    state = after(CLEAR, PLAN, WORK, Reflected("yes", True, True, goal="halve it"))
    assert (here(state), state.goals.here.parent, turns(state)[-1]) == ("halve it", 0, "next")


@pytest.mark.parametrize("again", ["find 6 * 7", "Find  6 * 7.", "ADD seven sixes"])
def test_a_goal_is_never_set_twice(again: str) -> None:
    state = after(CLEAR, PLAN, WORK, Reflected("no", False, False, goal=again))
    assert turns(state)[-1] == "again"
    assert len(state.goals.all) == 4


def test_goals_that_differ_in_a_sign_are_two() -> None:
    goals = Goals((Goal("q"),)).grown(["find a + b", "find a - b"], 0)
    assert len(goals.all) == 3


def test_a_chain_without_a_way_left_is_stuck_and_one_with_a_result_concludes() -> None:
    nothing = Decomposed("nothing comes to mind", "")
    assert after(CLEAR, nothing).end == "stuck"
    assert after(CLEAR, PLAN, WORK, GOOD, nothing).action == "answer"


def test_a_goal_that_was_reached_below_counts_as_reached() -> None:
    deeper = Reflected("so far", True, False, goal="find 6 * 6")
    state = after(CLEAR, PLAN, WORK, deeper, WORK, GOOD, Decomposed("all is done", ""))
    assert (state.goals.all[1].status, state.goals.current) == ("achieved", 0)


def test_work_without_a_reflection_is_bounded() -> None:
    state = after(CLEAR, PLAN, *[Solved("more", False)] * MAX_SOLVES)
    assert turns(state)[2:] == ["go_on"] * (MAX_SOLVES - 1) + ["check"]


def test_actions_and_tokens_are_bounded() -> None:
    assert after(CLEAR, PLAN, bounds=Bounds(actions=2)).end == "actions"
    assert after(CLEAR, PLAN, tokens=50, bounds=Bounds(tokens=100)).end == "tokens"
    assert after(CLEAR, PLAN, WORK, ALL, END, bounds=Bounds(actions=5)).end == "answered"


def test_a_move_of_another_action_is_refused() -> None:
    with pytest.raises(ValueError, match="Solved is no outcome of the action clarify"):
        after(WORK)
    with pytest.raises(ValueError, match="of the action None"):
        after(CLEAR, PLAN, WORK, ALL, END, END)


FLAGS = st.booleans()
NAMES = st.sampled_from(["", "a", "b", "c", "A.", "d"])


def outcome(action: str, draw: Any) -> Move:
    match action:
        case "clarify":
            return Clarified("c")
        case "decompose":
            return Decomposed("d", draw(NAMES), (draw(NAMES), draw(NAMES)))
        case "solve":
            return Solved("s", draw(FLAGS))
        case "reflect":
            right, achieved = draw(FLAGS), draw(FLAGS)
            return Reflected("r", right, right and achieved, draw(FLAGS) and achieved, draw(NAMES))
    return Answered("a", "1")


@given(st.data())
def test_every_chain_ends_in_a_typed_way_with_no_goal_set_twice(data: Any) -> None:
    """With six names to choose from there are at most four goals, so few ways to go on."""
    state, bounds = begin("q"), Bounds(actions=25)
    while state.action is not None:
        before = state.log
        state = advance(state, outcome(state.action, data.draw), 1, bounds)
        assert state.log[:-1] == before
    keys = [goal.text.casefold().rstrip(".") for goal in state.goals.all]
    assert state.end in get_args(End)
    assert len(state.log) <= 25
    assert len(set(keys)) == len(keys)
