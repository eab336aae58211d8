"""Strategies on problems and on perturbed copies of them, as `perturb=…` of a world makes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reasonloom.evaluate.entries import Entry
from reasonloom.evaluate.paired import clear
from reasonloom.evaluate.records import Attempt
from reasonloom.evaluate.robustness import Robustness, Solved, robustness


@dataclass(frozen=True, slots=True)
class Twin:
    """One strategy on both. Problems that the change left as they were are not counted.

    label   of the strategy on the originals; `other`, of the same on the changed problems
    change  how the problems were perturbed
    p       of McNemar's exact test; None where a problem has several samples
    """

    label: str
    other: str
    change: str
    problems: int
    found: Robustness
    p: float | None

    @property
    def clear(self) -> bool:
        return clear(self.found.drop, self.p)

    @property
    def verdict(self) -> str:
        if not self.clear:
            return "not distinguishable"
        return "less accurate" if self.found.drop.points < 0 else "more accurate"


def set_apart(entries: Sequence[Entry]) -> tuple[list[Entry], list[Entry]]:
    """Those to compare with each other, and those on perturbed copies of these ones' problems.

    Without any on unchanged problems, all are compared.
    """
    plain = [entry for entry in entries if entry.source.change is None]
    if not plain:
        return list(entries), []
    return plain, [entry for entry in entries if entry.source.change is not None]


def twins(plain: Sequence[Entry], changed: Sequence[Entry]) -> list[Twin]:
    """Each strategy of `changed` beside the same one, on the same models, of `plain`."""
    return [
        twin
        for other in changed
        for entry in plain
        if _same(entry, other) and (twin := _twin(entry, other))
    ]


def _same(one: Entry, two: Entry) -> bool:
    return (one.arm.spec, one.source.settings.models, one.source.settings.budget) == (
        two.arm.spec,
        two.source.settings.models,
        two.source.settings.budget,
    )


def _twin(entry: Entry, other: Entry) -> Twin | None:
    """None where no problem of the one is the original of the other's."""
    before, after = _solved(entry, originals=False), _solved(other, originals=True)
    both = before.keys() & after.keys()
    if not both:
        return None
    found = robustness({key: before[key] for key in both}, {key: after[key] for key in both})
    problems = len({problem for problem, _ in both})
    p = found.drop.p if problems == len(both) else None
    return Twin(entry.label, other.label, str(other.source.change), problems, found, p)


def _solved(entry: Entry, *, originals: bool) -> Solved:
    found: dict[tuple[str, int], bool] = {}
    for asked, attempts in entry.attempts.items():
        original = entry.source.problems[asked].meta.get("original")
        if asked.answer is None or (originals and original == asked.id):
            continue
        found |= _by_sample(str(original) if originals else asked.id, attempts)
    return found


def _by_sample(problem: str, attempts: Sequence[Attempt]) -> Solved:
    return {(problem, a.sample): a.correct for a in attempts}
