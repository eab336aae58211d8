from __future__ import annotations

import pytest

from reasonloom.train.rewards import think_format_reward

OPEN, CLOSE = [90], [91, 92]


@pytest.mark.parametrize(
    ("text", "reward"),
    [
        ("<think>two and two</think>four", 1.0),
        ("\n<think>\ntwo\n</think>\n\nfour\n", 1.0),
        ("<think>two and two, four", 0.0),
        ("two and two</think>four", 0.0),
        ("Well, <think>two</think>four", 0.0),
        ("<think>two</think>four<think>no</think>five", 0.0),
        ("<think>a <think>b</think>four", 0.0),
        ("<think>two</think>four</think>", 0.0),
        ("<think> \n</think>four", 0.0),
        ("<think>two</think>\n ", 0.0),
        ("", 0.0),
    ],
)
def test_text(text: str, reward: float) -> None:
    assert think_format_reward(text) == reward


@pytest.mark.parametrize(
    ("ids", "reward"),
    [
        ([90, 5, 91, 92, 6], 1.0),
        ([90, 5, 91, 6], 0.0),
        ([90, 91, 92, 6], 0.0),
        ([90, 5, 91, 92], 0.0),
        ([32, 90, 5, 91, 92, 6], 0.0),
        ([90, 32, 91, 92, 10], 1.0),
    ],
    ids=["whole", "half a delimiter", "no thinking", "no answer", "late", "no id is white space"],
)
def test_token_ids(ids: list[int], reward: float) -> None:
    assert think_format_reward(ids, OPEN, CLOSE) == reward


def test_a_prompt_may_have_opened_the_thinking() -> None:
    assert think_format_reward("two</think>four", opened=True) == 1.0
    assert think_format_reward("<think>two</think>four", opened=True) == 0.0


def test_delimiters_are_arguments() -> None:
    text = "<|im_start|>think\ntwo\n<|im_start|>answer\nfour"
    assert think_format_reward(text, "<|im_start|>think", "<|im_start|>answer") == 1.0


def test_text_mixed_with_ids_is_refused() -> None:
    with pytest.raises(ValueError, match="all be text or all be token ids"):
        think_format_reward([90, 5, 91, 92, 6])


def test_an_empty_delimiter_is_refused() -> None:
    with pytest.raises(ValueError, match="an empty delimiter"):
        think_format_reward("two", closing="")
