"""Of each strategy, how many of the equations that its models wrote on the way are false."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from reasonloom.evaluate.bootstrap import Estimate, accuracy
from reasonloom.evaluate.claims import claims
from reasonloom.evaluate.entries import Asked, Entry
from reasonloom.evaluate.journal import Traces
from reasonloom.evaluate.records import Attempt
from reasonloom.events import Call


@dataclass(frozen=True, slots=True)
class Falsehoods:
    """share      of the equations that can be checked, those that are false; by problem
    attempts   that were read; `stating`, those with an equation that can be checked
    unchecked  equations that could mean something else, so that they are not judged
    """

    label: str
    attempts: int
    stating: int
    checked: int
    false: int
    unchecked: int
    share: Estimate


def falsehoods(
    entry: Entry, problems: Sequence[Asked], traces: Mapping[Path, Traces]
) -> Falsehoods | None:
    """None where no equation can be checked."""
    made = [a for asked in problems for a in entry.attempts.get(asked, ())]
    replies = traces.get(entry.source.path)
    told = [[c.truth for text in _said(a, replies) for c in claims(text)] for a in made]
    flags = [(t == "false", a.problem) for a, ts in zip(made, told, strict=True) for t in ts
             if t != "unchecked"]  # fmt: skip
    if not flags:
        return None
    return Falsehoods(
        entry.label,
        len(made),
        sum(any(t != "unchecked" for t in truths) for truths in told),
        len(flags),
        sum(false for false, _ in flags),
        sum(truths.count("unchecked") for truths in told),
        accuracy([false for false, _ in flags], [problem for _, problem in flags]),
    )


def _said(attempt: Attempt, traces: Traces | None) -> list[str]:
    """Every reply with its thinking; the solution's text where the trace is gone."""
    events = traces.events(attempt.key.trace) if traces else []
    replies = [
        said
        for event in events
        if isinstance(event, Call) and event.response
        for choice in event.response.choices
        for said in (choice.reasoning, choice.text)
        if said
    ]
    return replies or [attempt.text]
