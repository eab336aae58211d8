"""RL rows: the problems of runs with their answers, and how often they were solved there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from reasonloom.data.prompts import told
from reasonloom.strategies.dialects import dialect_of
from reasonloom.train.from_traces.kinds import dialect_name
from reasonloom.train.from_traces.replies import Lost
from reasonloom.train.from_traces.solves import Solve, split_of
from reasonloom.train.from_traces.taken import Cut
from reasonloom.train.rows import Row, row_id


class Problem(NamedTuple):
    """A problem as a model is asked it; `dialect` is that of the runs."""

    question: str
    answer: str
    dialect: str


def rl_rows(stored: Iterable[Solve]) -> Cut:
    """One row a problem; problems without a reference answer are left out."""
    found = Cut(label=lambda solve: solve.settings.dataset)
    tried: dict[Problem, list[Solve]] = {}
    for solve in stored:
        answer = solve.problem.answer
        if answer is None:
            found.leave(Lost(solve, "no reference answer"))
            continue
        key = Problem(solve.problem.question, answer, spoken(solve))
        tried.setdefault(key, []).append(solve)
    for problem, made in tried.items():
        found.take(_row(problem, made), made[0])
    return found


def spoken(solve: Solve) -> str:
    """The dialect of a solve's models; that of chat models where its trace is gone."""
    return dialect_name(solve.calls[0].request) if solve.calls else "instruct"


def _row(problem: Problem, made: list[Solve]) -> Row:
    prompt = told(dialect_of(problem.dialect).cot(problem.question).prompt)
    values = [solve.value for solve in made if solve.value is not None]
    first = made[0]
    about = {
        "runs": sorted({solve.run.name for solve in made}),
        "dataset": first.settings.dataset,
        "split": split_of(first.settings),
        "problem": first.problem.id,
        "source": first.problem.source,
        "topic": first.problem.topic,
        "level": first.problem.level,
        "right": int(sum(values)),
        "tried": len(values),
    }
    id = row_id(prompt, problem.answer)
    return {"prompt": prompt, "answer": problem.answer, "id": id, "from": about}
