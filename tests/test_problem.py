from __future__ import annotations

import dataclasses

import pytest

from reasonloom.errors import InputError
from reasonloom.problem import MAX_QUESTION_BYTES, Problem


def test_equal_questions_share_an_id() -> None:
    assert Problem("1 + 1?").id == Problem("1 + 1?", answer="2").id != Problem("1 + 2?").id
    assert len(Problem("1 + 1?").id) == 16


def test_a_given_id_is_kept() -> None:
    assert Problem("1 + 1?", id="mine").id == "mine"


def test_a_problem_does_not_change() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Problem("1 + 1?").answer = "3"  # type: ignore[misc]


def test_text_from_outside_is_stripped_and_keeps_what_is_known() -> None:
    problem = Problem.from_text("  정답은?\n", answer="2", topic="arithmetic")
    assert (problem.question, problem.answer, problem.topic) == ("정답은?", "2", "arithmetic")


def test_bytes_are_read_as_utf8_with_or_without_a_mark() -> None:
    assert Problem.from_text("√4?".encode()).question == "√4?"
    assert Problem.from_text("√4?".encode("utf-8-sig")).question == "√4?"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        (" \n\t", "empty"),
        (b"", "empty"),
        (b"\xff\xfe\x00a", "byte 0 is 0xff"),
        (b"\x7fELF\x02\x01\x01\x00", "binary"),
        ("what is \udcff?", "binary"),
        ("a\x00b", "binary"),
        ("x" * (MAX_QUESTION_BYTES + 1), "200,001 bytes"),
        ("가" * 70_000, "210,000 bytes"),
    ],
)
def test_a_question_that_cannot_be_used_is_refused(text: str | bytes, said: str) -> None:
    with pytest.raises(InputError, match=said):
        Problem.from_text(text)


def test_a_question_of_the_largest_size_is_taken() -> None:
    assert len(Problem.from_text("x" * MAX_QUESTION_BYTES).question) == MAX_QUESTION_BYTES
