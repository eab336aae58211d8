from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from reasonloom.train.rewards.inputs import (
    finite,
    not_positive,
    read_verdicts,
    token_counts,
    token_ids,
    within,
)


def test_verdicts_come_as_a_list_or_as_an_array() -> None:
    assert read_verdicts([True, False, None, np.True_]).tolist() == [1, 0, -1, 1]
    assert read_verdicts(np.array([True, False])).tolist() == [1, 0]


@pytest.mark.parametrize("verdict", [0.7, 1.0, 1, "correct", np.nan])
def test_a_score_is_no_verdict(verdict: Any) -> None:
    with pytest.raises(ValueError, match=r"verdicts\[1\] is .*None where there is no answer"):
        read_verdicts([True, verdict])


@pytest.mark.parametrize(
    "lengths", ["a text", ["two", "texts"], [1.5], [[1, 2], [3, 4]], [[1, 2], [3]], 7, [True]]
)
def test_lengths_that_are_no_token_counts_are_refused(lengths: Any) -> None:
    with pytest.raises(ValueError, match="numbers of tokens, one a response"):
        token_counts(lengths)


def test_padding_among_the_ids_is_named_with_its_place() -> None:
    with pytest.raises(ValueError, match=r"token ids\[2\] is -100: .*without padding"):
        token_ids([5, 6, -100])


def test_an_empty_batch_is_no_error() -> None:
    assert token_counts([]).shape == (0,)
    assert read_verdicts([]).shape == (0,)


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf, None])
def test_a_reward_that_is_no_number_is_named_with_its_index(bad: float | None) -> None:
    values: list[list[Any]] = [[0.0, 1.0], [2.0, bad]]
    with pytest.raises(ValueError, match=r"^rewards\[1, 1\] is .* \(1 of 4 are no finite number\)"):
        finite("rewards", values)


def test_a_single_value_that_is_no_number_is_named_without_an_index() -> None:
    with pytest.raises(ValueError, match=r"^overlong is nan"):
        not_positive(overlong=np.nan)


def test_what_stands_on_padding_does_not_count() -> None:
    mask = np.array([[True, False]])
    assert within("values", [[2.0, np.nan]], mask).tolist() == [[2.0, 0.0]]
    with pytest.raises(ValueError, match=r"values have shape \(2,\), the mask \(1, 2\)"):
        within("values", [2.0, 1.0], mask)
