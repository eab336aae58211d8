from __future__ import annotations

import random

import pytest

from reasonloom.evaluate.paired import difference, mcnemar


def test_equal_arms_do_not_differ() -> None:
    arm = [True, False] * 50
    found = difference(arm, arm)
    assert (found.points, found.low, found.high, found.p) == (0, 0, 0, 1)
    assert str(found) == "+0.0 [+0.0, +0.0], not distinguishable"


def test_the_interval_covers_the_true_difference_in_about_95_of_100_cases() -> None:
    rng, covered = random.Random(1), 0
    for trial in range(200):
        one = [rng.random() < 0.7 for _ in range(150)]
        two = [rng.random() < 0.5 for _ in range(150)]
        found = difference(one, two, draws=500, seed=trial)
        covered += found.low <= 20 <= found.high
    assert 180 <= covered <= 200


def test_repetitions_of_one_problem_do_not_narrow_the_interval() -> None:
    rng = random.Random(2)
    one, two = ([rng.random() < p for _ in range(60)] for p in (0.7, 0.5))
    alone = difference(one, two)
    tenfold = difference(one * 10, two * 10, clusters=list(range(60)) * 10)
    assert tenfold.points == pytest.approx(alone.points)
    assert tenfold.high - tenfold.low == pytest.approx(alone.high - alone.low, rel=0.1)
    assert tenfold.problems == alone.problems == 60


@pytest.mark.parametrize(
    ("one", "two", "p"),
    [(0, 0, 1), (5, 5, 1), (6, 0, 2 / 64), (9, 1, 22 / 1024), (1, 9, 22 / 1024), (2, 1, 1)],
)
def test_mcnemar_is_the_exact_sign_test(one: int, two: int, p: float) -> None:
    assert mcnemar(one, two) == pytest.approx(p)


def test_arms_of_unequal_length_are_refused() -> None:
    with pytest.raises(ValueError, match="paired arms of 1 and 2 problems"):
        difference([True], [True, False])
