"""Step values: the steps of chains and of ReasonFlux, each with how often it ended right later."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from reasonloom.data.prompts import Told, told
from reasonloom.evaluate.judge import Judge
from reasonloom.strategies.dialects import dialect_of
from reasonloom.strategies.dialects.compact import work_reply
from reasonloom.strategies.scorers import steps_of
from reasonloom.train.from_traces.problems import spoken
from reasonloom.train.from_traces.replies import Lost, Reply, replies
from reasonloom.train.from_traces.solves import Solve
from reasonloom.train.from_traces.taken import Cut
from reasonloom.train.rows import Row, row_id
from reasonloom.trajectory import StepResult


class Trail(NamedTuple):
    """The steps of one solution and what its answer is worth."""

    solve: Solve
    prompt: Told
    steps: tuple[str, ...]
    value: float
    source: Mapping[str, Any]


async def step_rows(stored: Iterable[Solve], judge: Judge) -> Cut:
    """One row a solution: its steps and their values, in the columns that step scorers learn from.

    A step's value is the mean outcome of all solutions of the problem that begin with it and the
    steps before it; the prompt is that of a plain chain of thought.
    """
    found, trails = Cut(), list[Trail]()
    for solve in stored:
        made = await _trails(solve, judge)
        trails += [one for one in made if isinstance(one, Trail)]
        for one in made:
            if isinstance(one, Lost):
                found.leave(one)
    ends: dict[str, list[float]] = defaultdict(list)
    for trail in trails:
        for prefix in _prefixes(trail):
            ends[prefix].append(trail.value)
    for trail in trails:
        found.take(_row(trail, [ends[prefix] for prefix in _prefixes(trail)]), trail.solve)
    return found


async def _trails(solve: Solve, judge: Judge) -> list[Trail | Lost]:
    """Each chain of thought of a solve, or the trajectory that ReasonFlux settled."""
    if not solve.calls:
        return [Lost(solve, "no trace")]
    detail = solve.attempt.detail
    settled = detail.get("trajectory")
    if settled and "fallback" not in detail:
        return [_settled(solve, settled)]
    made = await replies(solve, judge)
    chains = [one for one in made if isinstance(one, Reply) and one.kind == "cot"]
    lost = [one for one in made if isinstance(one, Lost)]
    if not chains and not lost:
        return [Lost(solve, "no steps")]
    return [*(_chain(one) for one in chains), *lost]


def _chain(one: Reply) -> Trail | Lost:
    steps = steps_of(one.choice.text)
    if not steps:
        return Lost(one.solve, "no steps", one.call.span)
    return Trail(one.solve, one.prompt, steps, one.value, one.source)


def _settled(solve: Solve, rows: Sequence[Mapping[str, Any]]) -> Trail | Lost:
    """The steps as a chain of thought writes them."""
    if solve.value is None:
        return Lost(solve, "not graded")
    dialect = spoken(solve)
    prompt = told(dialect_of(dialect).cot(solve.problem.question).prompt)
    results = [StepResult(row["instantiation"], row["work"], row["value"]) for row in rows]
    write = work_reply if dialect == "compact" else _paragraph
    source = {**solve.source, **solve.model(solve.calls[0])}
    return Trail(solve, prompt, tuple(map(write, results)), solve.value, source)


def _paragraph(result: StepResult) -> str:
    return "\n".join(filter(None, (result.instantiation, result.work, result.value)))


def _prefixes(trail: Trail) -> list[str]:
    """A name for each step with all before it."""
    return [row_id(trail.prompt, trail.steps[: k + 1]) for k in range(len(trail.steps))]


def _row(trail: Trail, ends: Sequence[Sequence[float]]) -> Row:
    steps = list(trail.steps)
    return {
        "prompt": trail.prompt,
        "steps": steps,
        "values": [sum(values) / len(values) for values in ends],
        "id": row_id(trail.prompt, steps),
        "from": {**trail.source, "counts": [len(values) for values in ends]},
    }
