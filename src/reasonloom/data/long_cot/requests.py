"""What a model is asked for at each action, and how its reply is read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from reasonloom.data.long_cot import words
from reasonloom.data.long_cot.machine import (
    Action,
    Answered,
    Clarified,
    Decomposed,
    Move,
    Reflected,
    Solved,
    State,
)
from reasonloom.strategies.dialects.base import Ask, Unreadable
from reasonloom.strategies.dialects.chat_text import clip
from reasonloom.strategies.dialects.instruct import typed
from reasonloom.strategies.dialects.instruct_text import join, problem, quote

OTHERS = 2
"""Other ways that a decomposition may name (paper: two)."""
MOST_GOAL = 300
"""Characters of a goal; a longer one is no goal but a solution (our choice)."""
_NO_GOAL = ("", "none", "nothing", "n/a", "null")


def request_of(question: str, state: State, thoughts: str) -> Ask[Move]:
    """The request for the action that is due; `thoughts` is the chain as it stands."""
    assert state.action is not None
    system = words.REFLECTOR if state.action == "reflect" else words.ACTOR
    user = join(
        problem(question),
        quote("goals", "\n".join(f"{i}. {g}" for i, g in enumerate(_path(state), 1))),
        _set_before(state) if state.action in ("decompose", "reflect") else "",
        quote("thoughts", clip(thoughts) or "none yet"),
        _FORMS[state.action],
    )
    schema, read = _READERS[state.action]
    return cast(Ask[Move], typed(state.action, system, user, schema, read))


def _path(state: State) -> list[str]:
    return ["solve the problem", *(goal.text for goal in state.goals.path[1:])]


def _set_before(state: State) -> str:
    """Only where a goal may be set: elsewhere it would read as a list of what is to be done."""
    return quote("set_before", "\n".join(goal.text for goal in state.goals.all[1:]) or "none")


def _clarified(found: dict[str, Any]) -> Move | Unreadable:
    thought = _thought(found)
    return thought if isinstance(thought, Unreadable) else Clarified(thought)


def _decomposed(found: dict[str, Any]) -> Move | Unreadable:
    thought, goal, others = _thought(found), _goal(found), found.get("others")
    if isinstance(thought, Unreadable):
        return thought
    if goal is None:
        return Unreadable(f'"goal" must be a text of at most {MOST_GOAL} characters')
    listed = [o for o in others if isinstance(o, str)] if isinstance(others, list) else []
    return Decomposed(thought, goal, tuple(o for o in listed if len(o) <= MOST_GOAL)[:OTHERS])


def _solved(found: dict[str, Any]) -> Move | Unreadable:
    thought, after = _thought(found), found.get("next")
    if isinstance(thought, Unreadable):
        return thought
    if after not in ("solve", "reflect"):
        return Unreadable('"next" must be "solve" or "reflect"')
    return Solved(thought, after == "reflect")


def _reflected(found: dict[str, Any]) -> Move | Unreadable:
    thought, goal = _thought(found), _goal(found)
    if isinstance(thought, Unreadable):
        return thought
    flags = [found.get(name) for name in ("right", "achieved", "above")]
    if not all(isinstance(flag, bool) for flag in flags):
        return Unreadable('"right", "achieved" and "above" must be true or false')
    right, achieved, above = (bool(flag) for flag in flags)
    return Reflected(thought, right, right and achieved, right and achieved and above, goal or "")


def _answered(found: dict[str, Any]) -> Move | Unreadable:
    solution, answer = _thought(found, "solution"), _thought(found, "answer")
    if isinstance(solution, Unreadable):
        return solution
    return answer if isinstance(answer, Unreadable) else Answered(solution, answer)


def _thought(found: dict[str, Any], name: str = "thought") -> str | Unreadable:
    """Models write numbers where an answer is asked for."""
    said = found.get(name)
    if isinstance(said, int | float) and not isinstance(said, bool):
        said = str(said)
    if not isinstance(said, str) or not said.strip():
        return Unreadable(f'"{name}" must be a text')
    return said.strip()


def _goal(found: dict[str, Any]) -> str | None:
    """Empty where none is set; None for what is no goal."""
    said = found.get("goal")
    if said is None:
        return ""
    if not isinstance(said, str) or len(said) > MOST_GOAL:
        return None
    return "" if said.strip(" .").casefold() in _NO_GOAL else said.strip()


_FORMS: dict[Action, str] = {
    "clarify": words.CLARIFY,
    "decompose": words.DECOMPOSE,
    "solve": words.SOLVE,
    "reflect": words.REFLECT,
    "answer": words.ANSWER,
}
_READERS: dict[Action, tuple[dict[str, Any], Callable[[dict[str, Any]], Move | Unreadable]]] = {
    "clarify": (words.CLARIFY_SCHEMA, _clarified),
    "decompose": (words.DECOMPOSE_SCHEMA, _decomposed),
    "solve": (words.SOLVE_SCHEMA, _solved),
    "reflect": (words.REFLECT_SCHEMA, _reflected),
    "answer": (words.ANSWER_SCHEMA, _answered),
}
