from __future__ import annotations

import sys
from pathlib import Path

import pytest

from reasonloom.data.rows import read_rows
from reasonloom.errors import InputError


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_jsonl_json_and_csv_give_the_same_rows(tmp_path: Path) -> None:
    wanted = [{"question": "1, or 2?", "answer": "2"}, {"question": "3?", "answer": None}]
    lines = '{"question": "1, or 2?", "answer": "2"}\n\n{"question": "3?", "answer": null}\n'
    table = 'question,answer\n"1, or 2?",2\n3?,\n'
    assert list(read_rows(written(tmp_path, "a.jsonl", "\ufeff" + lines))) == wanted
    listed = "[" + lines.strip().replace("\n\n", ",") + "]"
    assert list(read_rows(written(tmp_path, "a.json", listed))) == wanted
    assert list(read_rows(written(tmp_path, "a.csv", table))) == wanted


def test_parquet_gives_its_rows(tmp_path: Path) -> None:
    arrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    rows = [{"question": f"{i}?", "options": ["a", "b"]} for i in range(600)]
    parquet.write_table(arrow.Table.from_pylist(rows), tmp_path / "a.parquet")
    assert list(read_rows(tmp_path / "a.parquet")) == rows


def test_a_file_that_is_no_parquet_says_so(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    with pytest.raises(InputError, match="no Parquet file that can be read"):
        list(read_rows(written(tmp_path, "a.parquet", "question\n")))


def test_parquet_without_pyarrow_names_the_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(InputError, match=r"needs pyarrow: pip install 'reasonloom\[data\]'"):
        list(read_rows(written(tmp_path, "a.parquet", "")))


def test_rows_are_read_as_they_are_asked_for(tmp_path: Path) -> None:
    rows = read_rows(written(tmp_path, "a.jsonl", '{"question": "1?"}\nbroken\n'))
    assert next(rows) == {"question": "1?"}
    with pytest.raises(InputError, match=r"a\.jsonl:2: not well-formed JSON"):
        next(rows)


@pytest.mark.parametrize(
    ("name", "text", "wrong"),
    [
        ("a.jsonl", "[1]\n", r"a\.jsonl:1: a row is an object"),
        ("a.jsonl", "[" * 100_000, r"a\.jsonl:1: not well-formed JSON"),
        ("a.json", '{"question": "1?"}', "holds no list of rows"),
        ("a.csv", "question\n1,2\n", r"a\.csv:2: more fields than the header"),
        ("a.csv", 'question\n"1?\n', r"a\.csv:\d+: not well-formed CSV"),
        ("a.txt", "1?", r"give one of \.jsonl, \.json, \.csv, \.parquet"),
    ],
)
def test_a_file_that_is_not_well_formed_is_refused(
    tmp_path: Path, name: str, text: str, wrong: str
) -> None:
    with pytest.raises(InputError, match=wrong):
        list(read_rows(written(tmp_path, name, text)))


def test_a_missing_file_and_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no file"):
        list(read_rows(tmp_path / "a.csv"))
    (tmp_path / "b.csv").write_bytes(b"question\n\xff\n")
    with pytest.raises(InputError, match=r"not UTF-8 text \(byte 0xff\)"):
        list(read_rows(tmp_path / "b.csv"))
