from __future__ import annotations

from pathlib import Path

import pytest
from tests.train.tiny import NANO

from reasonloom.errors import InputError
from reasonloom.problem import Problem
from reasonloom.train.rl.problem_rows import dialect_for, problem_rows, rows_for
from reasonloom.train.rows import write_rows


def test_each_dialect_asks_for_a_chain_of_thought_in_its_way() -> None:
    problem = Problem("1+1?", answer="2", source="mine", meta={"level": 3})
    (row,) = problem_rows([problem], "compact")
    assert (row["prompt"], row["answer"]) == ("<|q|>1+1?<|cot|>", "2")
    assert row["from"] == {"problem": problem.id, "source": "mine", "level": 3}
    (chat,) = problem_rows([problem], "instruct")
    assert [message["role"] for message in chat["prompt"]] == ["system", "user"]
    assert "1+1?" in chat["prompt"][-1]["content"] and chat["id"] != row["id"]


def test_a_problem_without_answer_is_named() -> None:
    with pytest.raises(InputError, match="no reference answer"):
        list(problem_rows([Problem("why?")]))


def test_what_is_drawn_comes_from_train_and_files_hold_rows_or_problems(tmp_path: Path) -> None:
    drawn = rows_for("world:gcd", limit=3)
    assert len(drawn) == 3 and {len(row["id"]) for row in drawn} == {16}
    assert drawn != rows_for("world:gcd", split="dev", limit=3)
    rows, problems = tmp_path / "rows.jsonl", tmp_path / "problems.jsonl"
    write_rows(rows, [{"prompt": "a", "answer": "1"}, {"prompt": "b", "answer": "2"}])
    write_rows(problems, [{"question": "1+1?", "answer": "2"}])
    assert [row["prompt"] for row in rows_for(str(rows), limit=1)] == ["a"]
    assert rows_for(str(problems))[0]["prompt"] == "<|q|>1+1?<|cot|>"
    with pytest.raises(InputError, match="has no split 'dev'"):
        rows_for(str(rows), split="dev")


def test_a_model_says_its_dialect_and_others_are_chats(tmp_path: Path) -> None:
    assert dialect_for("nano") == dialect_for(f"local:{NANO}") == "compact"
    assert dialect_for("local:someone/model") == "instruct"
