from __future__ import annotations

from pathlib import Path

import pytest

from reasonloom.errors import InputError
from reasonloom.train.rows import PREFERENCE, SFT, read_rows, row_id, write_rows


def test_rows_come_back_as_they_were_written(tmp_path: Path) -> None:
    rows = [{"prompt": "zwei\nZeilen", "completion": "ja", "from": {"seed": 1}}]
    write_rows(tmp_path / "new" / "rows.jsonl", rows)
    assert read_rows(tmp_path / "new" / "rows.jsonl", SFT) == rows
    assert [p.name for p in (tmp_path / "new").iterdir()] == ["rows.jsonl"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ('{"prompt": "a", "text": "b"}', "rows.jsonl:1: no 'completion'; there are 'prompt'"),
        ('{"prompt": "a", "completion": ""}', "no 'completion'"),
        ("\n{not json}", "rows.jsonl:2: no JSON"),
        ("[1, 2]", "no JSON object"),
        ("\n \n", "holds no rows"),
    ],
)
def test_a_bad_row_is_named_with_its_line(tmp_path: Path, content: str, told: str) -> None:
    (tmp_path / "rows.jsonl").write_text(content)
    with pytest.raises(InputError, match="rows") as caught:
        read_rows(tmp_path / "rows.jsonl", SFT)
    assert told in str(caught.value)


def test_a_missing_file_says_what_it_should_hold(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="'prompt', 'chosen', 'rejected'"):
        read_rows(tmp_path / "none.jsonl", PREFERENCE)


def test_an_id_depends_on_content_alone() -> None:
    assert row_id({"a": 1, "b": 2}, "x") == row_id({"b": 2, "a": 1}, "x")
    assert row_id("x", "y") != row_id("xy", "")
