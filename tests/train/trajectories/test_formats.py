"""What TRL and LLaMA-Factory are given."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reasonloom.errors import InputError
from reasonloom.train.rows import Row
from reasonloom.train.trajectories.formats import NAME, write_llama_factory

TEXT: Row = {"prompt": "p", "chosen": "c", "rejected": "r", "id": "1", "from": {"problem": "q"}}


def chat() -> Row:
    prompt = [{"role": "system", "content": "s"}, {"role": "user", "content": "u"}]
    replies = {side: [{"role": "assistant", "content": side}] for side in ("chosen", "rejected")}
    return {**TEXT, "prompt": prompt, **replies}


def written(folder: Path, row: Row) -> tuple[dict[str, object], dict[str, object]]:
    path = write_llama_factory(folder, [row])
    (told,) = json.loads(path.read_text())
    return told, json.loads((folder / "dataset_info.json").read_text())[NAME]


def test_text_becomes_an_alpaca_preference(tmp_path: Path) -> None:
    told, entry = written(tmp_path, TEXT)
    assert told == {
        "instruction": "p",
        "input": "",
        "chosen": "c",
        "rejected": "r",
        "id": "1",
        "from": {"problem": "q"},
    }
    assert entry == {
        "file_name": f"{NAME}.json",
        "ranking": True,
        "columns": {
            "prompt": "instruction",
            "query": "input",
            "chosen": "chosen",
            "rejected": "rejected",
        },
    }


def test_messages_become_a_sharegpt_preference(tmp_path: Path) -> None:
    told, entry = written(tmp_path, chat())
    assert told["conversations"] == [{"from": "human", "value": "u"}]
    assert told["system"] == "s"
    assert told["chosen"] == {"from": "gpt", "value": "chosen"}
    assert told["rejected"] == {"from": "gpt", "value": "rejected"}
    assert entry["formatting"] == "sharegpt"
    columns = entry["columns"]
    assert isinstance(columns, dict)
    assert set(columns.values()) <= set(told)


def test_other_entries_of_the_index_stay(tmp_path: Path) -> None:
    (tmp_path / "dataset_info.json").write_text('{"mine": {"file_name": "mine.json"}}')
    written(tmp_path, TEXT)
    held = json.loads((tmp_path / "dataset_info.json").read_text())
    assert set(held) == {"mine", NAME}


@pytest.mark.parametrize("content", ["[]", "{"])
def test_an_index_that_cannot_be_read_is_left_alone(tmp_path: Path, content: str) -> None:
    (tmp_path / "dataset_info.json").write_text(content)
    with pytest.raises(InputError, match=r"dataset_info\.json"):
        write_llama_factory(tmp_path, [TEXT])
    assert [p.name for p in tmp_path.iterdir()] == ["dataset_info.json"]


@pytest.mark.parametrize("row", [TEXT, chat()])
def test_trl_knows_the_rows_for_what_they_are(row: Row) -> None:
    data_utils = pytest.importorskip("trl.data_utils")
    columns = {name: row[name] for name in ("prompt", "chosen", "rejected")}
    assert data_utils.is_conversational(columns) == (row is not TEXT)
