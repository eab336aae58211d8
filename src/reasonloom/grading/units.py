"""Tell a unit from the number before it: `35 cm`, `12,000원`, `90°`, `€3.50`, `125 miles`.

The list holds units that school and competition answers use; a single letter that is more often a
variable (`x`, `n`, `a`) is no unit, so `5x` stays an expression.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_NAMES = re.findall(
    r"\S+",
    """
    mm cm dm m km in ft yd mi mg g kg t lb oz ml mL cl dl l L s sec min h hr hrs ms
    Hz kHz J kJ W kW V A N Pa K mol USD KRW EUR mph kph bit byte
    inch inches foot feet yard mile meter metre kilometer kilometre centimeter centimetre
    millimeter millimetre gram kilogram ton tonne pound ounce liter litre gallon milliliter
    second minute hour day week month year degree radian unit point coin step time way hand
    dollar cent euro won yen people person student child children apple orange
    item piece square book ball digit word
    """,
)
_PLURALS = [f"{name}s" for name in _NAMES if len(name) > 2 and not name.endswith("s")]
_NAME = "(?:" + "|".join(sorted({*_NAMES, *_PLURALS}, key=len, reverse=True)) + ")"
_POWER = r"(?: ?\^ ?\{? ?-?[1-4] ?\}?)?"
_LATIN = rf"(?:(?:square|cubic|sq\.?|cu\.?) )?{_NAME}{_POWER}(?: ?(?:/|per) ?{_NAME}{_POWER})?\.?"
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
_AFTER = re.compile(
    rf"(?<=[\d.}})]) ?({_LATIN}|{_DEGREES}|{_MONEY}|[가-힣]{{1,6}}(?: [가-힣]{{1,6}})?)"
)


class Quantity(NamedTuple):
    number: str
    unit: str
    """Empty where the text names none."""


def quantity(text: str) -> Quantity:
    """Split `text` (as `clean.tidy` leaves it) into the number's text and the unit's name."""
    if text[:1] and text[0] in "€£¥₩₽₹":
        return Quantity(text[1:].strip(), text[0])
    for match in _AFTER.finditer(text):
        if match.end() == len(text):
            return Quantity(text[: match.start()], _plain(match[1]))
    return Quantity(text, "")


def _plain(unit: str) -> str:
    unit = re.sub(r"[\s{}]+", "", _DEGREE_MARK.sub("°", unit).rstrip("."))
    unit = unit[:-1] if unit in _PLURALS else unit
    return _SHORT.get(unit, unit)
