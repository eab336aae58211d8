from __future__ import annotations

import pytest

from reasonloom.train.rewards import soft_overlong_punishment


def test_it_falls_in_a_straight_line_over_the_last_tokens() -> None:
    lengths = [0, 16_384, 17_408, 18_432, 20_480, 30_000]
    punishments = soft_overlong_punishment(lengths, 20_480, 4_096)
    assert punishments.tolist() == [0.0, 0.0, -0.25, -0.5, -1.0, -1.0]


def test_it_has_the_value_that_trl_prints_for_its_own() -> None:
    assert soft_overlong_punishment([90], 100, 20).tolist() == [-0.5]


def test_without_a_cache_it_falls_past_the_maximum() -> None:
    assert soft_overlong_punishment([100, 101], 100, 0).tolist() == [0.0, -1.0]


@pytest.mark.parametrize(("max_length", "cache"), [(100, 101), (100, -1), (0, 0)])
def test_a_cache_outside_the_length_is_refused(max_length: int, cache: int) -> None:
    with pytest.raises(ValueError, match=f"cache is {cache} and max_length {max_length}"):
        soft_overlong_punishment([1], max_length, cache)
