"""The model calls of many attempts, from one reading of the trace."""

from __future__ import annotations

from collections.abc import Container
from pathlib import Path

from reasonloom.events import Call, SpanStart
from reasonloom.trace_file import iterate_trace


def calls_by_trace(path: Path, names: Container[str]) -> dict[str, list[Call]]:
    """The calls of each trace that is named, from its last start on; none where the file is gone.

    Raises StoreError for a line that is no event.
    """
    found: dict[str, list[Call]] = {}
    for event in iterate_trace(path) if path.exists() else ():
        if event.trace not in names:
            continue
        if isinstance(event, SpanStart) and not event.span:
            found[event.trace] = []
        elif isinstance(event, Call):
            found[event.trace].append(event)
    return found
