from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasonloom.evaluate.report.scale import Scale, around, number

AMOUNTS = st.lists(st.floats(1, 1e7), min_size=1, max_size=8)


def test_ends_of_a_scale_lie_at_its_ends() -> None:
    scale = Scale(0, 100, 300, 20)
    assert [scale.at(v) for v in (0, 50, 100)] == [300, 160, 20]
    assert [tick.value for tick in scale.ticks()] == [0, 20, 40, 60, 80, 100]


def test_each_tenfold_is_as_long_on_a_logarithmic_scale() -> None:
    scale = Scale(10, 1000, 0, 200, log=True)
    assert [scale.at(v) for v in (10, 100, 1000)] == pytest.approx([0, 100, 200])


@given(AMOUNTS)
def test_all_values_lie_within_and_between_two_ticks_and_eight(values: list[float]) -> None:
    scale = around(values, 0, 400)
    assert all(0 <= scale.at(value) <= 400 for value in values)
    ticks = scale.ticks()
    assert 2 <= len(ticks) <= 8
    assert len({tick.label for tick in ticks}) == len(ticks)


def test_numbers_are_short() -> None:
    shown = [number(v) for v in (0, 0.5, 20, 1500, 20_000, 3e6)]
    assert shown == ["0", "0.5", "20", "1,500", "20k", "3M"]
