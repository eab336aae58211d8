from __future__ import annotations

import pytest

from reasonloom.train.rewards import BASE_MODEL, Correctness, correctness_reward


def test_a_right_answer_pays_one_and_nothing_else_does() -> None:
    assert correctness_reward([True, False, None]).tolist() == [1.0, 0.0, 0.0]


def test_a_base_model_is_told_wrong_from_unanswered() -> None:
    assert correctness_reward([True, False, None], BASE_MODEL).tolist() == [1.0, -0.5, -1.0]


@pytest.mark.parametrize("values", [{"wrong": 0.1}, {"no_answer": 0.1}, {"wrong": float("nan")}])
def test_failing_must_not_pay(values: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=next(iter(values))):
        Correctness(**values)
