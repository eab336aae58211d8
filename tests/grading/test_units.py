from fractions import Fraction

import pytest

from reasonloom.grading.units import conversion, is_unit, quantity


@pytest.mark.parametrize(
    ("text", "number", "unit"),
    [
        ("35 cm", "35", "cm"),
        ("35cm^2", "35", "cm^2"),
        ("60 km/h", "60", "km/h"),
        ("25 square feet", "25", "squarefeet"),
        ("€3.50", "3.50", "€"),
        ("12,000원", "12,000", "원"),
        (r"90^\circ C", "90", "°C"),
        ("125 miles", "125", "mile"),
        ("5 m", "5", "m"),
        ("5 m^2", "5", "m^2"),
        ("5m", "5m", ""),
        ("5 t", "5 t", ""),
        ("5x", "5x", ""),
        ("5 n", "5 n", ""),
        ("12", "12", ""),
        ("cm", "cm", ""),
    ],
)
def test_a_unit_is_told_from_its_number(text, number, unit):
    assert quantity(text) == (number, unit)


def test_known_units_convert_exactly_and_unlike_ones_not_at_all():
    assert conversion("h", "min") == 60
    assert conversion("cm", "m") == Fraction(1, 100)
    assert conversion("km", "kg") == 0
    assert conversion("apple", "pear") is None


def test_only_units_are_units():
    assert is_unit("cm") and is_unit("percent") and is_unit("개")
    assert not is_unit("because") and not is_unit("")
