from __future__ import annotations

import pytest

from reasonloom.evaluate.budget_metrics import Run, control, performance, scaling


def test_control_is_the_percentage_within_the_bounds() -> None:
    assert control([100, 200, 300, 400], at_most=300) == 75
    assert control([100, 200, 300, 400], at_least=200, at_most=300) == 50


def test_scaling_is_in_points_per_thousand_tokens() -> None:
    assert scaling([Run(3_000, 0.6), Run(1_000, 0.5)]) == pytest.approx(5)


def test_scaling_is_the_mean_over_all_pairs_not_over_neighbours() -> None:
    runs = [Run(1_000, 0.5), Run(2_000, 0.7), Run(4_000, 0.7)]
    assert scaling(runs) == pytest.approx((20 + 20 / 3 + 0) / 3)


def test_thinking_that_hurts_scales_below_zero() -> None:
    assert scaling([Run(0, 0.5), Run(500, 0.4)]) == pytest.approx(-20)


def test_runs_at_the_same_tokens_are_one_point() -> None:
    runs = [Run(1_000, 0.4), Run(1_000, 0.6), Run(2_000, 0.6)]
    assert scaling(runs) == pytest.approx(10)
    with pytest.raises(ValueError, match="two different numbers"):
        scaling(runs[:2])


def test_performance_is_the_best_accuracy_in_percent() -> None:
    assert performance([Run(1, 0.25), Run(2, 0.75), Run(3, 0.5)]) == 75


def test_metrics_of_nothing_are_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        control([])
