from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasonloom.train.rewards import repeated_share_penalty, repetition_penalty
from reasonloom.train.rewards.inputs import token_ids
from reasonloom.train.rewards.ngrams import window_ranks

IDS = st.lists(st.integers(0, 2), max_size=60)


def by_the_book(ids: list[int], n: int, penalty: float) -> list[float]:
    """Algorithm 1, window by window."""
    seen: set[tuple[int, ...]] = set()
    vector = [0.0] * len(ids)
    for start in range(len(ids) - n + 1):
        window = tuple(ids[start : start + n])
        if window in seen:
            vector[start : start + n] = [penalty] * n
        seen.add(window)
    return vector


@given(IDS, st.integers(1, 9))
def test_it_is_the_papers_algorithm(ids: list[int], n: int) -> None:
    assert repetition_penalty(ids, n, -0.05).tolist() == by_the_book(ids, n, -0.05)


@given(IDS, st.integers(1, 9))
def test_windows_share_a_number_exactly_when_they_are_equal(ids: list[int], n: int) -> None:
    windows = [tuple(ids[i : i + n]) for i in range(len(ids) - n + 1)]
    ranks = window_ranks(token_ids(ids), n).tolist()
    assert len(ranks) == len(windows)
    assert len(set(zip(windows, ranks, strict=True))) == len(set(windows)) == len(set(ranks))


def test_the_first_occurrence_is_free_and_the_second_is_not() -> None:
    phrase = list(range(40))
    vector = repetition_penalty([*phrase, 99, *phrase])
    assert vector.tolist() == [0.0] * 41 + [-0.05] * 40


def test_forty_tokens_make_a_repeat_and_thirty_nine_do_not() -> None:
    phrase = list(range(39))
    assert not repetition_penalty([*phrase, 99, *phrase]).any()


def test_overlapping_repeats_do_not_stack() -> None:
    vector = repetition_penalty([7] * 200)
    assert vector.tolist() == [0.0] + [-0.05] * 199


def test_it_is_a_vector_over_tokens_and_not_a_share_of_the_whole() -> None:
    """Most copies carry the sequence-level function that the paper never ran (open-r1 276)."""
    ids = [1, 2, 3, 4, 1, 2, 9]
    assert repetition_penalty(ids, n=2, penalty=-1.0).tolist() == [0, 0, 0, 0, -1, -1, 0]
    assert repeated_share_penalty(ids, n=2, max_penalty=-1.0) == pytest.approx(-1 / 6)


@pytest.mark.parametrize("length", [0, 1, 39])
def test_a_response_below_one_window_is_not_penalised(length: int) -> None:
    """The share of no n-grams divided by zero in the original and its copies."""
    ids = [3] * length
    assert repetition_penalty(ids).tolist() == [0.0] * length
    assert repeated_share_penalty(ids, n=40, max_penalty=-1.0) == 0.0


def test_the_share_has_the_values_that_trl_prints_for_its_own() -> None:
    assert repeated_share_penalty([1, 2, 3, 4], n=2, max_penalty=-1.0) == 0.0
    assert repeated_share_penalty([5, 5, 5, 5, 5], n=2, max_penalty=-1.0) == -0.75


def test_large_ids_and_long_responses_do_not_overflow() -> None:
    rng = np.random.default_rng(0)
    ids = rng.integers(2**61, 2**62, 20_000)
    ids[-40:] = ids[:40]
    vector = repetition_penalty(ids)
    assert np.flatnonzero(vector).tolist() == list(range(19_960, 20_000))


def test_text_in_place_of_ids_is_refused() -> None:
    with pytest.raises(ValueError, match="token ids are whole numbers"):
        repetition_penalty("over and over and over")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="token ids are whole numbers"):
        repeated_share_penalty("over and over".split(), n=2, max_penalty=-1.0)


def test_a_repetition_must_not_pay() -> None:
    with pytest.raises(ValueError, match=r"penalty is 0\.05: it must not be positive"):
        repetition_penalty([1, 2], penalty=0.05)
    with pytest.raises(ValueError, match="max_penalty is 1"):
        repeated_share_penalty([1, 2], n=1, max_penalty=1.0)


def test_an_ngram_has_at_least_one_token() -> None:
    with pytest.raises(ValueError, match="n is 0"):
        repetition_penalty([1, 2], n=0)
