from __future__ import annotations

import numpy as np
import pytest

from reasonloom.train.rows import Row
from reasonloom.train.scorer.report import Graded, auc, brier, calibration, report


def graded(scores: list[float], values: list[float]) -> Graded:
    return Graded(np.array(scores), np.array(values), np.arange(len(scores)))


@pytest.mark.parametrize(
    ("scores", "values", "expected"),
    [
        ([0.1, 0.4, 0.35, 0.8], [0, 0, 1, 1], 0.75),
        ([0.5, 0.5], [0, 1], 0.5),
        ([0.9, 0.1], [0, 1], 0.0),
        ([0.2, 0.8], [0.25, 0.75], 0.75),
    ],
)
def test_auc_is_the_chance_that_a_right_completion_ranks_higher(
    scores: list[float], values: list[float], expected: float
) -> None:
    assert auc(graded(scores, values), np.ones(len(scores))) == pytest.approx(expected)


def test_brier_counts_completions_and_calibration_shares() -> None:
    units = graded([0.5, 0.5, 0.9], [0.25, 0.75, 1.0])
    assert brier(units, np.ones(3)) == pytest.approx((0.25 + 0.25 + 0.01) / 3)
    assert calibration(units, np.ones(3)) == pytest.approx(0.1 / 3)


def made_rows(count: int) -> tuple[list[Row], list[list[float]]]:
    rng = np.random.default_rng(3)
    rows, oracle = [], []
    for i in range(count):
        truth = rng.uniform(size=3)
        values = [*rng.binomial(8, truth[:2]) / 8, float(truth[2] > 0.5)]
        rows.append({"prompt": f"p{i // 2}", "steps": ["a"] * 3, "values": values})
        oracle.append(truth.tolist())
    return rows, oracle


def test_a_scorer_that_knows_is_told_from_one_that_does_not() -> None:
    rows, oracle = made_rows(80)
    told = report(rows, {"oracle": oracle, "flat": [[0.5] * 3] * 80})
    assert told["flat"]["auc"].mean == 0.5
    assert told["oracle"]["auc"].low > 0.7
    assert told["oracle - flat"]["auc"].low > 0 > told["oracle - flat"]["brier"].high
    assert told["oracle"]["auc"].clusters == 40


def test_what_cannot_be_told_is_left_out() -> None:
    rows = [{"prompt": "p", "steps": ["a"], "values": [1.0]}]
    told = report(rows, {"one": [[0.8]]})
    assert set(told["one"]) == {"brier", "calibration"}
