"""What the report says of roll-outs that are known."""

from __future__ import annotations

import pytest

from reasonloom.bookings import Spent
from reasonloom.data.many import costs
from reasonloom.problem import Problem
from reasonloom.train.trajectories import Outcome, Rolled, Scored, Settings
from reasonloom.train.trajectories.collect import Collected
from reasonloom.train.trajectories.report import Report, report
from reasonloom.trajectory import Step

OTHERS = tuple(Problem(f"q{i}") for i in range(3))


def scored(name: str, solved: str, *draws: str) -> Scored:
    outcomes = tuple(Outcome(mark == "x") for mark in solved)
    return Scored((Step(name),), draws, name, outcomes)


def rolled(*found: Scored, unreadable: int = 0) -> Rolled:
    return Rolled(Problem("q"), OTHERS, "prompt", found, unreadable, 0)


def told(*found: Rolled) -> Report:
    settings = Settings(k=4, m=3, margin=0.5)
    return report(Collected(list(found), []), settings, costs(Spent()))


def test_samples_the_greedy_one_and_the_best_are_told_apart() -> None:
    found = told(
        rolled(
            scored("a", "xx--", "greedy", "plan-0", "plan-1"),
            scored("b", "xxxx", "plan-2"),
            unreadable=1,
        )
    )
    assert found.sampled.mean == pytest.approx((0.5 + 0.5 + 1.0 + 0.0) / 4)
    assert (found.greedy.mean, found.best.mean) == (0.5, 1.0)
    assert found.histogram == {"0.50": 2, "1.00": 1}
    assert (found.usable.mean, found.pairs, found.granularity) == (1.0, 1, 0.25)


def test_a_best_that_luck_made_is_not_the_best_elsewhere() -> None:
    found = told(rolled(scored("a", "x-x-", "plan-0"), scored("b", "-x-x", "plan-1")))
    assert (found.best.mean, found.best_apart and found.best_apart.mean) == (0.5, 0.0)


def test_variance_and_its_part_by_chance() -> None:
    found = told(rolled(scored("a", "xx--", "plan-0"), scored("b", "xxxx", "plan-1")))
    assert found.variance == pytest.approx(0.0625)
    assert found.noise == pytest.approx((0.25 / 3 + 0) / 2)
    assert found.standard_error == pytest.approx((0.25 / 6) ** 0.5)


def test_a_single_trajectory_makes_no_pair_and_has_no_variance() -> None:
    found = told(rolled(scored("a", "xx--", "greedy", "plan-0")))
    assert (found.variance, found.pairs, found.usable.mean) == (None, 0, 0.0)


def test_a_report_is_plain_json_data() -> None:
    found = told(rolled(scored("a", "xxxx", "plan-0"))).as_json()
    assert found["settings"]["k"] == 4
    assert found["best"]["mean"] == 1.0
    assert found["standard_error"] == 0.0
