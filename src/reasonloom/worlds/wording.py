"""Small grammar: ordinals in English, particles in Korean."""

from __future__ import annotations

import re

_ORDINAL = re.compile(r"(\d+)-th\b")
_PAIRS = [pair.split("/") for pair in "을/를 은/는 이/가 과/와 으로/로 이라/라 이고/고".split()]
_FORMS = {form: (closed, open_) for closed, open_ in _PAIRS for form in (closed, open_)}
"""A particle's form after a final consonant and its form after a vowel, by either."""
_PARTICLE = re.compile(
    rf"([0-9A-Za-z가-힣])({'|'.join(sorted(_FORMS, key=len, reverse=True))})(?=[ .,?]|$)"
)
_FINAL = frozenset("013678mnlrMNLR")
"""Digits and letters whose Korean reading ends in a consonant."""
_FINAL_L = frozenset("178lrLR")
_FIRST, _FINALS, _RIEUL = ord("가"), 28, 8
"""Hangul syllables are numbered by initial, vowel and final, of which there are 28 with none."""
_STEMS = frozenset("있없않같많적작높낮깊짧넓찾받먹읽놓넣남뽑묶접앉얻")
"""Verbs and adjectives whose endings 는 and 고 are no particles."""
_WORDS = frozenset(
    "가을 마을 노을 사이 차이 나이 아이 사과 초과 효과 증가 평가 인가 은가 는가 던가 달라".split()
)
"""Words, or their last two syllables, that end like a noun with a particle in the wrong form."""


def mend(text: str) -> str:
    """`3-th` becomes `3rd`; a Korean particle takes the form that the syllable before it asks for.

    The syllable may be Hangul, or a digit or letter as it is read aloud.
    """
    return _PARTICLE.sub(_particle, _ORDINAL.sub(_ordinal, text))


def _ordinal(found: re.Match[str]) -> str:
    number = int(found.group(1))
    last = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if number % 100 in (11, 12, 13) else last}"


def _particle(found: re.Match[str]) -> str:
    before, particle = found.groups()
    if found.group() in _WORDS or (before in _STEMS and particle in "는고"):
        return found.group()
    closed, open_ = _FORMS[particle]
    consonant, rieul = _ending(before)
    return before + (open_ if not consonant or (rieul and open_ == "로") else closed)


def _ending(letter: str) -> tuple[bool, bool]:
    """Whether a syllable, as it is read, ends in a consonant, and whether that is an l."""
    if letter.isascii():
        return letter in _FINAL, letter in _FINAL_L
    final = (ord(letter) - _FIRST) % _FINALS
    return final > 0, final == _RIEUL
