"""Rows for plan SFT: a problem's trajectory as the navigator should write it.

Structure SFT never trains planning (a review of ReasonFlux says so), hence this. Trajectories come
from worlds, which know them, or from stored runs of any model that ended with the right answer.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from reasonloom.api import TemplatesOnDemand
from reasonloom.context import open_context
from reasonloom.data.prompts import reply, told
from reasonloom.errors import InputError
from reasonloom.evaluate import store
from reasonloom.evaluate.journal import Traces
from reasonloom.evaluate.records import Attempt
from reasonloom.events import Call, Event, Note, SpanEnd
from reasonloom.grading.canonical import canonical
from reasonloom.nano.examples import DEPTHS, KOREAN, LEVELS, pick, plan
from reasonloom.problem import Problem
from reasonloom.seeds import derive
from reasonloom.strategies.dialects import dialect_of
from reasonloom.strategies.reasonflux.plan import MAX_STEPS
from reasonloom.strategies.reasonflux.retrieve import names_near
from reasonloom.strategies.samples import index_of
from reasonloom.templates.library import Library
from reasonloom.train.rows import Row, row_id
from reasonloom.trajectory import Trajectory
from reasonloom.worlds.draw import WorldProblem, draw

_BRANCH = re.compile(r"(trajectory|sample)-\d+")
_GIVEN_UP = ("revise", "fallback")
"""Notes of a solve that did not stay with its plan."""


def plan_rows_of_worlds(
    count: int, dialect: str = "compact", *, seed: int = 0, library: Path | None = None
) -> Iterator[Row]:
    """Gold plans of drawn problems of the train split, one each, all problems different.

    Depth, level and language are drawn as for nano; templates uniformly over those that apply and
    that training may show. Raises InputError for a count below 1, an unknown dialect, and a library
    that lacks templates of the worlds.
    """
    if count < 1:
        raise InputError(f"{count} problems make no rows: give 1 or more")
    templates, known = TemplatesOnDemand(library), Library.load(library)
    seen: set[str] = set()
    index = 0
    while len(seen) < count:
        rng = random.Random(derive(seed, "plan", index))
        index += 1
        world = _draw(rng)
        if world.canonical in seen:
            continue
        seen.add(world.canonical)
        steps = _gold(rng, known, world)
        meta = {**world.problem.meta, "level": world.level, "seed": seed}
        yield _row(world.problem, steps, dialect, templates, meta)


def _draw(rng: random.Random) -> WorldProblem:
    return draw(
        rng,
        depth=pick(rng, DEPTHS),
        level=pick(rng, LEVELS),
        language="ko" if rng.random() < KOREAN else "en",
        split="train",
        withheld=False,
    )


def _gold(rng: random.Random, library: Library, world: WorldProblem) -> Trajectory:
    steps = plan(rng, library, world.parts)
    if len(steps) < len(world.parts):
        families = ", ".join(part.family.name for part in world.parts)
        raise InputError(f"the library lacks templates for {families}: take the shipped one")
    place = {part.name: i for i, part in enumerate(world.parts)}
    return tuple(
        replace(step, needs=tuple(place[name] for name in part.names.values()))
        for step, part in zip(steps, world.parts, strict=True)
    )


def plan_rows_of_run(path: Path, dialect: str | None = None) -> Iterator[Row]:
    """The plans of a run of `loom eval` that were carried out to the right answer.

    Left out: attempts that were wrong or cut short, plans that had to be revised on the way, and
    answers that came from plain thinking instead of the plan. Of several trajectories those with
    the right answer of their own are taken.

    dialect  of the rows; that of the run's navigator if not given, so that a strong chat model may
             teach nano

    Raises StoreError for what is no run, InputError for one without a single such plan.
    """
    with store.open_run(path) as run:
        settings = store.settings(run)
        problems = {problem.id: problem for problem in store.problems(run)}
        right = [a for a in store.attempts(run) if a.correct and a.stop_reason == "finished"]
    library = settings.library if settings else None
    templates, traces = TemplatesOnDemand(library), Traces(run.trace)
    seen: set[str] = set()
    for attempt in right:
        for span, spoken, steps in _plans(attempt, traces.events(attempt.key.trace)):
            made = {"run": path.name, "strategy": attempt.strategy, "sample": attempt.sample}
            row = _row(problems[attempt.problem], steps, dialect or spoken, templates, made)
            row["from"] |= {"span": span} if span else {}
            if row["id"] not in seen:
                seen.add(row["id"])
                yield row
    if not seen:
        raise InputError(
            f"{path} holds no plan that led to a right answer ({len(right)} right attempts): name a"
            " run of reasonflux on problems with reference answers, its trace beside it"
        )


def _plans(attempt: Attempt, events: list[Event]) -> Iterator[tuple[str, str, Trajectory]]:
    """The span, the dialect and the steps of each plan that stood to a right answer."""
    right = _right_spans(attempt, events)
    for note in events:
        if isinstance(note, Note) and note.kind == "plan" and note.span in right:
            within = [e for e in events if e.span == note.span]
            if not any(isinstance(e, Note) and e.kind in _GIVEN_UP for e in within):
                calls = [e for e in within if isinstance(e, Call)]
                goals = [step["goal"] for step in note.payload["steps"]]
                for dialect, steps in _written(calls, goals):
                    yield note.span, dialect, steps


def _right_spans(attempt: Attempt, events: list[Event]) -> set[str]:
    """The solve itself; and of branches that were voted over, those that gave the right answer."""
    ended = [
        e.span for e in events if isinstance(e, SpanEnd) and e.outcome == "finished" and e.span
    ]
    branches = sorted((s for s in ended if _BRANCH.fullmatch(s)), key=index_of)
    if not branches:
        return {""}
    if len(branches) != len(attempt.candidates):
        return set()
    right = canonical(attempt.answer or "")
    pairs = zip(branches, attempt.candidates, strict=True)
    return {span for span, answer in pairs if answer is not None and canonical(answer) == right}


def _written(calls: list[Call], goals: list[str]) -> Iterator[tuple[str, Trajectory]]:
    """The first reply with these goals, read with all its tags and needs, and its dialect."""
    for call in calls:
        dialect = "instruct" if call.request.text is None else "compact"
        request = dialect_of(dialect).plan("", ())
        for choice in call.response.choices if call.response else ():
            steps = request.read(choice.text, choice.finish_reason)
            if isinstance(steps, tuple) and [s.goal for s in steps[:MAX_STEPS]] == goals:
                yield dialect, steps[:MAX_STEPS]
                return


def _row(
    problem: Problem,
    steps: Trajectory,
    dialect: str,
    templates: TemplatesOnDemand,
    made: dict[str, object],
) -> Row:
    """As the strategy would ask, with the names of the templates that are near."""
    with open_context(problem, {}, retrievers={"templates": templates}) as ctx:
        speaks = dialect_of(dialect)
        names = () if dialect == "compact" else names_near(problem.question, ctx)
        prompt = speaks.plan(problem.question, names).prompt
    row = {"prompt": told(prompt), "completion": reply(speaks.plan_text(steps), prompt)}
    about = {
        "problem": problem.id,
        "source": problem.source,
        "templates": [step.template for step in steps],
        **made,
    }
    return {"id": row_id(row["prompt"], row["completion"]), **row, "from": about}
