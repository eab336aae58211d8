from __future__ import annotations

import asyncio
from typing import Any

import numpy as np
import pytest

from reasonloom.errors import InputError, SpecError
from reasonloom.train.rl.reward_specs import Channel, read_rewards
from reasonloom.train.rl.trl_rewards import close_shared_grader, compact


def channel(spec: str, cap: int = 100) -> Channel:
    (found,) = read_rewards([spec], cap, compact)
    return found


def paid(spec: str, texts: list[str], lengths: list[int], gold: str = "4") -> list[float]:
    given: Any = channel(spec).score(
        prompts=["?"] * len(texts),
        completions=texts,
        completion_ids=[list(range(length)) for length in lengths],
        answer=[gold] * len(texts),
    )
    try:
        values: list[float] = asyncio.run(given) if asyncio.iscoroutine(given) else given
    finally:
        close_shared_grader()
    return values


def test_the_cosine_of_a_spec_ends_at_the_cap_in_tokens() -> None:
    spec = "cosine(right=[2, 1], wrong=[-10, 0], exceed=-9)"
    assert paid(spec, ["4", "5", "4"], [50, 50, 100]) == pytest.approx([1.5, -5.0, -9.0])
    assert paid("cosine(margin=0)", ["4"], [90])[0] == pytest.approx(1.0245, abs=1e-4)


def test_right_wrong_and_none_are_paid_as_told() -> None:
    spec = "correct(right=1, wrong=-0.5, none=-1)"
    assert paid(spec, ["4", "5", "outside"], [1, 1, 1]) == [1.0, -0.5, -1.0]


def test_soft_overlong_falls_over_the_last_tokens_before_the_cap() -> None:
    assert paid("soft_overlong(cache=20)", ["x"] * 3, [80, 90, 100]) == [0.0, -0.5, -1.0]


def test_format_and_repeated_share_read_text_and_ids() -> None:
    assert paid("format", ["<think>a</think>b", "b"], [1, 1]) == [1.0, 0.0]
    assert paid("repeated_share(n=2, penalty=-1)", ["x"], [5]) == [0.0]


def test_repetition_is_a_vector_with_a_discount_of_its_own() -> None:
    found = channel("repetition(n=2, penalty=-0.5)")
    assert found.per_token and found.gamma == 0.99
    np.testing.assert_array_equal(found.per_token([7, 8, 9, 7, 8]), [0, 0, 0, -0.5, -0.5])
    assert channel("cosine(gamma=0.5, weight=2)").gamma == 0.5
    assert channel("cosine(gamma=0.5, weight=2)").weight == 2


@pytest.mark.parametrize(
    ("specs", "problem"),
    [
        (["cosines"], "did you mean 'cosine'"),
        (["cosine(left=1)"], "unknown option 'left'"),
        (["cosine(right=[1])"], r"right takes a \[list\] of a number, a number"),
        (["correct(wrong=1)"], "wrong is 1.0: it must not be positive"),
        (["cosine(exceed=1)"], "overlong is 1.0: it must not be positive"),
        (["soft_overlong"], "needs cache"),
        (["soft_overlong(cache=200)"], "cache is 200 and max_length 100"),
        (["repetition(gamma=2)"], "gamma is 2.0: a discount lies between 0 and 1"),
        (["correct(weight=0)"], "weight is 0.0: leave the reward out"),
        (["correct", "correct(right=2)"], "the reward correct is named twice"),
        (["world:gcd"], "unknown reward"),
    ],
)
def test_a_reward_that_cannot_be_is_refused_with_its_value(specs: list[str], problem: str) -> None:
    with pytest.raises((SpecError, InputError), match=problem):
        read_rewards(specs, 100, compact)


def test_a_cap_within_the_margin_is_refused() -> None:
    with pytest.raises(InputError, match="every response would be overlong"):
        channel("cosine", cap=16)
