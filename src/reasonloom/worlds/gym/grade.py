"""Grades an answer to a gym problem: the right value, and full pay by reasoning-gym's own scorer.

The scorer alone is no grader. It pays in part for an answer that contains the reference, and some
families pay in full for what is only near it: coin_flip takes 0 for a chance of 0.00003. So our
comparison of values goes first, and exactly; it also keeps the scorer from numbers such as
1e999999999, which it would write out. What the scorer may then still refuse is the form: a fraction
that is not in lowest terms.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction

from reasonloom.errors import InputError
from reasonloom.grading import canonical, extract
from reasonloom.grading.canonical import value_side
from reasonloom.grading.clean import tidy
from reasonloom.grading.equal import compare
from reasonloom.grading.grade import Verdict
from reasonloom.problem import Problem
from reasonloom.worlds.gym.source import GymSource

_FRACTION = re.compile(r"\\[dtc]?frac\s*\{\s*(\d+)\s*\}\s*\{\s*(\d+)\s*\}")
_NUMBER = re.compile(r"(-?\d+(?:/\d+)?)(%)?(?: .+)?")
_AS_DIGITS = frozenset({"base_conversion"})
"""Families whose answer is a text of digits: `1e3` is not 1000 there."""


def grade(problem: Problem, text: str | None, *, is_text: bool = True) -> Verdict:
    """Judge a reply (or, without `is_text`, an answer) to a problem that GymSource drew.

    A verdict is never `ungradable` here. Raises InputError for a problem from elsewhere and where
    the extra is missing.
    """
    source = _source(problem)
    found = extract(text) if text and is_text else None
    answer = found.answer if found else "" if is_text else text or ""
    if not answer.strip():
        return Verdict("wrong", "no answer was found in the text")
    if not _right(problem, answer):
        return Verdict("wrong", "another value")
    if any(source.score(form, problem) == 1.0 for form in _spellings(source.name, answer)):
        return Verdict("correct", "full score by reasoning-gym")
    return Verdict("wrong", "the right value, but not in the form that was asked for")


def _source(problem: Problem) -> GymSource:
    if not (problem.source or "").startswith("gym:") or "metadata" not in problem.meta:
        raise InputError(
            f"the problem {problem.question[:40]!r} does not come from reasoning-gym"
            f" (its source is {problem.source}): grade it by its reference"
        )
    return GymSource.parse(str(problem.source))


def _right(problem: Problem, answer: str) -> bool:
    """Whether the value is exactly the reference's.

    A chance in coin_flip may also be the fraction behind its reference, which is a rounded decimal,
    or that fraction rounded to five digits or more.
    """
    gold = str(problem.answer)
    if canonical(gold) == canonical(answer) or _values(gold) & _values(answer):
        return True
    behind = problem.meta["metadata"].get("rational")
    return behind is not None and bool(
        compare(f"{behind['numerator']}/{behind['denominator']}", answer)
    )


def _values(answer: str) -> set[Fraction]:
    """The number in an answer; its unit stands in the question, and so may a percent sign."""
    found = _NUMBER.fullmatch(canonical(answer))
    if not found:
        return set()
    value = Fraction(found[1])
    if not found[2]:
        return {value}
    return {value / 100, value} if abs(value) > 1 else {value / 100}


def _spellings(name: str, answer: str) -> Iterator[str]:
    """The answer in the plain spellings that scorers read; none of them reduces a fraction."""
    plain = value_side(tidy(answer))
    yield plain
    if name in _AS_DIGITS:
        return
    yield _FRACTION.sub(r"\1/\2", plain)
    yield plain.replace(",", "")
    yield from (str(v) for v in _values(answer) if v.denominator == 1 or "%" in plain)
