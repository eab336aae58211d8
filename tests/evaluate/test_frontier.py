from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reasonloom.evaluate.frontier import (
    Point,
    Setting,
    accuracy_at,
    difference_at,
    dominates,
    frontier,
)

POINTS = st.lists(
    st.builds(Point, st.just("a"), st.integers(1, 50), st.integers(0, 10)), min_size=1, max_size=12
)


@given(POINTS)
@settings(max_examples=100, deadline=None)
def test_the_frontier_is_what_nothing_dominates(points: list[Point]) -> None:
    kept = {p for p in points if not any(dominates(other, p) for other in points)}
    assert set(frontier(points)) == kept


@given(POINTS, st.integers(1, 60), st.integers(1, 60))
@settings(max_examples=100, deadline=None)
def test_more_tokens_never_hurt_and_settings_are_reached(
    points: list[Point], one: int, two: int
) -> None:
    low, high = (accuracy_at(points, t) for t in sorted((one, two)))
    assert low is None or (high is not None and high >= low - 1e-9)
    for point in points:
        reached = accuracy_at(points, point.tokens)
        assert reached is not None and reached >= point.accuracy - 1e-9


def test_between_two_settings_accuracy_is_mixed_and_beyond_them_not_made_up() -> None:
    arm = [Point("n=1", 100, 0.5), Point("n=4", 400, 0.8)]
    assert accuracy_at(arm, 200) == pytest.approx(0.6)
    assert accuracy_at(arm, 99) is None
    assert accuracy_at(arm, 4_000) == 0.8


def test_a_setting_below_the_line_between_two_others_is_not_used() -> None:
    arm = [Point("n=1", 100, 0.5), Point("n=2", 200, 0.51), Point("n=3", 300, 0.7)]
    assert accuracy_at(arm, 200) == pytest.approx(0.6)


def test_arms_are_paired_at_equal_tokens() -> None:
    right = [1.0, 0.0] * 40
    cheap = [Setting("n=1", [100.0] * 80, right), Setting("n=3", [300.0] * 80, [1.0] * 80)]
    dear = [Setting("one", [200.0] * 80, right)]
    found = difference_at(cheap, dear, 200)
    assert found is not None and found.points == pytest.approx(25)
    assert 15 < found.low < 25 < found.high < 35
    same = difference_at(cheap, dear, 200, seed=0)
    assert same == found
    assert difference_at(cheap, dear, 150) is None


def test_equal_arms_are_not_distinguishable() -> None:
    arm = [Setting("one", [5.0] * 10, [1.0, 0.0] * 5)]
    assert str(difference_at(arm, arm, 5)) == "+0.0 [+0.0, +0.0], not distinguishable"


def test_arms_on_different_problems_are_refused() -> None:
    one, two = Setting("a", [1.0], [1.0]), Setting("b", [1.0, 1.0], [1.0, 0.0])
    with pytest.raises(ValueError, match="must share their problems"):
        difference_at([one], [two], 2)
