"""Tell a unit from the number before it: `35 cm`, `12,000원`, `90°`, `€3.50`, `125 miles`.

The list holds units that school and competition answers use. A single letter is a unit only after a
space and only where it is rarely a variable (`5 m`, but neither `5m` nor `5 t`).
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import NamedTuple

MAX_UNIT = 30
"""Longest unit that is looked for, in characters (our choice)."""

_SINGULAR = frozenset(
    """
    mm cm dm km in ft yd mi mg kg lb oz ml mL cl dl sec min hr hrs ms
    Hz kHz kJ kW Pa mol USD KRW EUR mph kph bit byte
    inch inches foot feet yard mile meter metre kilometer kilometre centimeter centimetre
    millimeter millimetre gram kilogram ton tonne pound ounce liter litre gallon milliliter
    second minute hour day week month year degree radian unit point coin step time way hand
    dollar cent euro won yen people person student child children apple orange
    item piece square book ball digit word
    """.split()
)
_LETTERS = frozenset("msghLl")
_POWER = r"(?: ?\^ ?\{? ?-?[1-4] ?\}?)?"
_PREFIX = r"(?:(?:square|cubic|sq\.?|cu\.?) )?"
_LATIN = rf"{_PREFIX}([A-Za-z]+){_POWER}(?: ?(?:/|per) ?([A-Za-z]+){_POWER})?\.?"
_DEGREES = r"(?:°|\^ ?\{? ?\\circ ?\}?|\\degree) ?[CFK]?"
_DEGREE_MARK = re.compile(r"\^ ?\{? ?\\circ ?\}?|\\degree")
_SHORT = {
    "degree": "°", "feet": "ft", "foot": "ft", "inch": "in", "inches": "in",
    "meter": "m", "metre": "m", "centimeter": "cm", "centimetre": "cm",
    "millimeter": "mm", "millimetre": "mm", "kilometer": "km", "kilometre": "km",
    "gram": "g", "kilogram": "kg", "liter": "L", "litre": "L", "l": "L",
    "hour": "h", "hr": "h", "minute": "min", "second": "s", "sec": "s", "won": "원", "₩": "원",
}  # fmt: skip
_MONEY = "[€£¥₩₽₹]"
_HANGUL = "[가-힣]{1,6}(?: [가-힣]{1,6})?"
_UNIT = re.compile(rf" ?({_LATIN}|{_DEGREES}|{_MONEY}|{_HANGUL})")
_PERCENT = re.compile(r"\\?%|percent(?:age)?|pct|퍼센트|프로")

_SCALE = {
    "mm": ("length", "1/1000"), "cm": ("length", "1/100"), "m": ("length", "1"),
    "km": ("length", "1000"), "in": ("length", "0.0254"), "ft": ("length", "0.3048"),
    "yd": ("length", "0.9144"), "mi": ("length", "1609.344"), "mile": ("length", "1609.344"),
    "mg": ("mass", "1/1000"), "g": ("mass", "1"), "kg": ("mass", "1000"), 
    "s": ("time", "1"), "min": ("time", "60"), "h": ("time", "3600"), "day": ("time", "86400"),
    "week": ("time", "604800"), "mL": ("volume", "1/1000"), "ml": ("volume", "1/1000"),
    "L": ("volume", "1"), "cent": ("money", "1/100"), "dollar": ("money", "1"),
    "mm^2": ("area", "1/1000000"), "cm^2": ("area", "1/10000"), "m^2": ("area", "1"),
    "km^2": ("area", "1000000"), "°": ("angle", "1"),
}  # fmt: skip
"""Units that convert exactly: dimension and size in its base unit (SI; the yard of 1959)."""


class Quantity(NamedTuple):
    number: str
    unit: str
    """Empty where the text names none."""


def quantity(text: str) -> Quantity:
    """Split `text` (as `clean.tidy` leaves it) into the number's text and the unit's name."""
    if text[:1] and text[0] in "€£¥₩₽₹":
        return Quantity(text[1:].strip(), text[0])
    for end in range(max(0, len(text) - MAX_UNIT) + 1, len(text)):
        unit = _unit(text[end:]) if text[end - 1] in "0123456789.)}" else ""
        if unit:
            return Quantity(text[:end], unit)
    return Quantity(text, "")


def is_unit(text: str) -> bool:
    """Whether `text` alone is a unit or a percent sign."""
    return bool(_PERCENT.fullmatch(text) or _unit(" " + text))


def _unit(text: str) -> str:
    """The plain name of the unit that is all of `text`, or empty."""
    match = _UNIT.fullmatch(text)
    names = [name for name in match.groups()[1:] if name] if match else []
    if not match or not all(map(_known, names)):
        return ""
    if len(match[1]) == 1 and names and not text.startswith(" "):
        return ""
    return _plain(match[1])


def _known(name: str) -> bool:
    return name in _LETTERS or name in _SINGULAR or _singular(name) in _SINGULAR


def _singular(name: str) -> str:
    return name[:-1] if name.endswith("s") and len(name) > 3 else name


def _plain(unit: str) -> str:
    unit = re.sub(r"[\s{}]+", "", _DEGREE_MARK.sub("°", unit).rstrip("."))
    unit = _singular(unit) if _singular(unit) in _SINGULAR else unit
    return _SHORT.get(unit, unit)


def conversion(unit: str, other: str) -> Fraction | None:
    """How many of `other` make one `unit`: a factor, 0 when they measure different things.

    None when one of them is unknown here; then only the numbers can be compared.
    """
    if unit == other:
        return Fraction(1)
    (kind, size), (other_kind, other_size) = (_SCALE.get(name, ("", "0")) for name in (unit, other))
    if not kind or not other_kind:
        return None
    return Fraction(size) / Fraction(other_size) if kind == other_kind else Fraction(0)
