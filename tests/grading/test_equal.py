import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasonloom.grading.equal import compare

EQUAL = [
    ("50%", "50"),
    ("50%", "0.5"),
    ("5 cm", "5"),
    ("1.5 h", "90 min"),
    ("3 m", "300 cm"),
    ("5개", "5명"),
    ("1/3", "0.33333"),
    ("0.3", "0.30000000000000004"),
    ("12.34", "12.339999999999999"),
    ("1.22", "1,22"),
    ("(3/5, 8/3]", "(0.6, 2.6667]"),
]
DIFFERENT = [
    ("50", "0.5"),
    ("50%", "5"),
    ("0.5%", "0.5"),
    ("5 km", "5 m"),
    ("5 km", "5 kg"),
    ("1/3", "0.333"),
    ("2/3", "0.66666"),
    ("16386.16", "16386.17"),
    ("10000000000", "10000000001"),
    ("0.0000001", "0.0000002"),
    ("listen", "silent"),
    ("no solution", "one solution"),
    ("5", ""),
    ("", ""),
]
NEEDS_ALGEBRA = [
    ("2\\sqrt{2}", "\\sqrt{8}"),
    ("xy", "yx"),
    ("(1,2)", "(2,1)"),
    ("12", "7+5"),
    ("1.22", "1, 22"),
]


@pytest.mark.parametrize(("gold", "answer"), EQUAL)
def test_equal_amounts_are_decided_in_both_orders(gold, answer):
    assert compare(gold, answer) is compare(answer, gold) is True


@pytest.mark.parametrize(("gold", "answer"), DIFFERENT)
def test_different_amounts_are_decided_in_both_orders(gold, answer):
    assert compare(gold, answer) is compare(answer, gold) is False


@pytest.mark.parametrize(("gold", "answer"), NEEDS_ALGEBRA)
def test_what_needs_algebra_is_left_open(gold, answer):
    assert compare(gold, answer) is None


@given(st.fractions(max_denominator=1000), st.fractions(max_denominator=1000))
def test_exact_fractions_are_equal_only_when_they_are(one, other):
    assert compare(str(one), str(other)) is (one == other)
