from __future__ import annotations

from pathlib import Path

import pytest

from reasonloom.data.journal import Journal
from reasonloom.errors import InputError, StoreError

ASKED = {"seed": 0, "models": {"default": "m"}}


def test_what_was_put_is_there_after_a_kill_that_tore_the_last_line(tmp_path: Path) -> None:
    path = tmp_path / "j.jsonl"
    with Journal(path, ASKED) as journal:
        journal.put("a", {"n": 1})
    with path.open("ab") as file:
        file.write(b'{"key":"b","val')
    with Journal(path, ASKED) as journal:
        assert journal.done == {"a": {"n": 1}}
        journal.put("c", 2)
    with Journal(path, ASKED) as journal:
        assert journal.done == {"a": {"n": 1}, "c": 2}


async def test_a_value_is_made_once(tmp_path: Path) -> None:
    made = []

    async def make() -> int:
        made.append(1)
        return 7

    with Journal(tmp_path / "j.jsonl", ASKED) as journal:
        assert [await journal.once("a", make), await journal.once("a", make)] == [7, 7]
    assert made == [1]


def test_other_settings_are_refused_and_named(tmp_path: Path) -> None:
    Journal(tmp_path / "j.jsonl", ASKED).close()
    with pytest.raises(InputError, match="seed=0 and now it is 1"):
        Journal(tmp_path / "j.jsonl", {**ASKED, "seed": 1})


def test_a_journal_in_use_is_refused(tmp_path: Path) -> None:
    with (
        Journal(tmp_path / "j.jsonl", ASKED),
        pytest.raises(StoreError, match="another process"),
    ):
        Journal(tmp_path / "j.jsonl", ASKED)


def test_a_file_of_another_kind_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "j.jsonl"
    path.write_text('{"prompt": "p"}\n')
    with pytest.raises(StoreError, match="no line of a journal"):
        Journal(path, ASKED)
    assert path.read_text() == '{"prompt": "p"}\n'
