"""From problems to SFT rows: long chains of thought that come to the right answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from reasonloom.calls import describe
from reasonloom.context import open_context
from reasonloom.data.journal import Journal
from reasonloom.data.load import Dataset
from reasonloom.data.long_cot import words
from reasonloom.data.long_cot.drive import build_chain
from reasonloom.data.long_cot.machine import Bounds, State
from reasonloom.data.long_cot.write import LEADS, TURNS, final, written
from reasonloom.data.many import AT_ONCE, Watch, costs, each, total
from reasonloom.data.outputs import Dropped, Made, beside, named, put
from reasonloom.data.prompts import reply, thought, told
from reasonloom.data.verdicts import judge
from reasonloom.errors import InputError
from reasonloom.events import plain
from reasonloom.grading.grade import Grader
from reasonloom.models.protocol import Model
from reasonloom.problem import Problem
from reasonloom.seeds import derive
from reasonloom.strategies.dialects import dialect_of
from reasonloom.strategies.samples import within
from reasonloom.trace import Trace, TraceFile
from reasonloom.train.rows import Row, row_id


@dataclass(frozen=True)
class LongCot:
    """samples      chains of each problem (our choice: 1)
    temperature  of all actions but reflection (our choice)
    inline       write the chain before the solution with no <think> marks around it
    """

    samples: int = 1
    temperature: float = 0.7
    bounds: Bounds = field(default_factory=Bounds)
    inline: bool = False

    def __post_init__(self) -> None:
        within("samples", self.samples, 1, 1_000)
        within("temperature", self.temperature, 0, 2)


class Task(NamedTuple):
    problem: Problem
    sample: int

    @property
    def key(self) -> str:
        return f"{self.problem.id} {self.sample}"


@dataclass(frozen=True)
class Session:
    """What all chains share."""

    wish: LongCot
    models: Mapping[str, Model]
    seed: int
    journal: Journal
    grader: Grader
    trace: TraceFile | None = None

    async def work(self, task: Task) -> None:
        await self.journal.once(task.key, partial(self._made, task))

    async def _made(self, task: Task) -> dict[str, Any]:
        seed = self.seed if task.sample == 0 else derive(self.seed, "sample", task.sample)
        trace = Trace(self.trace, name=f"{task.key} long-cot")
        with open_context(task.problem, self.models, seed=seed, trace=trace) as ctx:
            state = await build_chain(
                task.problem, ctx, bounds=self.wish.bounds, temperature=self.wish.temperature
            )
            verdict = await judge(self.grader, task.problem, state.answer)
            return {
                **_told(state, ctx.seed),
                "outcome": verdict.outcome,
                "reason": verdict.reason,
                "costs": costs(ctx.close()),
            }


def _told(state: State, seed: int) -> dict[str, Any]:
    answered = state.end == "answered"
    return {
        "end": state.end,
        "answer": state.answer,
        "thinking": written(state, seed),
        "final": final(state) if answered else "",
        "tokens": state.tokens,
        "actions": [entry.action for entry in state.log],
        "turns": [entry.turn for entry in state.log],
        "log": plain([asdict(entry) for entry in state.log]),
    }


async def make_long_cot(
    data: Dataset,
    out: Path,
    models: Mapping[str, Model],
    wish: LongCot,
    *,
    seed: int = 0,
    trace: TraceFile | None = None,
    at_once: int = AT_ONCE,
    watch: Watch = lambda done, all: None,
) -> Made:
    """Write SFT rows to `out`, and beside it the journal, what was dropped, and the manifest.

    models  by role: reasoner acts, reflector reflects; "default" for those not named
    trace   a file for every event, if not the journal alone
    watch   told how many chains are done, of how many

    Raises InputError where no problem has a reference answer or the journal was begun with other
    settings, NoSkill for a model that cannot act, ModelError where there is no way to it.
    """
    problems, dropped = _problems(data)
    tasks = [Task(problem, sample) for problem in problems for sample in range(wish.samples)]
    asked = {
        "data": "long-cot",
        "dataset": str(data.spec),
        "split": data.split,
        "data_seed": data.seed,
        "models": named(models),
        "seed": seed,
        "requests": _words(),
        "temperature": wish.temperature,
        "bounds": asdict(wish.bounds),
    }
    with Journal(beside(out, "journal.jsonl"), asked) as journal:
        async with Grader() as grader:
            session = Session(wish, models, seed, journal, grader, trace)
            failures = await each(tasks, session.work, at_once, watch)
        made = assemble(tasks, dropped, session, {t.key: describe(error) for t, error in failures})
    put(out, made, {**asked, "samples": wish.samples, "limit": data.limit, "inline": wish.inline})
    return made


def _problems(data: Dataset) -> tuple[list[Problem], list[Dropped]]:
    """Those with a reference answer; the others are dropped, since nobody could check a chain."""
    found = list(data)
    with_answer = [problem for problem in found if problem.answer is not None]
    if not with_answer:
        raise InputError(f"{data.spec} holds no problem with an answer to check chains by")
    dropped = [Dropped(p.id, "no_reference") for p in found if p.answer is None]
    return with_answer, dropped


def _words() -> str:
    """Names the requests and phrases: a journal of others must not be gone on with."""
    said = [value for name, value in sorted(vars(words).items()) if name.isupper()]
    return row_id(said, dict(LEADS), dict(TURNS))


def assemble(
    tasks: Iterable[Task], dropped: Sequence[Dropped], session: Session, why: Mapping[str, str]
) -> Made:
    """Rows and reasons out of what stands in the journal; `why` tasks failed, by key."""
    rows: dict[str, Row] = {}
    left, done = list(dropped), session.journal.done
    for task in tasks:
        reason = _reason(task, session, why)
        row = None if reason else _row(task, session)
        if row and row["id"] in rows:
            reason = Dropped(task.key, "duplicate")
        if reason:
            left.append(reason)
        elif row:
            rows[row["id"]] = row
    report = {
        "chains": len(done),
        "ends": _counts(value["end"] for value in done.values()),
        "turns": _counts(turn for value in done.values() for turn in value["turns"]),
        "costs": total(done.values()),
    }
    return Made(list(rows.values()), left, report)


def _counts(names: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for name in names:
        found[name] = found.get(name, 0) + 1
    return dict(sorted(found.items()))


def _reason(task: Task, session: Session, why: Mapping[str, str]) -> Dropped | None:
    """Why a chain is not taken: how it failed or ended, or what its answer is worth."""
    made = session.journal.done.get(task.key)
    if made is None:
        return Dropped(task.key, "failed", why.get(task.key, ""))
    if made["end"] != "answered":
        return Dropped(task.key, made["end"])
    if made["outcome"] != "correct":
        return Dropped(task.key, made["outcome"], made["reason"])
    return None


def _row(task: Task, session: Session) -> Row:
    """The problem asked as `cot` asks a chat model, and the chain with its final solution."""
    problem, made = task.problem, session.journal.done[task.key]
    prompt = dialect_of("instruct").cot(problem.question).prompt
    chain, end = made["thinking"], made["final"]
    text = f"{chain}\n\n{end}" if session.wish.inline else thought(end, chain)
    asked, completion = told(prompt), reply(text, prompt)
    about = {
        "problem": problem.id,
        "source": problem.source,
        "sample": task.sample,
        "verdict": made["outcome"],
        "tokens": made["tokens"],
        "actions": made["actions"],
        "turns": made["turns"],
        "models": named(session.models),
    }
    return {
        "prompt": asked,
        "completion": completion,
        "id": row_id(asked, completion),
        "from": about,
    }
