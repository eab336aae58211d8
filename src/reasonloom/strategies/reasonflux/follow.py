"""Carry out a trajectory: instantiate, assess, act, wave by wave."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import deepcopy
from functools import partial
from typing import NamedTuple

from reasonloom.branches import BranchFailure
from reasonloom.context import Context
from reasonloom.errors import BudgetSpent, ModelError
from reasonloom.grading.canonical import canonical
from reasonloom.grading.extract import extract
from reasonloom.problem import Problem
from reasonloom.strategies.ask import VOTE_TEMPERATURE, ask, poll, speak
from reasonloom.strategies.dialects.base import Outside, Unreadable
from reasonloom.strategies.reasonflux.retrieve import retrieve
from reasonloom.strategies.reasonflux.state import Followed, Moment, Settled, Task, Way
from reasonloom.templates.schema import Template
from reasonloom.trajectory import Action, Assessment, Step, StepResult, Trajectory

MAX_TRIES = 3
"""How often a step is instantiated at most, retries and replacements together (our choice)."""
RETRY_TEMPERATURE = 0.7
"""A second try is sampled, because a greedy one would repeat itself (our choice)."""


class _Attempt(NamedTuple):
    template: Template | None
    result: StepResult | Unreadable
    assessment: Assessment | Unreadable | None


async def follow(
    trajectory: Trajectory,
    problem: Problem,
    ctx: Context,
    adapt: bool = False,
    *,
    max_rounds: int = 32,
    k: int = 1,
    votes: int = 1,
    temperature: float = 0.0,
    transferred: bool = False,
    watch: Callable[[Moment], None] | None = None,
) -> Followed:
    """Carry out `trajectory` on `problem`; the options are those of `Way`.

    Without `adapt` nothing is assessed and each first result stands: what the reward R(T) needs
    (paper, section 3.2).
    Steps whose needs are settled run together; assessments apply in step order when all are in.
    Never raises for a spent budget or a failing model: what was settled is returned, with `end`.
    """
    way = Way(adapt, max_rounds, k, votes, temperature, transferred, watch)
    return await _to_the_end(_tasks(trajectory, 0), Followed(), problem, ctx, way)


async def go_on(
    moment: Moment, assessment: Assessment, problem: Problem, ctx: Context, way: Way
) -> Followed:
    """Do to the result at hand what `assessment` says, whoever says it, and follow what remains.

    The moment is left as it was, so that every action can be tried from it. Ends as `follow` does.
    """
    task, *others = deepcopy((moment.task, *moment.others))
    run = Followed(list(moment.settled), moment.rounds)
    todo = sorted([task, *others], key=lambda t: t.number)
    attempt = _Attempt(moment.template, moment.result, assessment)
    return await _to_the_end(todo, run, problem, ctx, way, ([task], [attempt]))


async def _to_the_end(
    todo: list[Task],
    run: Followed,
    problem: Problem,
    ctx: Context,
    way: Way,
    at_hand: tuple[list[Task], list[_Attempt | BranchFailure]] | None = None,
) -> Followed:
    """Wave by wave, beginning with attempts `at_hand` where there are any."""
    run.next_number = max((t.number for t in todo), default=-1) + 1
    try:
        if at_hand:
            await _settle(*at_hand, todo, run, problem, ctx)
        while todo and run.end == "done":
            room = way.max_rounds - run.rounds
            wave = [t for t in todo if not t.needs & {o.number for o in todo}][:room]
            if not wave:
                run.end = "rounds"
                break
            attempts = await _wave(wave, todo, run, problem, ctx, way)
            await _settle(wave, attempts, todo, run, problem, ctx)
    except BudgetSpent as spent:
        run.end, run.error = "budget", str(spent)
    except ModelError as failure:
        run.end, run.error = "failed", str(failure)
    return run


def _tasks(steps: Sequence[Step], start: int) -> list[Task]:
    """Number the steps from `start`; a step without stated needs waits for all before it."""
    return [
        Task(
            start + i,
            step,
            set(range(start, start + i))
            if step.needs is None
            else {start + n for n in step.needs if 0 <= n < i},
        )
        for i, step in enumerate(steps)
    ]


async def _wave(
    wave: list[Task],
    todo: list[Task],
    run: Followed,
    problem: Problem,
    ctx: Context,
    way: Way,
) -> list[_Attempt | BranchFailure]:
    """One attempt at each step of the wave, all together."""
    known = run.known
    attempts = await ctx.gather(
        {
            f"step-{task.number}-try-{task.tries}": partial(
                _attempt, task, problem, known, [t.step for t in todo if t is not task], way
            )
            for task in wave
        }
    )
    if way.watch:
        for task, attempt in zip(wave, attempts.values(), strict=True):
            if isinstance(attempt, _Attempt) and isinstance(attempt.result, StepResult):
                way.watch(_moment(task, todo, run, attempt.template, attempt.result))
    run.rounds += len(wave)
    return list(attempts.values())


def _moment(
    task: Task,
    todo: Sequence[Task],
    run: Followed,
    template: Template | None,
    result: StepResult,
) -> Moment:
    at_hand, *others = deepcopy([task, *(t for t in todo if t is not task)])
    settled = tuple(run.settled)
    return Moment(settled, run.rounds + 1, at_hand, tuple(others), template, result)


async def _settle(
    wave: list[Task],
    attempts: Sequence[_Attempt | BranchFailure],
    todo: list[Task],
    run: Followed,
    problem: Problem,
    ctx: Context,
) -> None:
    """Act on the attempts in step order; a revision comes last."""
    failure: BranchFailure | None = None
    revision: str | None = None
    for task, attempt in zip(wave, attempts, strict=True):
        if isinstance(attempt, BranchFailure):
            failure = failure or attempt
            continue
        action, reason = _act(task, attempt, run, ctx)
        if action not in ("retry", "replace"):
            todo.remove(task)
        if action == "answered":
            run.end = "answered"
            return
        if action == "revise" and revision is None:
            revision = reason
    if failure:
        raise failure.error
    if revision is not None and todo:
        await _revise(todo, run, problem, ctx, revision)


async def _attempt(
    task: Task,
    problem: Problem,
    known: Sequence[str],
    others: Sequence[Step],
    way: Way,
    ctx: Context,
) -> _Attempt:
    """One round: instantiate, and assess where the loop adapts.

    `others` are all steps not settled yet, those of the same wave included: the navigator would
    otherwise miss their results.
    """
    step = task.step
    found = retrieve(step, ctx, k=way.k, without=task.without)
    template = found[0] if found else None
    request = speak(ctx, "reasoner").instantiate(
        problem.question, step, found, known, task.feedback, way.transferred
    )
    result: StepResult | Unreadable | Outside
    share = 0.0
    if way.votes == 1:
        temperature = RETRY_TEMPERATURE if task.tries else way.temperature
        result = await ask(ctx, request, role="reasoner", temperature=temperature)
    else:
        voted = await poll(
            ctx,
            request,
            role="reasoner",
            votes=way.votes,
            same=_value,
            temperature=VOTE_TEMPERATURE,
        )
        result, share = voted
    if isinstance(result, Outside):
        result = Unreadable("the reasoner says that this lies outside what it knows")
    if isinstance(result, Unreadable) or not way.adapt:
        return _Attempt(template, result, None)
    if share > 0.5 and result.value != "none":
        return _Attempt(template, result, Assessment("accept"))
    judge = speak(ctx, "navigator").assess(
        problem.question, step, template, known, result, tuple(others)
    )
    assessment = await ask(ctx, judge, role="navigator")
    if isinstance(assessment, Outside):
        assessment = Unreadable("no action in the reply")
    return _Attempt(template, result, assessment)


def _value(result: StepResult) -> str:
    """What two results must share to be one: 12 of both `a = 12` and `the gcd is 12`."""
    found = extract(result.value, cut=False)
    return canonical(found.answer if found else result.value)


def _act(task: Task, attempt: _Attempt, run: Followed, ctx: Context) -> tuple[Action, str]:
    """Settle the step or leave it for another try; says what was done and why."""
    task.tries += 1
    template, result, judged = attempt
    if isinstance(result, Unreadable):
        judged = Assessment("retry", f"unreadable: {result.reason}")
        result = StepResult("", result.text[:500], "none")
    elif isinstance(judged, Unreadable):
        judged = Assessment("accept", f"unassessed: {judged.reason}")
    task.found.append(result)
    action: Action = judged.action if judged else "accept"
    reason = judged.reason if judged else ""
    again = action in ("retry", "replace")
    _tell(ctx, task, template, result, action, reason)
    if again and task.tries < MAX_TRIES:
        task.feedback = reason if action == "retry" else ""
        if action == "replace" and template:
            task.without.add(template.id)
        return action, reason
    if again:
        result = task.likeliest
    run.settled.append(Settled(task.step, template, result, judged, kept=again))
    return "accept" if again else action, reason


async def _revise(
    todo: list[Task], run: Followed, problem: Problem, ctx: Context, reason: str
) -> None:
    """Rewrite the steps that remain; an unreadable rewriting leaves them as they are."""
    remaining = tuple(t.step for t in todo)
    request = speak(ctx, "navigator").revise(problem.question, run.known, remaining, reason)
    with ctx.child(f"revise-{run.rounds}") as child:
        steps = await ask(child, request, role="navigator")
    if isinstance(steps, Unreadable | Outside):
        return
    todo[:] = _tasks(steps, run.next_number)
    run.next_number += len(steps)
    ctx.note("revise", reason=reason, steps=[s.goal for s in steps])


def _tell(
    ctx: Context,
    task: Task,
    template: Template | None,
    result: StepResult,
    action: Action,
    reason: str,
) -> None:
    ctx.note(
        "step",
        number=task.number,
        attempt=task.tries,
        goal=task.step.goal,
        template=template.name if template else None,
        instantiation=result.instantiation,
        work=result.work,
        value=result.value,
        action=action,
        reason=reason,
    )
