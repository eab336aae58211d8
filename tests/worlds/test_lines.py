"""The tests' own reader of work, because a reader that takes everything proves nothing."""

from fractions import Fraction

import lines
import pytest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2 + 3*4", 14),
        ("12/4", 3),
        ("(7 + 3)/4", Fraction(5, 2)),
        ("3x - 2*4 + x", 4),
        ("(x - 3)(x - 5)", 0),
        ("-7 - -2", -5),
    ],
)
def test_arithmetic_is_read_with_its_usual_precedence(text: str, expected: Fraction) -> None:
    assert lines.value(text, {"x": 3}) == expected


@pytest.mark.parametrize("text", ["", "2 +", "(3", "three", "3 & 4", "3)"])
def test_what_is_no_arithmetic_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        lines.value(text, {})


def test_one_false_side_is_found() -> None:
    line = "power 4: 3*3 = 9 = 1*8 + 2, 5 + 5 = 10"
    wrong, right = lines.equations(line)
    assert not lines.holds(wrong, {}) and lines.holds(right, {})
