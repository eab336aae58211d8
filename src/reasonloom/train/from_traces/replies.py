"""Every reply of a solve with what it was worth, or the reason why that cannot be said."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from reasonloom.data.prompts import Told, reply, told, whole
from reasonloom.evaluate.judge import Judge
from reasonloom.events import Call, Note
from reasonloom.models.protocol import Choice
from reasonloom.strategies.dialects.base import AGAIN, Outside, Unreadable
from reasonloom.strategies.reasonflux.plan import MAX_STEPS
from reasonloom.train.from_traces.kinds import STATES, kind_of, reading, stated
from reasonloom.train.from_traces.solves import Solve
from reasonloom.trajectory import StepResult

_BRANCH = re.compile(r"((?:sample|trajectory)-\d+)(?:/|$)")
"""Branches that come to answers of their own, over which a strategy votes or chooses."""


@dataclass(frozen=True)
class Reply:
    """`value` is 1 where it led to a right answer, 0 to a wrong one."""

    solve: Solve
    call: Call
    choice: Choice
    kind: str
    value: float

    @property
    def prompt(self) -> Told:
        return told(self.call.request)

    @property
    def completion(self) -> Told:
        return reply(whole(self.choice), self.call.request)

    @property
    def source(self) -> dict[str, Any]:
        call = self.call
        return {
            **self.solve.source,
            "span": call.span,
            "index": call.index,
            "role": call.role,
            "request": self.kind,
            **self.solve.model(call),
            "temperature": call.request.temperature,
        }


@dataclass(frozen=True)
class Lost:
    """A reply, or a whole solve, that cannot be used."""

    solve: Solve
    reason: str
    span: str = ""


async def replies(solve: Solve, judge: Judge) -> list[Reply | Lost]:
    """The replies of a solve.

    One that states a final answer is worth what that answer is; another one what the branch that it
    belongs to came to, which is the solve where there are no branches.
    """
    if not solve.calls:
        return [Lost(solve, "no trace")]
    said = {id(c): await _verdicts(solve, c, judge) for c in solve.calls}
    notes = _notes(solve)
    found: list[Reply | Lost] = []
    for call in solve.calls:
        reason = _unusable(call)
        if reason:
            found.append(Lost(solve, reason, call.span))
            continue
        own = said[id(call)]
        ends = own if own is not None else [_end(solve, call, said)] * len(_choices(call))
        for choice, value in zip(_choices(call), ends, strict=True):
            found.append(_judged(solve, call, choice, value, notes))
    return found


def _choices(call: Call) -> tuple[Choice, ...]:
    return call.response.choices if call.response else ()


def _unusable(call: Call) -> str | None:
    """Why no row can be made of a call, whatever it says."""
    request = call.request
    if call.status not in ("ok", "cached") or not call.response:
        return "no reply"
    if request.token_ids is not None or request.prefix:
        return "a piece of a reply"
    if request.echo_logprobs:
        return "only scored"
    return "asked again" if kind_of(call) == AGAIN else None


async def _verdicts(solve: Solve, call: Call, judge: Judge) -> list[float | None] | None:
    """For each choice what its own final answer is worth; None for a kind that states none."""
    if _unusable(call) or kind_of(call) not in STATES:
        return None
    return [await _worth(solve, call, choice, judge) for choice in _choices(call)]


async def _worth(solve: Solve, call: Call, choice: Choice, judge: Judge) -> float | None:
    answer = stated(call, choice)
    judged = await judge.graded(solve.problem, replace(solve.attempt, answer=answer))
    return replace(solve, attempt=judged).value


def _end(solve: Solve, call: Call, said: Mapping[int, list[float | None] | None]) -> float | None:
    """What came of the branch of a call: the last answer that was stated in it."""
    branch = _BRANCH.match(call.span)
    if branch is None:
        return solve.value
    inside = (c for c in solve.calls if c.span == branch[1] or c.span.startswith(f"{branch[1]}/"))
    stated_there = [values for c in inside if (values := said[id(c)])]
    return stated_there[-1][-1] if stated_there else None


def _judged(
    solve: Solve,
    call: Call,
    choice: Choice,
    value: float | None,
    notes: Mapping[tuple[str, str], Mapping[str, Any]],
) -> Reply | Lost:
    kind = kind_of(call)
    reason = _doubt(call, choice, kind, notes)
    if reason is None and value is None:
        reason = "not graded"
    if reason or value is None:
        return Lost(solve, reason or "", call.span)
    return Reply(solve, call, choice, kind, value)


def _doubt(
    call: Call, choice: Choice, kind: str, notes: Mapping[tuple[str, str], Mapping[str, Any]]
) -> str | None:
    """Why a reply did not lead to what came of its solve, or would be a bad example as it is."""
    if choice.finish_reason != "stop":
        return "cut off"
    found = reading(call, choice)
    if isinstance(found, Unreadable):
        return "unreadable"
    if isinstance(found, Outside) or kind not in ("plan", "instantiate"):
        return None
    note = notes.get((kind, call.span))
    if note is None:
        return "not carried out"
    if isinstance(found, StepResult):
        if note["action"] in ("retry", "replace"):
            return "rejected"
        return None if found.value == note["value"] else "outvoted"
    goals = [step.goal for step in found][:MAX_STEPS]
    return None if goals == [step["goal"] for step in note["steps"]] else "outvoted"


def _notes(solve: Solve) -> dict[tuple[str, str], Mapping[str, Any]]:
    """What ReasonFlux told of plans and steps, by kind and span of the calls that made them."""
    found: dict[tuple[str, str], Mapping[str, Any]] = {}
    for event in solve.events:
        if isinstance(event, Note) and event.kind == "plan":
            found["plan", event.span] = event.payload
        elif isinstance(event, Note) and event.kind == "step":
            key = f"step-{event.payload['number']}-try-{event.payload['attempt'] - 1}"
            span = f"{event.span}/{key}" if event.span else key
            found["instantiate", span] = event.payload
    return found
