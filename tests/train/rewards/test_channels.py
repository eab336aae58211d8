from __future__ import annotations

import numpy as np
import pytest

from reasonloom.train.rewards import clipped, kl_channel, on_last_token, padded, whitened

MASK = np.array([[True, True, False], [True, True, True]])


def test_vectors_of_unequal_length_are_padded_to_the_right() -> None:
    matrix, mask = padded([[1.0, 2.0], [3.0, 4.0, 5.0], []])
    assert matrix.tolist() == [[1, 2, 0], [3, 4, 5], [0, 0, 0]]
    assert mask.tolist() == [[True, True, False], [True] * 3, [False] * 3]


def test_no_vectors_make_an_empty_matrix() -> None:
    assert padded([])[0].shape == (0, 0)


def test_a_scalar_stands_on_the_last_token_of_its_response() -> None:
    assert on_last_token([5.0, 7.0], MASK).tolist() == [[0, 5, 0], [0, 0, 7]]


def test_a_response_without_tokens_cannot_carry_a_reward() -> None:
    with pytest.raises(ValueError, match="response 1 has no token"):
        on_last_token([1.0, 2.0], [[True], [False]])


def test_a_nan_reward_is_named_with_its_response() -> None:
    with pytest.raises(ValueError, match=r"rewards\[1\] is nan"):
        on_last_token([1.0, np.nan], MASK)


def test_rewards_of_another_number_are_refused() -> None:
    with pytest.raises(ValueError, match=r"\(1,\) rewards for a mask of \(2, 3\)"):
        on_last_token([1.0], MASK)


def test_kl_is_a_cost_where_the_model_is_surer_than_its_reference() -> None:
    ours, theirs = np.full((2, 3), -1.0), np.full((2, 3), -3.0)
    assert kl_channel(ours, theirs, MASK).tolist() == [[-0.02, -0.02, 0], [-0.02] * 3]


def test_kl_leaves_out_what_stands_on_padding() -> None:
    ours = np.array([[0.0, 0.0, -np.inf], [0.0, 0.0, 0.0]])
    assert not kl_channel(ours, np.zeros((2, 3)), MASK).any()
    with pytest.raises(ValueError, match=r"logprobs\[0, 2\] is -inf"):
        kl_channel(ours, np.zeros((2, 3)), np.ones((2, 3), dtype=bool))


def test_rewards_are_clipped_at_ten() -> None:
    assert clipped([-11.0, -10.0, 3.0, 800.0]).tolist() == [-10.0, -10.0, 3.0, 10.0]


def test_an_infinite_reward_is_an_error_and_not_a_large_one() -> None:
    with pytest.raises(ValueError, match=r"rewards\[0\] is inf"):
        clipped([np.inf])


def test_whitening_looks_at_the_tokens_of_all_responses_and_at_no_padding() -> None:
    white = whitened([[1.0, 2.0, 1e9], [3.0, 4.0, 5.0]], MASK)
    inside = white[MASK]
    assert inside.mean() == pytest.approx(0.0)
    assert inside.var() == pytest.approx(1.0)
    assert white[0, 2] == 0.0
    assert inside.tolist() == pytest.approx([x / np.sqrt(2) for x in (-2, -1, 0, 1, 2)])


def test_equal_advantages_whiten_to_nothing() -> None:
    assert whitened([[3.0, 3.0, 9.0], [3.0, 3.0, 3.0]], MASK).tolist() == [[0.0] * 3] * 2


def test_a_batch_without_tokens_cannot_be_whitened() -> None:
    with pytest.raises(ValueError, match="the mask holds no token"):
        whitened([[1.0]], [[False]])
