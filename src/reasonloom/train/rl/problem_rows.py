"""Rows for RL from problems: each asked for a chain of thought in the model's dialect."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from reasonloom.data.load import load
from reasonloom.data.prompts import told
from reasonloom.errors import InputError
from reasonloom.models.local.folder import read_json
from reasonloom.problem import Problem
from reasonloom.spec import parse
from reasonloom.strategies.dialects import dialect_of
from reasonloom.train.rows import RL, Row, read_rows, row_id


def problem_rows(problems: Iterable[Problem], dialect: str = "compact") -> Iterator[Row]:
    """One row a problem. Raises InputError for an unknown dialect and a problem without answer."""
    speaks = dialect_of(dialect)
    for problem in problems:
        if not problem.answer:
            raise InputError(
                f"the problem {problem.id} ({problem.question[:60]!r}) has no reference answer:"
                " RL cannot reward a response to it, so leave it out"
            )
        prompt = told(speaks.cot(problem.question).prompt)
        made = {"problem": problem.id, "source": problem.source, **problem.meta}
        yield {
            "id": row_id(prompt, problem.answer),
            "prompt": prompt,
            "answer": problem.answer,
            "from": made,
        }


def dialect_for(model: str) -> str:
    """What a model that can be trained was taught; that of chat models where its folder is silent.

    Raises InputError for a model that cannot be trained.
    """
    from reasonloom.train.learner import source_of

    settings = read_json(Path(source_of(model)) / "reasonloom.json")
    return str(settings.get("dialect", "instruct"))


def rows_for(
    data: str,
    dialect: str = "compact",
    *,
    split: str | None = None,
    limit: int | None = None,
    seed: int = 0,
) -> list[Row]:
    """The rows of a JSONL file with prompt and answer, or of the problems that a spec names.

    split, limit, seed  as `data.load` takes them; what is drawn comes from train if not given

    Raises InputError and SpecError as both readers do, and where a file of rows is given a split.
    """
    path = Path(data)
    if path.is_file() and "prompt" in (rows := read_rows(path, ()))[0]:
        if split is not None:
            raise InputError(f"{path} holds rows and has no split {split!r}: leave it out")
        return read_rows(path, RL)[:limit]
    drawn = data.partition(":")[0].strip() in ("world", "gym") and parse(data).scheme is not None
    problems = load(data, split=split or ("train" if drawn else None), limit=limit, seed=seed)
    rows = list(problem_rows(problems, dialect))
    if not rows:
        raise InputError(f"{data} holds no problems: there is nothing to learn from")
    return rows
