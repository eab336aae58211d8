from __future__ import annotations

from collections import Counter
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reasonloom.evaluate.sampling import Samples, avg_at_n, maj_at_k, pass_at_k

KEYS = ["a", "b", "c", "d", None]


def vote_of(subset: Samples, right: set[object]) -> float:
    counts = Counter(key for key, _ in subset if key is not None)
    best = max(counts.values(), default=0)
    winners = [key for key, count in counts.items() if count == best]
    return sum(key in right for key in winners) / len(winners) if winners else 0.0


@given(st.lists(st.sampled_from(KEYS), min_size=1, max_size=9), st.integers(1, 9))
@settings(max_examples=60, deadline=None)
def test_the_vote_is_that_over_all_subsets(keys: list[str | None], k: int) -> None:
    right: set[object] = {"a", "b"}
    samples = [(key, key in right) for key in keys]
    k = min(k, len(keys))
    subsets = list(combinations(samples, k))
    expected = sum(vote_of(s, right) for s in subsets) / len(subsets)
    assert maj_at_k(samples, k) == pytest.approx(expected)


@given(st.lists(st.booleans(), min_size=1, max_size=9), st.integers(1, 9))
@settings(max_examples=60, deadline=None)
def test_pass_at_k_is_that_over_all_subsets(correct: list[bool], k: int) -> None:
    k = min(k, len(correct))
    subsets = list(combinations(correct, k))
    expected = sum(map(any, subsets)) / len(subsets)
    assert pass_at_k(len(correct), sum(correct), k) == pytest.approx(expected)


def test_one_sample_of_a_vote_and_of_a_pass_are_the_average() -> None:
    samples = [("a", True), ("b", False), ("a", True), (None, False)]
    assert maj_at_k(samples, 1) == pass_at_k(4, 2, 1) == avg_at_n([[True, False, True, False]])


def test_doubling_the_samples_does_not_halve_the_average() -> None:
    correct = [[True, False], [True, True]]
    assert avg_at_n(correct) == avg_at_n([c * 2 for c in correct]) == 0.75


def test_a_vote_of_many_samples_is_still_exact() -> None:
    samples = [("a", True)] * 33 + [(i, False) for i in range(31)]
    assert maj_at_k(samples, 64) == 1
    assert 0.99 < maj_at_k(samples, 16) < 1


def test_what_needs_more_samples_than_there_are_is_refused() -> None:
    with pytest.raises(ValueError, match="pass@3 of 2"):
        pass_at_k(2, 1, 3)
    with pytest.raises(ValueError, match="maj@3 needs at least 3"):
        maj_at_k([("a", True)], 3)
    with pytest.raises(ValueError, match="at least one sample"):
        avg_at_n([[True], []])
