"""R(T): what share of a problem and its similar ones the reasoner solves when it follows T."""

from __future__ import annotations

from functools import partial
from typing import Any

from reasonloom.context import Context
from reasonloom.data.verdicts import judge
from reasonloom.errors import (
    AuthenticationFailed,
    BadRequest,
    ConnectionBroke,
    ConnectionFailed,
    ModelError,
)
from reasonloom.grading.grade import Grader
from reasonloom.problem import Problem
from reasonloom.strategies.ask import ask, speak
from reasonloom.strategies.reasonflux import follow
from reasonloom.train.trajectories.bench import Bench, together
from reasonloom.train.trajectories.records import Candidate, Outcome, Scored, as_json, key_of
from reasonloom.trajectory import Trajectory

_GONE = {e.__name__: e for e in (AuthenticationFailed, ConnectionFailed, ConnectionBroke)}


async def scored(candidate: Candidate, problems: tuple[Problem, ...], bench: Bench) -> Scored:
    """Follow the trajectory on every problem, as it stands and greedily.

    Raises ModelError where a roll-out could not be made: a part of them would be another R.
    """
    text = bench.dialect("navigator").plan_text(candidate.steps)
    outcomes = await together(
        *(roll_out(candidate.steps, p, bench, transferred=i > 0) for i, p in enumerate(problems))
    )
    return Scored(*candidate, text, tuple(outcomes))


async def roll_out(
    steps: Trajectory, problem: Problem, bench: Bench, *, transferred: bool
) -> Outcome:
    """One trajectory on its own problem or a similar one, judged by that problem's reference."""
    about = {"steps": as_json(steps), "reference": problem.answer, "transferred": transferred}
    work = partial(_followed, steps, problem, bench.grader, transferred)
    try:
        made = await bench.unit("follow", problem, about, work)
    except _Refused:
        return Outcome(right=False, refused=True)
    return Outcome(made["right"])


async def _followed(
    steps: Trajectory, problem: Problem, grader: Grader, transferred: bool, ctx: Context
) -> dict[str, Any]:
    """Carry out the steps without adapting them, conclude, and grade.

    The conclusion is drawn from the steps' results even where no step found a template: plain
    chain of thought, which ReasonFlux then falls back on, would earn its accuracy for T.
    """
    with ctx.child(f"follow-{key_of(steps)}") as child:
        run = await follow(steps, problem, child, transferred=transferred)
        if run.end == "failed":
            raise _failure(ctx, run.error or "")
        try:
            request = speak(child, "reasoner").answer(problem.question, run.known)
            answer = await ask(child, request, role="reasoner")
        except BadRequest as bad:
            raise _Refused(str(bad)) from None
    said = answer if isinstance(answer, str) else None
    verdict = await judge(grader, problem, said)
    return {"answer": said, "right": verdict.correct}


class _Refused(Exception):
    """The endpoint would not take a roll-out, such as one too long for it: that one is wrong."""


def _failure(ctx: Context, error: str) -> Exception:
    """What `follow` swallowed; other failures than a refusal say nothing of the trajectory."""
    failed = [call.error or "" for call in ctx.trace.calls if call.status == "failed"]
    kinds = {told.partition(":")[0] for told in failed}
    if kinds == {BadRequest.__name__}:
        return _Refused(error)
    return next((_GONE[kind] for kind in kinds if kind in _GONE), ModelError)(error)
