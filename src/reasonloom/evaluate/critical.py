"""How deep an attempt was: its longest chain of calls that had to wait for each other.

Read from the tree of spans, not from the clock: what a busy machine did one after another though
it might have run together does not count. A span does one thing at a time, so its calls and its
groups of children follow each other; children whose lives overlap ran together.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from reasonloom.events import Call, Event, SpanEnd, SpanStart


class Critical(NamedTuple):
    """`depth` is the most calls in a chain, `seconds` the most time that one took."""

    depth: int = 0
    seconds: float = 0.0

    def then(self, other: Critical) -> Critical:
        return Critical(self.depth + other.depth, self.seconds + other.seconds)

    def beside(self, other: Critical) -> Critical:
        return Critical(max(self.depth, other.depth), max(self.seconds, other.seconds))


@dataclass(slots=True)
class _Span:
    """`own` is the chain of what has ended in it, `group` the children that still run together."""

    own: Critical = field(default_factory=Critical)
    group: Critical = field(default_factory=Critical)
    running: set[str] = field(default_factory=set)


def critical(events: Iterable[Event]) -> Critical:
    """Over the events of one attempt, in their order; cancelled calls are left out."""
    spans: dict[str, _Span] = {}
    for event in events:
        match event:
            case SpanStart(span=name):
                spans[name] = _Span()
                if name:
                    spans[_above(name)].running.add(name)
            case Call(span=name, status=status, seconds=seconds) if status != "cancelled":
                spans[name].own = spans[name].own.then(Critical(1, seconds))
            case SpanEnd(span=name) if name:
                _end(spans[_above(name)], name, spans[name].own)
            case _:
                pass
    return spans[""].own if "" in spans else Critical()


def _end(parent: _Span, name: str, found: Critical) -> None:
    parent.group = parent.group.beside(found)
    parent.running.discard(name)
    if not parent.running:
        parent.own, parent.group = parent.own.then(parent.group), Critical()


def _above(span: str) -> str:
    return span.rpartition("/")[0]
