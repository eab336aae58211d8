from fractions import Fraction

import pytest

from reasonloom.grading.numbers import MAX_DIGITS, exact


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12),
        ("-12", -12),
        ("+12", 12),
        ("(12)", 12),
        (".5", Fraction(1, 2)),
        ("5.", 5),
        ("1,234", 1234),
        ("1 234", 1234),
        (r"\frac{-1}{2}", Fraction(-1, 2)),
        (r"-1\frac12", Fraction(-3, 2)),
        ("1 1/2", Fraction(3, 2)),
        ("(-3)/4", Fraction(-3, 4)),
        ("0.5/2", Fraction(1, 4)),
        ("2^{-3}", Fraction(1, 8)),
        ("-2^2", -4),
        ("10^{-2}", Fraction(1, 100)),
        (r"3 \cdot 10^4", 30000),
        ("1.5e-1", Fraction(3, 20)),
    ],
)
def test_numbers_are_read_exactly(text, value):
    assert exact(text) == value


@pytest.mark.parametrize(
    "text",
    ["", "-", "x", "1,23", "0,111", "1/0", r"\frac{1}{0}", "0^0", "--5", "1 2", "1/2/3", "12:00",
     "1 5/3", "1 000/3", "2^2^2", "1e401", "9^{99999}", "1" * (MAX_DIGITS + 1), "١/٠"],
)  # fmt: skip
def test_what_is_no_number_of_bounded_size_is_none(text):
    assert exact(text) is None
