"""Guesses of the next tokens, from what followed before."""

from __future__ import annotations

from reasonloom.models.local import guesses
from reasonloom.models.local.guesses import Guesses


def test_what_followed_once_is_guessed_again() -> None:
    known = Guesses()
    known.learn([1, 2, 3, 4, 5], 0)
    assert known.after([9, 1, 2], 2) == [3, 4]
    assert known.after([4], 3) == [5]
    assert known.after([7], 3) == []


def test_the_longest_run_counts_and_the_latest_of_equal_ones() -> None:
    known = Guesses()
    known.learn([1, 2, 3, 7, 2, 4], 0)
    assert known.after([1, 2], 1) == [3]
    assert known.after([7, 2], 1) == [4]
    assert known.after([2], 1) == [4]


def test_only_what_is_new_is_learnt() -> None:
    known = Guesses()
    known.learn([1, 2, 3], 2)
    assert known.after([1], 1) == []
    assert known.after([1, 2], 1) == [3]


def test_the_memory_is_bounded() -> None:
    known = Guesses()
    for token in range(guesses.MOST_RUNS // guesses.LONGEST):
        known.learn([token, token + 1, token + 2, token + 3, token + 4], 4)
    assert known.after([0, 1, 2, 3], 1) == [4]
    known.learn([1, 2, 3, 4, 5], 1)
    known.learn([8, 9], 1)
    assert known.after([0, 1, 2, 3], 1) == []
    assert known.after([8], 1) == [9]
