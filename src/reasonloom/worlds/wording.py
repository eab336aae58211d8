"""Small grammar: ordinals in English, particles in Korean."""

from __future__ import annotations

import re

_ORDINAL = re.compile(r"(\d+)-th\b")
_PARTICLE = re.compile(r"([0-9A-Za-z])(을|로|이고|이|는)(?=[ .,]|$)")
_FINAL = frozenset("013678mnlrMNLR")
"""Digits and letters whose Korean reading ends in a consonant."""
_FINAL_L = frozenset("178lrLR")
_OPEN_FORM = {"을": "를", "로": "로", "이고": "고", "이": "가", "는": "는"}
_CLOSED_FORM = {"을": "을", "로": "으로", "이고": "이고", "이": "이", "는": "은"}


def mend(text: str) -> str:
    """`3-th` becomes `3rd`; a Korean particle takes the form that the number before it asks for."""
    return _PARTICLE.sub(_particle, _ORDINAL.sub(_ordinal, text))


def _ordinal(found: re.Match[str]) -> str:
    number = int(found.group(1))
    last = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if number % 100 in (11, 12, 13) else last}"


def _particle(found: re.Match[str]) -> str:
    before, particle = found.groups()
    if particle == "로" and before in _FINAL_L:
        return f"{before}로"
    return before + (_CLOSED_FORM if before in _FINAL else _OPEN_FORM)[particle]
