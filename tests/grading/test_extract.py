import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasonloom.grading.extract import MAX_REPLY, Extracted, answer_text, extract

FOUND = [
    (r"so \boxed{42}.", "42", "boxed"),
    (r"\boxed{\frac{1}{2}}", r"\frac{1}{2}", "boxed"),
    (r"\boxed{\{1, 2\}}", r"\{1, 2\}", "boxed"),
    (r"\boxed{3} no, \boxed{5}", "5", "boxed"),
    (r"\boxed{5}, as in \boxed{}", "5", "boxed"),
    (r"\boxed{1} and \boxed{2}", "1, 2", "boxed"),
    (r"\boxed{1}, \boxed{2}", "1, 2", "boxed"),
    (r"\fbox{7}", "7", "boxed"),
    (r"\boxed{255} is one part. Final answer: 300.", "300", "phrase"),
    ("<answer> 12 </answer>", "12", "tag"),
    ("The answer is 3.5, because 7/2 is.", "3.5", "phrase"),
    ("The answer to the question is 42", "42", "phrase"),
    ("Answer: $x=2$ and $x=3$. Good luck", "x=2, x=3", "phrase"),
    ("**Final Answer**\n\n42", "42", "phrase"),
    ("**Answer**\n\n42", "42", "phrase"),
    ("The final answer is $(-6, 10)$. I hope it is correct.", "(-6, 10)", "phrase"),
    ("Final Answer: Jane began 3 hours ago.", "3", "phrase"),
    ("The answer is 5 cm.", "5 cm", "phrase"),
    ("The answer is $5$ cm.", "5 cm", "phrase"),
    ("The answer is 4. Or the answer is 5.", "5", "phrase"),
    ("17 - 5 = 12\n#### 12", "12", "phrase"),
    ("정답은 12입니다.", "12", "phrase"),
    ("따라서 답은 $x=3$ 이다.", "x=3", "phrase"),
    ("답: 3개", "3개", "phrase"),
    ("x + 1", "x + 1", "whole"),
    ("Evelyn", "Evelyn", "whole"),
    ("$x+1$", "x+1", "whole"),
    (r"Hence the height is $\frac{\sqrt{3}}{2}$.", r"\frac{\sqrt{3}}{2}", "formula"),
    ("I get 7 then 12", "12", "number"),
    ("that leaves 1,234.50 in all", "1,234.50", "number"),
    ("it fell by 35% then", "35%", "number"),
]


@pytest.mark.parametrize(("text", "answer", "how"), FOUND)
def test_the_final_answer_is_found(text, answer, how):
    assert extract(text) == Extracted(answer, how)


@pytest.mark.parametrize("text", ["", "   ", "no idea", "I could not solve it.", "Put it here: $$"])
def test_a_reply_without_an_answer_gives_none(text):
    assert extract(text) is None


def test_only_unannounced_answers_are_weak():
    weak = {how for text, _, how in FOUND if extract(text).weak}
    assert weak == {"formula", "number"}


@pytest.mark.parametrize("tag", ["think", "thinking", "Reasoning"])
def test_thinking_is_never_answer_text(tag):
    assert answer_text(f"a<{tag}>\\boxed{{1}}</{tag}>b") == "ab"


def test_an_open_thinking_block_means_no_answer_text():
    assert answer_text("Sure. <think> the answer is 5") == ""
    assert extract("<think> the answer is 5") is None


def test_a_closing_tag_alone_ends_thinking_that_the_template_began():
    assert answer_text("maybe 9</think>8") == "8"


def test_nested_and_repeated_thinking_is_cut():
    text = "<think>a<think>b</think>c</think>1<think>d</think>2"
    assert answer_text(text) == "12"


@given(st.text(max_size=300))
def test_thinking_text_never_leaks_into_the_answer(thought):
    hidden = thought.replace("<", "").replace(">", "")
    assert extract(f"<think>{hidden}</think>The answer is 8.") == Extracted("8", "phrase")


@given(st.text(alphabet="\\boxed{}$() answeris:12,.<think>/\n", max_size=200))
def test_no_text_is_an_error(text):
    found = extract(text)
    assert found is None or found.answer


HOSTILE = [
    r"\boxed{",
    r"\boxed{1}, ",
    "{",
    "}",
    "<think>",
    "</think>",
    "the answer is ",
    "answer: **",
    "<answer>",
    "<answer>a<",
    "$",
    "$a",
    r"\(",
    r"\[ ",
    r"\frac{1",
    "1,",
    "1 ",
    "정답은 ",
    "final answer ",
    "answer: .",
    "$a. b$",
    "a. $",
    " \n",
    "\\",
    "-",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_megabyte_of_anything_is_searched_in_linear_time(piece):
    """A third of a second where it is; with the square of the length it would be hours."""
    start = time.process_time()
    for opening in ("", "The answer is "):
        extract(opening + piece * (MAX_REPLY // len(piece) - 10))
    extract(piece * (1_000_000 // len(piece)))
    assert time.process_time() - start < 20.0
