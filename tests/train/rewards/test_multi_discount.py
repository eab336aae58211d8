from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasonloom.train.rewards import (
    CORRECTNESS_GAMMA,
    REPETITION_GAMMA,
    kl_channel,
    multi_discount_advantages,
    multi_discount_returns,
    on_last_token,
    repetition_penalty,
)

Array = np.ndarray


def step_by_step(rewards: Array, gammas: list[float], mask: Array) -> Array:
    """The sums from behind, token by token."""
    batch, time, channels = rewards.shape
    returns = np.zeros((batch, time))
    later = np.zeros((batch, channels))
    for t in reversed(range(time)):
        later = rewards[:, t] * mask[:, t, None] + np.array(gammas) * later
        returns[:, t] = later.sum(axis=1)
    return returns * mask


def drawn(seed: int, time: int, channels: int) -> tuple[Array, Array]:
    rng = np.random.default_rng(seed)
    lengths = rng.integers(0, time + 1, 4)
    return rng.normal(size=(4, time, channels)), np.arange(time) < lengths[:, None]


@given(
    st.integers(0, 10_000),
    st.integers(1, 70),
    st.lists(st.sampled_from([0.0, 0.5, 0.99, 1.0]), min_size=1, max_size=3),
)
def test_returns_are_the_sums_from_behind(seed: int, time: int, gammas: list[float]) -> None:
    rewards, mask = drawn(seed, time, len(gammas))
    returns = multi_discount_returns(rewards, gammas, mask)
    assert np.allclose(returns, step_by_step(rewards, gammas, mask), atol=1e-12)


def test_each_channel_has_its_own_discount() -> None:
    rewards = np.zeros((1, 4, 2))
    rewards[0, 3] = [1.0, 1.0]
    returns = multi_discount_returns(rewards, [1.0, 0.5], np.ones((1, 4)))
    assert returns.tolist() == [[1.125, 1.25, 1.5, 2.0]]


def test_advantages_are_generalised_ones_at_lambda_one() -> None:
    rewards, mask = drawn(3, 20, 1)
    values, gamma = np.random.default_rng(4).normal(size=(4, 20)) * mask, 0.9
    expected, later = np.zeros((4, 20)), np.zeros(4)
    for t in reversed(range(20)):
        following = values[:, t + 1] if t < 19 else 0.0
        later = rewards[:, t, 0] * mask[:, t] + gamma * following - values[:, t] + gamma * later
        expected[:, t] = later
    estimate = multi_discount_advantages(rewards, [gamma], mask, values)
    assert np.allclose(estimate.advantages, expected * mask)


def test_one_baseline_is_taken_off_the_summed_return() -> None:
    rewards, mask = drawn(5, 10, 3)
    values = np.full((4, 10), 0.25)
    advantages, returns = multi_discount_advantages(rewards, [1.0, 0.99, 0.5], mask, values)
    assert np.allclose(advantages, (returns - 0.25) * mask)


def test_without_values_the_advantages_are_the_returns() -> None:
    rewards, mask = drawn(6, 10, 2)
    advantages, returns = multi_discount_advantages(rewards, [1.0, 0.99], mask)
    assert np.array_equal(advantages, returns)


def test_kl_keeps_its_discount_where_the_papers_code_lends_it_half_of_anothers() -> None:
    mask = np.ones((1, 100), dtype=bool)
    correct = on_last_token([2.0], mask)
    repeated = repetition_penalty([1] * 100)[None]
    kl = kl_channel(np.full((1, 100), -1.0), np.full((1, 100), -2.0), mask)
    ours = multi_discount_returns(
        np.stack([correct, repeated, kl], axis=2),
        [CORRECTNESS_GAMMA, REPETITION_GAMMA, CORRECTNESS_GAMMA],
        mask,
    )
    split = multi_discount_returns(
        np.stack([correct + kl / 2, repeated + kl / 2], axis=2),
        [CORRECTNESS_GAMMA, REPETITION_GAMMA],
        mask,
    )
    undiscounted, discounted = 0.01 * 100, 0.01 * (1 - 0.99**100) / (1 - 0.99)
    assert split[0, 0] - ours[0, 0] == pytest.approx((undiscounted - discounted) / 2)


def test_padding_neither_earns_nor_spoils() -> None:
    rewards = np.array([[[1.0], [np.nan]]])
    assert multi_discount_returns(rewards, [1.0], [[True, False]]).tolist() == [[1.0, 0.0]]


def test_a_nan_is_named_by_response_token_and_channel() -> None:
    rewards = np.zeros((2, 3, 2))
    rewards[1, 2, 0] = np.nan
    with pytest.raises(ValueError, match=r"rewards\[1, 2, 0\] is nan"):
        multi_discount_returns(rewards, [1.0, 0.99], np.ones((2, 3)))
    with pytest.raises(ValueError, match=r"values\[0, 1\] is inf"):
        multi_discount_advantages(
            np.zeros((1, 2, 1)), [1.0], np.ones((1, 2)), np.array([[0.0, np.inf]])
        )


@pytest.mark.parametrize(
    ("shape", "gammas", "mask", "told"),
    [
        ((2, 3), [1.0], (2, 3), r"rewards have shape \(2, 3\) for 1 gammas"),
        ((2, 3, 2), [1.0], (2, 3), "for 1 gammas"),
        ((2, 3, 1), [1.01], (2, 3), r"gammas are \[1\.01\]"),
        ((2, 3, 1), [1.0], (2, 4), r"the mask has shape \(2, 4\)"),
    ],
)
def test_what_does_not_fit_is_refused(
    shape: tuple[int, ...], gammas: list[float], mask: tuple[int, int], told: str
) -> None:
    with pytest.raises(ValueError, match=told):
        multi_discount_returns(np.zeros(shape), gammas, np.ones(mask))


def test_a_long_response_is_summed_in_a_few_steps_and_stays_exact() -> None:
    returns = multi_discount_returns(np.ones((1, 16_384, 1)), [1.0], np.ones((1, 16_384)))
    assert returns[0, 0] == 16_384
    assert returns[0, -1] == 1
