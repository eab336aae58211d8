from __future__ import annotations

import random

import numpy as np
import pytest

from reasonloom.evaluate import bootstrap
from reasonloom.evaluate.bootstrap import accuracy, grouped, mean, resampled


def test_the_interval_covers_the_truth_in_about_95_of_100_cases() -> None:
    rng, covered = random.Random(3), 0
    for trial in range(200):
        arm = [rng.random() < 0.6 for _ in range(120)]
        found = accuracy(arm, draws=500, seed=trial)
        covered += found.low <= 0.6 <= found.high
    assert 180 <= covered <= 199


def test_samples_of_one_problem_do_not_narrow_the_interval() -> None:
    values = [float(i % 3 == 0) for i in range(50)]
    alone = mean(values)
    fourfold = mean(values * 4, list(range(50)) * 4)
    assert fourfold == alone
    taken_apart = mean(values * 4)
    assert taken_apart.high - taken_apart.low < 0.7 * (alone.high - alone.low)


def test_clusters_count_by_their_size() -> None:
    assert mean([1, 1, 1, 0], ["a", "a", "a", "b"]).mean == 0.75


@pytest.mark.parametrize(("right", "low", "high"), [(True, 0.025**0.1, 1), (False, 0, None)])
def test_ten_of_ten_are_no_proof_of_perfection(right: bool, low: float, high: float | None) -> None:
    found = accuracy([right] * 10)
    assert found.low == pytest.approx(low)
    assert found.high == pytest.approx(1 - 0.025**0.1 if high is None else high)


def test_resampling_in_pieces_gives_what_one_piece_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    sums, sizes = grouped([float(i) for i in range(7)])
    whole = resampled(sums, sizes, 50, 1)
    monkeypatch.setattr(bootstrap, "_AT_ONCE", 21)
    assert np.array_equal(resampled(sums, sizes, 50, 1), whole)


def test_nothing_has_no_mean() -> None:
    with pytest.raises(ValueError, match="0 values"):
        mean([])
    with pytest.raises(ValueError, match="2 values in 1 named"):
        mean([1, 2], ["a"])
