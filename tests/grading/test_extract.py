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
    ("that leaves 1,234.50 in all.", "1,234.50", "number"),
    ("it fell by 35% then.", "35%", "number"),
]


@pytest.mark.parametrize(("text", "answer", "how"), FOUND)
def test_the_final_answer_is_found(text, answer, how):
    assert extract(text) == Extracted(answer, how)


@pytest.mark.parametrize("text", ["", "   ", "no idea", "I could not solve it.", "Put it here: $$"])
def test_a_reply_without_an_answer_gives_none(text):
    assert extract(text) is None


UNFINISHED = [
    "30 times 90 there",
    "the first gives 30, then",
    "Adding 5 and 7, which makes 12, we see that",
    "Hence $x=2$ and $y=3$, so that",
    "10 apples and 12 pears for",
]


@pytest.mark.parametrize("text", UNFINISHED)
def test_a_draft_that_ends_in_mid_sentence_has_no_answer_yet(text):
    assert extract(text) is None
    assert extract(text, cut=False).weak


FINISHED = [
    ("so we get 42.", "42"),
    ("so we get 42", "42"),
    ("Twice 21 is what we want.\n\n**42**", "42"),
    ("there are 42 in all. I hope this helps!", "42"),
    ("so that makes 42 apples", "42"),
    ("the road is 35 km", "35"),
    ("which is 50%", "50%"),
    ("and therefore $x = 2$", "x = 2"),
    ("사과는 모두 합쳐서 42개이고 배는 없어요", "42"),
]


@pytest.mark.parametrize(("text", "answer"), FINISHED)
def test_a_finished_reply_is_read_although_nothing_announces_its_answer(text, answer):
    assert extract(text) == extract(text, cut=False)
    assert extract(text).answer == answer


@pytest.mark.parametrize("text", [*UNFINISHED, *(t for t, _ in FINISHED), "42", "$x+1$"])
def test_a_reply_that_is_known_to_be_cut_off_has_only_announced_answers(text):
    assert extract(text, cut=True) is None
    assert extract(f"The answer is 8. Let me check: {text}", cut=True).answer == "8"
    assert extract(rf"So \boxed{{8}}. Let me check: {text}", cut=True).answer == "8"


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
