from __future__ import annotations

import math
from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reasonloom.evaluate.cost import Attempt, mean_cost, per_right, to_first_correct

ATTEMPTS = st.lists(st.builds(Attempt, st.integers(1, 9), st.booleans()), min_size=1, max_size=6)


def walked(order: tuple[Attempt, ...]) -> float:
    total = 0.0
    for attempt in order:
        total += attempt.cost
        if attempt.correct:
            return total
    return total


@given(ATTEMPTS)
@settings(max_examples=60, deadline=None)
def test_the_cost_is_that_over_all_orders(attempts: list[Attempt]) -> None:
    orders = list(permutations(attempts))
    found = to_first_correct(attempts)
    assert found.cost == pytest.approx(sum(map(walked, orders)) / len(orders))
    assert found.solved == any(a.correct for a in attempts)


def test_problems_that_were_never_solved_are_told_beside() -> None:
    solved = [Attempt(10, True), Attempt(20, False)]
    found = mean_cost([solved, [Attempt(100, False)]])
    assert found == (20, 60, 1, 2)
    assert mean_cost([[Attempt(5, False)]]).cost is None


def test_nothing_has_no_cost() -> None:
    with pytest.raises(ValueError, match="at least one attempt"):
        to_first_correct([])
    with pytest.raises(ValueError, match="at least one problem"):
        mean_cost([])


def test_a_right_answer_costs_what_the_wrong_ones_cost_too() -> None:
    problems = [[Attempt(10, i % 2 == 0), Attempt(30, True)] for i in range(20)]
    found = per_right(problems)
    assert found is not None
    assert found.mean == pytest.approx(20 * 40 / 30)
    assert found.low < found.mean < found.high < 40


def test_few_right_answers_leave_the_cost_without_an_upper_end() -> None:
    found = per_right([[Attempt(10, i == 0)] for i in range(8)])
    assert found is not None
    assert (found.mean, found.high) == (80, math.inf)
    assert per_right([[Attempt(10, False)]]) is None
