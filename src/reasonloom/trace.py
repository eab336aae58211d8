"""The trace of one solve: a tree of spans, whose leaves are the model calls."""

from __future__ import annotations

import time
from collections.abc import Callable

from reasonloom.bookings import Spent, Tally
from reasonloom.events import Call, Event, Note, SpanEnd, SpanStart, from_line, redact, to_line
from reasonloom.ledger import Clock
from reasonloom.trace_file import TraceFile, read_trace

Listener = Callable[[Event], None]


class Trace:
    """Keeps every event in memory, tells listeners, and writes to `file` where one is given.

    `name` tells the solves apart that share a file; a context that opens an unnamed trace names it
    after its problem.
    """

    def __init__(
        self, file: TraceFile | None = None, *, name: str = "", clock: Clock = time.monotonic
    ) -> None:
        self.events: list[Event] = []
        self.name, self._file, self._clock = name, file, clock
        self._start = clock()
        self._listeners: list[Listener] = []

    def now(self) -> float:
        """Seconds since the trace was opened."""
        return self._clock() - self._start

    def add(self, event: Event) -> None:
        """Keep an event; it reaches the disk with the next group."""
        self.events.append(event)
        if self._file:
            self._file.put(event)
        for listener in tuple(self._listeners):
            listener(event)

    async def commit(self, event: Event) -> None:
        """Keep an event and return once it is on disk.

        Raises StoreError if it cannot be written.
        """
        self.add(event)
        if self._file:
            await self._file.synced()

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` with every event from now on; the returned function ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    @property
    def calls(self) -> list[Call]:
        return [event for event in self.events if isinstance(event, Call)]

    def totals(self, span: str = "") -> Spent:
        """The sum over the call leaves of a span and those below it; the root is all of them.

        `seconds` runs from the first to the last event. Equal to the ledger otherwise.
        """
        tally = Tally()
        for call in self.calls:
            if not span or call.span == span or call.span.startswith(f"{span}/"):
                tally.add(call.booking)
        return tally.spent(self.events[-1].at - self.events[0].at if self.events else 0.0)


__all__ = [
    "Call",
    "Event",
    "Listener",
    "Note",
    "SpanEnd",
    "SpanStart",
    "Trace",
    "TraceFile",
    "from_line",
    "read_trace",
    "redact",
    "to_line",
]
