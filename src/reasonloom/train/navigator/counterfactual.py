"""Every action tried from one state: what a navigator's choice is worth.

A state is a moment of a real run: a result that nothing has been done to yet. Each of the five
actions is carried out from it to the end several times, and the answers are graded. Math-Shepherd
(arXiv 2312.08935, section 3.3) rolls out steps in this way; here it is actions.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from reasonloom import __version__
from reasonloom.branches import BranchFailure
from reasonloom.context import Context, open_context
from reasonloom.data.journal import Journal
from reasonloom.data.many import Failure, Watch, each
from reasonloom.data.prompts import reply, told
from reasonloom.data.verdicts import judge
from reasonloom.errors import (
    AuthenticationFailed,
    ConnectionBroke,
    ConnectionFailed,
    InputError,
    ModelError,
)
from reasonloom.evaluate.journal import Journal as Replies
from reasonloom.evaluate.journal import Journaled
from reasonloom.events import redact
from reasonloom.grading.grade import Grader
from reasonloom.models.protocol import Model
from reasonloom.problem import Problem
from reasonloom.strategies.reasonflux import Moment, Way, answer, follow, go_on, plan
from reasonloom.templates.library import Library
from reasonloom.templates.retrieve import Retriever
from reasonloom.trace import Trace, TraceFile
from reasonloom.train.navigator.actions import options
from reasonloom.train.rows import row_id
from reasonloom.trajectory import Action, Assessment

AT_ONCE = 8
"""Problems under way together; each has up to states x 5 x rollouts calls in flight (ours)."""
_GONE = {e.__name__: e for e in (AuthenticationFailed, ConnectionFailed, ConnectionBroke)}
Entry = dict[str, Any]


@dataclass(frozen=True)
class Trial:
    """What is tried from how many states; all values are our choice.

    states       of one problem's run, drawn evenly where it has more
    rollouts     of each action
    temperature  of the plan and of first tries, in the run and in the roll-outs
    """

    states: int = 2
    rollouts: int = 4
    temperature: float = 0.7
    max_rounds: int = 32
    seed: int = 0

    def __post_init__(self) -> None:
        for name in ("states", "rollouts", "max_rounds"):
            if getattr(self, name) < 1:
                raise InputError(f"{name}={getattr(self, name)} tries nothing: give 1 or more")
        if self.rollouts > 1 and self.temperature <= 0:
            raise InputError(
                f"{self.rollouts} roll-outs at temperature {self.temperature} are all the same:"
                " give a temperature above 0, or one roll-out"
            )


class Ended(NamedTuple):
    right: bool
    tokens: int


@dataclass
class Maker:
    """What all problems share."""

    models: Mapping[str, Model]
    trial: Trial
    library: Library
    retriever: Retriever
    grader: Grader
    journal: Journal
    file: TraceFile
    replies: Replies

    @property
    def identity(self) -> dict[str, list[str | None]]:
        """The models by role: name and hash of the weights."""
        return {role: [redact(m.name), m.profile.hash] for role, m in self.models.items()}

    def key(self, problem: Problem) -> str:
        """Equal for what would be tried again in the same way."""
        how = (self.identity, asdict(self.trial), self.library.version, __version__)
        return row_id(problem.id, problem.question, problem.answer, *how)

    def open(self, problem: Problem) -> Context:
        """Calls that an earlier process had finished are answered from its trace."""
        name = self.key(problem)
        replies = self.replies.replies(name)
        models = {r: Journaled(m, replies) if replies else m for r, m in self.models.items()}
        return open_context(
            problem,
            models,
            seed=self.trial.seed,
            trace=Trace(self.file, name=name),
            retrievers={"templates": self.retriever},
        )


class Tried(NamedTuple):
    """What was tried, and the problems that the model let down: they are tried again next time."""

    entries: list[Entry]
    failed: list[Failure[Problem]]


async def try_actions(
    problems: Iterable[Problem],
    models: Mapping[str, Model],
    folder: Path,
    trial: Trial | None = None,
    *,
    library: Path | None = None,
    at_once: int = AT_ONCE,
    watch: Watch = lambda done, all: None,
) -> Tried:
    """Every action at states of each problem's run; one entry a problem, in their order.

    `folder` holds what is done (`states.jsonl`) and every call (`trace.jsonl`): a run that was
    stopped goes on with nothing but the calls in flight made again. Raises InputError for problems
    without a reference answer, ModelError when the way to the model is gone, StoreError where
    another process writes to the folder.
    """
    wanted = list(problems)
    for problem in wanted:
        _needs_answer(problem)
    with ExitStack() as stack:
        maker = _maker(models, folder, trial or Trial(), library, stack)

        async def work(problem: Problem) -> None:
            await maker.journal.once(maker.key(problem), partial(_entry, problem, maker))

        failed = await each(wanted, work, at_once, watch)
        done = maker.journal.done
        keys = [maker.key(problem) for problem in wanted]
        return Tried([done[key] for key in keys if key in done], failed)


def _needs_answer(problem: Problem) -> None:
    if problem.answer is None:
        raise InputError(
            f"the problem {problem.question[:60]!r} has no reference answer, so no action can be"
            " scored: give problems with answers"
        )


def _maker(
    models: Mapping[str, Model],
    folder: Path,
    trial: Trial,
    library: Path | None,
    stack: ExitStack,
) -> Maker:
    journal = stack.enter_context(Journal(folder / "states.jsonl", {"made": "adjust"}))
    known, trace = Library.load(library), folder / "trace.jsonl"
    replies = Replies(trace, journal.done)
    file, grader = stack.enter_context(TraceFile(trace)), Grader()
    stack.callback(grader.close)
    return Maker(models, trial, known, Retriever(known), grader, journal, file, replies)


async def _entry(problem: Problem, maker: Maker) -> Entry:
    with maker.open(problem) as ctx:
        moments = await _moments(problem, maker.trial, ctx)
        weighed = await ctx.gather(
            {f"state-{i}": partial(_weigh, m, problem, maker) for i, m in enumerate(moments)}
        )
        _stop_at_outage(ctx)
        return {
            "problem": problem.id,
            "source": problem.source,
            "models": maker.identity,
            "trial": asdict(maker.trial),
            "states": [s for s in weighed.values() if not isinstance(s, BranchFailure)],
        }


async def _moments(problem: Problem, trial: Trial, ctx: Context) -> list[Moment]:
    """States of one run; none where no plan can be read."""
    with ctx.child("plan") as child:
        trajectory = await plan(problem, child, temperature=trial.temperature)
    if not isinstance(trajectory, tuple):
        return []
    seen: list[Moment] = []
    with ctx.child("follow") as child:
        await follow(
            trajectory,
            problem,
            child,
            adapt=True,
            max_rounds=trial.max_rounds,
            temperature=trial.temperature,
            watch=seen.append,
        )
    drawn = random.Random(ctx.seed).sample(range(len(seen)), min(trial.states, len(seen)))
    return [seen[place] for place in sorted(drawn)]


async def _weigh(moment: Moment, problem: Problem, maker: Maker, ctx: Context) -> Entry:
    """Each action's roll-outs from one state."""
    found = await options(moment, problem, ctx)
    ended = await ctx.gather(
        {
            f"{action}-{i}": partial(_roll_out, moment, option.assessment, problem, maker)
            for action, option in found.by_action.items()
            for i in range(maker.trial.rollouts)
        }
    )
    right: dict[Action, list[bool]] = {action: [] for action in found.by_action}
    tokens: dict[Action, list[int]] = {action: [] for action in found.by_action}
    for action in found.by_action:
        for i in range(maker.trial.rollouts):
            end = ended[f"{action}-{i}"]
            if isinstance(end, BranchFailure):
                raise end.error
            right[action].append(end.right)
            tokens[action].append(end.tokens)
    return {
        "prompt": told(found.prompt),
        "goal": moment.task.step.goal,
        "value": moment.result.value,
        "own": found.own,
        "replies": {a: reply(option.reply, found.prompt) for a, option in found.by_action.items()},
        "right": right,
        "tokens": tokens,
    }


async def _roll_out(
    moment: Moment, assessment: Assessment, problem: Problem, maker: Maker, ctx: Context
) -> Ended:
    """The action, what follows from it, and the answer."""
    trial = maker.trial
    way = Way(adapt=True, max_rounds=trial.max_rounds, temperature=trial.temperature)
    run = await go_on(moment, assessment, problem, ctx, way)
    steps = (*(s.step for s in moment.settled), moment.task.step, *moment.remaining)
    solution = await answer(problem, steps, run, ctx)
    verdict = await judge(maker.grader, problem, solution.answer)
    return Ended(verdict.correct, ctx.ledger.spent.tokens)


def _stop_at_outage(ctx: Context) -> None:
    """A prompt that the model refuses is the action's own fault; anything else says nothing."""
    for call in ctx.trace.calls:
        kind, _, message = (call.error or "").partition(": ")
        if call.status == "failed" and kind != "BadRequest":
            raise _GONE.get(kind, ModelError)(message)
