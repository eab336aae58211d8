"""Which families of reasoning-gym are taken: those whose answer is a number or its digits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reasonloom.errors import SpecError
from reasonloom.spec import unknown
from reasonloom.worlds.gym.steps import comes_out_whole

TOPICS = {
    "aiw": "logic",
    "base_conversion": "number_theory",
    "basic_arithmetic": "arithmetic",
    "chain_sum": "arithmetic",
    "coin_flip": "probability",
    "count_bits": "number_theory",
    "count_primes": "number_theory",
    "decimal_chain_sum": "arithmetic",
    "dice": "probability",
    "fraction_simplification": "arithmetic",
    "gcd": "number_theory",
    "gsm_symbolic": "word_problems",
    "lcm": "number_theory",
    "leg_counting": "word_problems",
    "letter_counting": "word_problems",
    "number_format": "arithmetic",
    "products": "arithmetic",
    "simple_equations": "algebra",
    "simple_geometry": "geometry",
}

REFUSED = {
    "decimal_arithmetic": "it rounds inside its expressions, and one reference in ten is off in"
    " the last digit",
    "number_sequence": "one of its items in a thousand takes half a minute to draw",
}
"""Numeric families that stay out, and why (measured on 2,000 to 5,000 items of version 0.1.25)."""


def check(name: str) -> None:
    """Raises SpecError for a family that is not taken, with the reason or the nearest name."""
    if name in REFUSED:
        raise SpecError(f"gym:{name} is not taken, since {REFUSED[name]}: use another family")
    if name not in TOPICS:
        raise SpecError(unknown("family", name, TOPICS, "of reasoning-gym with plain numbers"))


def sound(name: str, entry: Mapping[str, Any]) -> bool:
    """Whether the reference is the one right answer; a few items of these families are not so.

    basic_arithmetic rounds quotients down (one item in a hundred), simple_equations may lose its
    unknown (`0 = 0`), 50/50 in lowest terms is asked for as `1/1`, and gsm_symbolic has stories
    that end below zero, where its scorer drops the sign.
    """
    data = entry["metadata"]
    match name:
        case "basic_arithmetic":
            return comes_out_whole(data["expression"])
        case "simple_equations":
            return data["variable"] in data["equation"]
        case "fraction_simplification":
            return bool(data["simplified_denominator"] != 1)
        case "gsm_symbolic":
            return not entry["answer"].startswith("-")
    return True
