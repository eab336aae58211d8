"""What the trace of a stopped run still gives: the finished calls of attempts that did not end.

An attempt that starts again makes the same requests with the same seeds. Those that were answered
before are answered from the trace, and booked as they were then, so that only calls which were in
flight are made twice, and its cost is that of an attempt that was never stopped.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Container, Iterator, Mapping
from pathlib import Path
from typing import IO

from reasonloom.errors import StoreError
from reasonloom.events import Call, Event, SpanStart, from_line, redact, request_digest
from reasonloom.models.protocol import Model, Request, Response
from reasonloom.models.wrapper import Wrapper

_HEAD = re.compile(rb'\{"event":"(\w+)","trace":("(?:[^"\\]|\\.)*")')
_ROOT = re.compile(rb'\{"event":"span_start","trace":"(?:[^"\\]|\\.)*","span":""')

Place = tuple[int, int]
"""Offset and length of a line, in bytes."""
Replies = Mapping[tuple[str, str], Response]
"""Replies by the model's name and the request's digest."""


class Journal:
    """Where in a trace file the calls of each trace stand; they are read when they are needed."""

    def __init__(self, path: Path, finished: Container[str] = ()) -> None:
        """`finished` names the traces that will not be asked for."""
        self.path = path
        self._places: dict[str, list[Place]] = defaultdict(list)
        offset = 0
        for line, kind, name in _lines(path):
            if kind == "call" and name not in finished:
                self._places[name].append((offset, len(line)))
            offset += len(line)

    def replies(self, name: str) -> Replies:
        """The replies of one trace; a line that cannot be read is a call that is made again."""
        places = self._places.pop(name, [])
        if not places:
            return {}
        with self.path.open("rb") as file:
            calls = [call for place in places if (call := _call(_read(file, place)))]
        return {
            (call.model, call.digest): call.response
            for call in calls
            if call.response is not None and call.status in ("ok", "cached")
        }


class Journaled(Wrapper):
    """Answers from a journal first; `replayed` counts the calls that it spared."""

    def __init__(self, inner: Model, replies: Replies) -> None:
        super().__init__(inner)
        self._name, self._replies = redact(inner.name), replies
        self.replayed = 0

    async def generate(self, request: Request) -> Response:
        found = self._replies.get((self._name, request_digest(request)))
        if found is None:
            return await self.inner.generate(request)
        self.replayed += 1
        return found


class Traces:
    """Every trace of a file, found in one pass, for whoever reads many of them."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._places: dict[str, list[Place]] = defaultdict(list)
        offset = 0
        for line, kind, name in _lines(path):
            if _ROOT.match(line):
                self._places[name].clear()
            if kind:
                self._places[name].append((offset, len(line)))
            offset += len(line)

    def events(self, name: str) -> list[Event]:
        """As `events_of`, without the lines that cannot be read."""
        places = self._places.get(name, [])
        if not places:
            return []
        with self.path.open("rb") as file:
            return [event for place in places if (event := _event(_read(file, place)))]


def events_of(path: Path, name: str) -> list[Event]:
    """The events of one trace, from its last start on; none where the file is not there."""
    found: list[Event] = []
    for line, kind, other in _lines(path):
        if other != name:
            continue
        event = from_line(line)
        if kind == "span_start" and isinstance(event, SpanStart) and not event.span:
            found.clear()
        found.append(event)
    return found


def count_calls(path: Path) -> int:
    """How many calls a trace file holds; 0 where there is none."""
    return sum(kind == "call" for _, kind, _ in _lines(path))


def _lines(path: Path) -> Iterator[tuple[bytes, str, str]]:
    """Each line with its kind of event and the name of its trace; both empty for a damaged one."""
    try:
        with path.open("rb") as lines:
            for line in lines:
                head = _HEAD.match(line)
                if head is None or not line.endswith(b"\n"):
                    yield line, "", ""
                else:
                    yield line, head[1].decode(), json.loads(head[2])
    except FileNotFoundError:
        return
    except OSError as bad:
        raise StoreError(f"cannot read the trace {path}: {bad.strerror}") from None


def _read(file: IO[bytes], place: Place) -> bytes:
    offset, length = place
    file.seek(offset)
    return file.read(length)


def _call(line: bytes) -> Call | None:
    event = _event(line)
    return event if isinstance(event, Call) else None


def _event(line: bytes) -> Event | None:
    """None for a line that is damaged."""
    try:
        return from_line(line)
    except StoreError:
        return None
