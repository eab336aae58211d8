"""Parquet: one row an attempt, with its problem and the settings of its run.

    run, dataset, split, seed, model                  of the run; `model` serves the role "default"
    question, reference, topic, level, source         of the problem
    position                                          of the problem in the dataset, from 0
    problem, strategy, sample, answer, ... reason     the fields of `evaluate.records.Attempt`
    tokens, correct                                   `correct` is null without a reference answer

`candidates` is a list of strings; `detail` is JSON text, for its fields differ by strategy.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

from reasonloom.errors import InputError
from reasonloom.evaluate import store
from reasonloom.evaluate.exports.material import Told, by_arm, read_settings
from reasonloom.evaluate.records import Attempt, Settings

_RUN = {"run": "string", "dataset": "string", "split": "string", "seed": "int64", "model": "string"}
_PROBLEM = {
    "position": "int64",
    "question": "string",
    "reference": "string",
    "topic": "string",
    "level": "int64",
    "source": "string",
}
_REST = {"tokens": "int64", "correct": "bool"}
_TYPES = {"int": "int64", "float": "float64", "bool": "bool", "float | None": "float64"}
"""By the annotation of a field of Attempt; all others are text."""


def export(run: store.Run, out: Path) -> list[Path]:
    """Write the file `out`, and return it.

    Raises InputError where pyarrow is missing or there is nothing to write.
    """
    try:
        import pyarrow
        from pyarrow import parquet
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] != "pyarrow":
            raise
        raise InputError("Parquet needs pyarrow: pip install 'reasonloom[data]'") from None
    columns = _columns()
    schema = pyarrow.schema([(name, _arrow(pyarrow, kind)) for name, kind in columns.items()])
    settings = read_settings(run)
    with parquet.ParquetWriter(out, schema) as writer:
        for _, told in by_arm(run):
            rows = [row for one in told for row in _rows(run, settings, one)]
            writer.write_table(pyarrow.Table.from_pylist(rows, schema))
    return [out]


def _columns() -> dict[str, str]:
    own = {f.name: _TYPES.get(str(f.type), "string") for f in fields(Attempt)}
    return _RUN | _PROBLEM | own | {"candidates": "strings"} | _REST


def _arrow(pyarrow: Any, kind: str) -> Any:
    text = pyarrow.string()
    return pyarrow.list_(text) if kind == "strings" else pyarrow.type_for_alias(kind)


def _rows(run: store.Run, settings: Settings, told: Told) -> Iterator[dict[str, Any]]:
    problem = told.problem
    shared = {
        "run": run.path.stem,
        "dataset": settings.dataset,
        "split": settings.split,
        "seed": settings.seed,
        "model": settings.models["default"].spec,
        "position": told.position,
        "question": problem.question,
        "reference": problem.answer,
        "topic": problem.topic,
        "level": problem.level,
        "source": problem.source,
    }
    for attempt in told.attempts:
        own = {f.name: getattr(attempt, f.name) for f in fields(Attempt)}
        yield (
            shared
            | own
            | {
                "candidates": list(attempt.candidates),
                "detail": json.dumps(dict(attempt.detail), ensure_ascii=False),
                "tokens": attempt.tokens,
                "correct": None if problem.answer is None else attempt.correct,
            }
        )
