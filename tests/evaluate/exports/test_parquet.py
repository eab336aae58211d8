from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from reasonloom.errors import InputError
from reasonloom.evaluate import store
from reasonloom.evaluate.exports.export import export

parquet: Any = pytest.importorskip("pyarrow.parquet")


async def test_every_attempt_is_a_row_with_its_problem_and_run(path: Path) -> None:
    (written,) = export(path, "parquet")
    assert written == path.with_name("run.parquet")
    rows = parquet.read_table(written).to_pylist()
    with store.open_run(path) as run:
        made = {a.key: a for a in store.attempts(run)}
    assert {(r["problem"], r["strategy"], r["sample"]) for r in rows} == set(made)
    assert len(rows) == 16
    for row in rows:
        attempt = made[row["problem"], row["strategy"], row["sample"]]
        assert row["tokens"] == attempt.tokens == row["prompt_tokens"] + row["completion_tokens"]
        assert row["candidates"] == list(attempt.candidates)
        assert json.loads(row["detail"]) == attempt.detail
        assert (row["outcome"], row["reason"]) == (attempt.outcome, attempt.reason)
        assert row["model"] == "scripted"


async def test_what_is_not_known_is_null_and_not_wrong(path: Path) -> None:
    rows = parquet.read_table(*export(path, "parquet")).to_pylist()
    told = {row["question"]: row["correct"] for row in rows}
    assert list(told.values()) == [True, False, False, None]
    failed = next(row for row in rows if "broken" in row["question"])
    assert failed["failure"] == "RateLimited"
    assert failed["answer"] is failed["level"] is None


async def test_columns_keep_their_types_where_all_is_null(path: Path, tmp_path: Path) -> None:
    schema = parquet.read_schema(*export(path, "parquet", tmp_path / "new" / "a.parquet"))
    found = {name: str(schema.field(name).type) for name in ("split", "confidence", "estimated")}
    assert found == {"split": "string", "confidence": "double", "estimated": "bool"}
    assert str(schema.field("candidates").type).startswith("list<")


async def test_a_folder_is_no_place_for_one_file(path: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is a folder"):
        export(path, "parquet", tmp_path)
