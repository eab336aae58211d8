from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("trl")

from reasonloom.train.rewards import multi_discount_returns
from reasonloom.train.rl.multi_discount import channel_rewards
from reasonloom.train.rl.reward_specs import read_rewards
from reasonloom.train.rl.trl_rewards import compact


def test_scores_stand_on_the_last_token_and_repeats_where_they_are() -> None:
    channels = read_rewards(["correct(weight=2)", "repetition(n=2, penalty=-0.5)"], 9, compact)
    ids = np.array([[7, 8, 7, 8, 1], [3, 3, 3, 0, 0]])
    mask = np.array([[True] * 5, [True] * 3 + [False] * 2])
    scores = np.array([[1.0, -1.0], [0.0, -1.0]])
    placed = channel_rewards(channels, scores, ids, mask)
    assert placed[..., 0].tolist() == [[0, 0, 0, 0, 2], [0, 0, 0, 0, 0]]
    assert placed[..., 1].tolist() == [[0, 0, -0.5, -0.5, 0], [0, -0.5, -0.5, 0, 0]]
    returns = multi_discount_returns(placed, [c.gamma for c in channels], mask)
    late = -0.5 * (0.99 + 0.99**2)
    np.testing.assert_allclose(returns[1], [late, -0.5 - 0.5 * 0.99, -0.5, 0, 0])
    np.testing.assert_allclose(returns[0, 4], 2.0)


def test_rewards_are_held_within_ten() -> None:
    channels = read_rewards(["cosine(wrong=[-80, -70], exceed=-90)"], 99, compact)
    placed = channel_rewards(channels, np.array([[-75.0]]), np.array([[5]]), np.array([[True]]))
    assert placed.tolist() == [[[-10.0]]]
