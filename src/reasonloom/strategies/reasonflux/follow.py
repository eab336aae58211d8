"""Carry out a trajectory: instantiate, assess, act, wave by wave."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Literal, NamedTuple

from reasonloom.branches import BranchFailure
from reasonloom.context import Context
from reasonloom.errors import BudgetSpent, ModelError
from reasonloom.grading.canonical import canonical
from reasonloom.grading.extract import extract
from reasonloom.problem import Problem
from reasonloom.strategies.ask import VOTE_TEMPERATURE, ask, poll, speak
from reasonloom.strategies.dialects.base import Outside, Unreadable
from reasonloom.strategies.reasonflux.retrieve import retrieve
from reasonloom.templates.schema import Template
from reasonloom.trajectory import Action, Assessment, Step, StepResult, Trajectory

MAX_TRIES = 3
"""How often a step is instantiated at most, retries and replacements together (our choice)."""
RETRY_TEMPERATURE = 0.7
"""A second try is sampled, because a greedy one would repeat itself (our choice)."""


class Settled(NamedTuple):
    """A step that is done with: its result, and what the navigator said of it.

    `kept` is True where the tries ran out and the most frequent result was kept, the last one among
    equals (our choice).
    """

    step: Step
    template: Template | None
    result: StepResult
    assessment: Assessment | None
    kept: bool = False


@dataclass
class Followed:
    """How far a trajectory was carried out.

    rounds  instantiations made (with `adapt`, each with its assessment)
    end     done: every step settled; answered: settled early; rounds, budget, failed: cut short
    """

    settled: list[Settled] = field(default_factory=list)
    rounds: int = 0
    end: Literal["done", "answered", "rounds", "budget", "failed"] = "done"
    error: str | None = None

    @property
    def known(self) -> list[str]:
        return [s.result.value for s in self.settled]

    @property
    def answer(self) -> str | None:
        """The answer that the navigator gave when it said that the problem is settled."""
        said = self.settled[-1].assessment if self.end == "answered" else None
        return said.answer or None if said else None

    @property
    def abstained(self) -> bool:
        """Whether no step found a template."""
        return not any(s.template for s in self.settled)


@dataclass
class _Task:
    """A step still to be settled; `needs` are numbers of tasks."""

    number: int
    step: Step
    needs: set[int]
    tries: int = 0
    feedback: str = ""
    without: set[str] = field(default_factory=set)
    found: list[StepResult] = field(default_factory=list)

    @property
    def likeliest(self) -> StepResult:
        """The result whose value came up most often, the last one among equals."""
        votes = Counter(r.value for r in self.found if r.value != "none")
        return max(reversed(self.found), key=lambda result: votes[result.value])


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
) -> Followed:
    """Carry out `trajectory` on `problem`.

    Without `adapt` nothing is assessed and each first result stands: what the reward R(T) needs
    (paper, section 3.2). With it the navigator assesses each result, and its action is carried out.
    With `votes` each instantiation is sampled so often and the most frequent value taken; where
    more than half agree, the navigator is not asked.
    Steps whose needs are settled run together; assessments apply in step order when all are in.
    Never raises for a spent budget or a failing model: what was settled is returned, with `end`.
    """
    run = Followed()
    todo = _tasks(trajectory, 0)
    try:
        while todo and run.end == "done":
            room = max_rounds - run.rounds
            wave = [t for t in todo if not t.needs & {o.number for o in todo}][:room]
            if not wave:
                run.end = "rounds"
                break
            await _wave(wave, todo, run, problem, ctx, adapt, k, votes)
    except BudgetSpent as spent:
        run.end, run.error = "budget", str(spent)
    except ModelError as failure:
        run.end, run.error = "failed", str(failure)
    return run


def _tasks(steps: Sequence[Step], start: int) -> list[_Task]:
    """Number the steps from `start`; a step without stated needs waits for all before it."""
    return [
        _Task(
            start + i,
            step,
            set(range(start, start + i))
            if step.needs is None
            else {start + n for n in step.needs if 0 <= n < i},
        )
        for i, step in enumerate(steps)
    ]


async def _wave(
    wave: list[_Task],
    todo: list[_Task],
    run: Followed,
    problem: Problem,
    ctx: Context,
    adapt: bool,
    k: int,
    votes: int,
) -> None:
    known = run.known
    attempts = await ctx.gather(
        {
            f"step-{task.number}-try-{task.tries}": partial(
                _attempt,
                task,
                problem,
                known,
                [t.step for t in todo if t is not task],
                adapt,
                k,
                votes,
            )
            for task in wave
        }
    )
    run.rounds += len(wave)
    failure: BranchFailure | None = None
    revision: str | None = None
    for task, attempt in zip(wave, attempts.values(), strict=True):
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
    task: _Task,
    problem: Problem,
    known: Sequence[str],
    others: Sequence[Step],
    adapt: bool,
    k: int,
    votes: int,
    ctx: Context,
) -> _Attempt:
    """One round: instantiate, and assess where the loop adapts.

    `others` are all steps not settled yet, those of the same wave included: the navigator would
    otherwise miss their results.
    """
    step = task.step
    found = retrieve(step, ctx, k=k, without=task.without)
    template = found[0] if found else None
    request = speak(ctx, "reasoner").instantiate(
        problem.question, step, found, known, task.feedback
    )
    result: StepResult | Unreadable | Outside
    share = 0.0
    if votes == 1:
        temperature = RETRY_TEMPERATURE if task.tries else 0.0
        result = await ask(ctx, request, role="reasoner", temperature=temperature)
    else:
        voted = await poll(
            ctx, request, role="reasoner", votes=votes, same=_value, temperature=VOTE_TEMPERATURE
        )
        result, share = voted
    if isinstance(result, Outside):
        result = Unreadable("the reasoner says that this lies outside what it knows")
    if isinstance(result, Unreadable) or not adapt:
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


def _act(task: _Task, attempt: _Attempt, run: Followed, ctx: Context) -> tuple[Action, str]:
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
    todo: list[_Task], run: Followed, problem: Problem, ctx: Context, reason: str
) -> None:
    """Rewrite the steps that remain; an unreadable rewriting leaves them as they are."""
    remaining = tuple(t.step for t in todo)
    request = speak(ctx, "navigator").revise(problem.question, run.known, remaining, reason)
    with ctx.child(f"revise-{run.rounds}") as child:
        steps = await ask(child, request, role="navigator")
    if isinstance(steps, Unreadable | Outside):
        return
    start = max(t.number for t in todo) + 1
    todo[:] = _tasks(steps, start)
    ctx.note("revise", reason=reason, steps=[s.goal for s in steps])


def _tell(
    ctx: Context,
    task: _Task,
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
