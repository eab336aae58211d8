"""Preference rows in the form that LLaMA-Factory reads; TRL reads ours as they are.

Ours are JSON lines of `prompt`, `chosen` and `rejected`: text (TRL's standard form) or lists of
messages (its conversational form).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import orjson

from reasonloom.errors import InputError
from reasonloom.train.rows import Row

Format = Literal["trl", "llamafactory"]
NAME = "reasonloom_trajectories"
INFO = "dataset_info.json"
_SPEAKERS = {"user": "human", "assistant": "gpt"}


def write_llama_factory(folder: Path, rows: Sequence[Row]) -> Path:
    """Write NAME.json and its entry in dataset_info.json, beside the entries that stand there.

    Raises InputError for a dataset_info.json that is no JSON object, and for rows that are neither
    text nor one system and one user message.
    """
    info = _entries(folder / INFO)
    chat = bool(rows) and not isinstance(rows[0]["prompt"], str)
    told = [_sharegpt(row) if chat else _alpaca(row) for row in rows]
    path = folder / f"{NAME}.json"
    _write(path, told)
    _write(folder / INFO, {**info, NAME: _entry(path.name, chat)})
    return path


def _entry(file: str, chat: bool) -> dict[str, Any]:
    sides = {"chosen": "chosen", "rejected": "rejected"}
    if not chat:
        columns = {"prompt": "instruction", "query": "input", **sides}
        return {"file_name": file, "ranking": True, "columns": columns}
    return {
        "file_name": file,
        "formatting": "sharegpt",
        "ranking": True,
        "columns": {"messages": "conversations", "system": "system", **sides},
    }


def _alpaca(row: Row) -> dict[str, Any]:
    return {
        "instruction": row["prompt"],
        "input": "",
        "chosen": row["chosen"],
        "rejected": row["rejected"],
        **_kept(row),
    }


def _sharegpt(row: Row) -> dict[str, Any]:
    """The system message stands in a column of its own, and the roles have other names."""
    messages = list(row["prompt"])
    system = messages.pop(0)["content"] if messages[0]["role"] == "system" else ""
    if [message["role"] for message in messages] != ["user"]:
        raise InputError(
            f"the row {row['id']} is no single question with an answer: LLaMA-Factory's preference"
            " rows are"
        )
    return {
        "conversations": [_said(message) for message in messages],
        "system": system,
        "chosen": _said(row["chosen"][0]),
        "rejected": _said(row["rejected"][0]),
        **_kept(row),
    }


def _said(message: dict[str, str]) -> dict[str, str]:
    return {"from": _SPEAKERS[message["role"]], "value": message["content"]}


def _kept(row: Row) -> dict[str, Any]:
    """Provenance; LLaMA-Factory leaves columns alone that its entry does not name."""
    return {"id": row["id"], "from": row["from"]}


def _entries(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        held = orjson.loads(path.read_bytes())
    except orjson.JSONDecodeError as bad:
        raise InputError(f"{path} is no JSON ({bad}): mend it or name another folder") from None
    if not isinstance(held, dict):
        raise InputError(f"{path} holds no JSON object: mend it or name another folder")
    return held


def _write(path: Path, value: Any) -> None:
    part = path.with_name(path.name + ".part")
    part.write_bytes(orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
    part.replace(path)
