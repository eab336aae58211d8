from __future__ import annotations

import json
from pathlib import Path

import pytest

from reasonloom.errors import InputError
from reasonloom.train.reasoning_rows import chats, delimiters, rows_of
from reasonloom.train.recipe import SFT

ROW = {"question": "2+3?", "thinking": "2 and 3 make 5.", "answer": "5"}


def said(row: dict[str, object], marks: str, model: str = "nano") -> str:
    text = chats([row], delimiters(marks, model))[0]["completion"][0]["content"]
    assert isinstance(text, str)
    return text


def test_s1_marks_thinking_and_answer_and_says_answer_once() -> None:
    assert said(ROW, "s1") == ("<|im_start|>think\n2 and 3 make 5.\n<|im_start|>answer\nAnswer: 5")
    assert said(ROW | {"answer": "Answer: 5"}, "s1").count("Answer:") == 1


def test_a_models_own_delimiters_are_taken_by_its_name() -> None:
    assert said(ROW, "profile", "local:Qwen/Qwen3-8B") == "<think>\n2 and 3 make 5.\n</think>\n\n5"


def test_without_marks_a_solution_stands_alone_and_a_system_message_first() -> None:
    rows = chats([{"problem": "2+3?", "solution": "So \\boxed{5}"}], delimiters("none", ""), "Box!")
    assert rows[0]["prompt"][0] == {"role": "system", "content": "Box!"}
    assert rows[0]["completion"][0]["content"] == "So \\boxed{5}"


def test_the_first_of_several_trajectories_is_taken() -> None:
    row = {"question": "q", "thinking_trajectories": ["one", "two"], "attempt": "a"}
    assert "one" in said(row, "s1") and "two" not in said(row, "s1")


def test_a_row_without_its_column_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="row 2 has no thinking"):
        chats([ROW, {"question": "q", "text": "t"}], delimiters("s1", ""))
    with pytest.raises(InputError, match="did you mean 's1'"):
        delimiters("s2", "nano")


def test_rows_of_prompt_and_completion_stay_as_they_are(tmp_path: Path) -> None:
    row = {"prompt": "<|q|>x<|cot|>", "completion": "answer = 1"}
    (tmp_path / "rows.jsonl").write_text(json.dumps(row))
    assert rows_of(tmp_path / "rows.jsonl", SFT()) == [row]
