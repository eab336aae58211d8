"""Traces on disk: a writer thread that commits events in groups, and the reader.

The event loop only puts events into a queue. The thread takes all that wait there, formats them,
writes them, and syncs the disk once for the whole group; then it wakes those who wait for it.
"""

from __future__ import annotations

import asyncio
import os
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from queue import SimpleQueue
from typing import IO

from reasonloom.errors import StoreError
from reasonloom.events import Event, from_line, to_line

GROUP_SECONDS = 0.003
"""Two syncs of the disk are at least this far apart (our choice)."""

_HEAD = b'{"event":"'

Waiter = tuple[asyncio.AbstractEventLoop, "asyncio.Future[None]"]


class TraceFile:
    """Appends to a trace file, one for any number of traces; close it, or use it in a `with`.

    A torn last line that a killed run left behind is cut off. Raises StoreError when the file
    cannot be opened.
    """

    def __init__(self, path: str | Path, *, group_seconds: float = GROUP_SECONDS) -> None:
        self.path, self._group_seconds = Path(path), group_seconds
        try:
            self._out = _open(self.path)
        except OSError as bad:
            raise StoreError(f"cannot write the trace {self.path}: {bad.strerror}") from None
        self._queue: SimpleQueue[Event | Waiter | None] = SimpleQueue()
        self._failure: StoreError | None = None
        self._closed = False
        self._thread = threading.Thread(target=self._write_groups, name="trace", daemon=True)
        self._thread.start()

    def put(self, event: Event) -> None:
        """Queue an event. Raises StoreError after a failed write or when closed."""
        if self._closed:
            raise StoreError(f"the trace {self.path} is closed: keep it open while a solve runs")
        if self._failure:
            raise self._failure
        self._queue.put(event)

    async def synced(self) -> None:
        """Return once all that was queued before is on disk."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[None] = loop.create_future()
        self._queue.put((loop, done))
        await done

    def close(self) -> None:
        """Write what is queued and close. Raises StoreError if that failed."""
        if self._closed:
            return
        self._closed = True
        self._queue.put(None)
        self._thread.join()
        self._out.close()
        if self._failure:
            raise self._failure

    def __enter__(self) -> TraceFile:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _write_groups(self) -> None:
        going, last = True, 0.0
        while going:
            first = self._queue.get()
            time.sleep(max(0.0, last + self._group_seconds - time.monotonic()))
            events, waiters, going = self._drain(first)
            self._write(events)
            last = time.monotonic()
            _wake(waiters, self._failure)

    def _drain(self, item: Event | Waiter | None) -> tuple[list[Event], list[Waiter], bool]:
        events: list[Event] = []
        waiters: list[Waiter] = []
        while item is not None:
            if isinstance(item, tuple):
                waiters.append(item)
            else:
                events.append(item)
            if self._queue.empty():
                return events, waiters, True
            item = self._queue.get()
        return events, waiters, False

    def _write(self, events: list[Event]) -> None:
        if self._failure or not events:
            return
        try:
            self._out.write(b"".join(map(to_line, events)))
            self._out.flush()
            os.fsync(self._out.fileno())
        except (OSError, TypeError, RecursionError) as bad:
            self._failure = StoreError(f"cannot write the trace {self.path}: {bad}")


def read_trace(path: str | Path) -> list[Event]:
    """All events of a trace file; a torn last line is left out.

    Raises StoreError for a file that cannot be read or a line that is no event.
    """
    return list(iterate_trace(path))


def iterate_trace(path: str | Path) -> Iterator[Event]:
    """`read_trace`, event by event."""
    try:
        with Path(path).open("rb") as lines:
            for number, line in enumerate(lines, 1):
                if not line.endswith(b"\n"):
                    return
                yield _event(line, path, number)
    except OSError as bad:
        raise StoreError(f"cannot read the trace {path}: {bad.strerror}") from None


def _event(line: bytes, path: str | Path, number: int) -> Event:
    try:
        return from_line(line)
    except StoreError as bad:
        raise StoreError(f"{path}:{number}: {bad}") from None


def _open(path: Path) -> IO[bytes]:
    out = path.open("ab+")
    out.seek(0)
    head = out.read(len(_HEAD))
    if head != _HEAD[: len(head)]:
        out.close()
        raise StoreError(f"{path} is not a trace and nothing was written to it: name another file")
    end = out.seek(0, os.SEEK_END)
    keep = end
    while keep:
        start = max(0, keep - 65_536)
        out.seek(start)
        newline = out.read(keep - start).rfind(b"\n")
        keep = start + newline + 1
        if newline >= 0:
            break
        keep = start
    if keep < end:
        out.truncate(keep)
    out.seek(0, os.SEEK_END)
    return out


def _wake(waiters: list[Waiter], failure: StoreError | None) -> None:
    groups: dict[asyncio.AbstractEventLoop, list[asyncio.Future[None]]] = defaultdict(list)
    for loop, done in waiters:
        groups[loop].append(done)
    for loop, futures in groups.items():
        try:
            loop.call_soon_threadsafe(_resolve, futures, failure)
        except RuntimeError:
            # The loop was closed while its last group was written: nobody waits there any more.
            continue


def _resolve(futures: list[asyncio.Future[None]], failure: StoreError | None) -> None:
    for done in futures:
        if done.cancelled():
            continue
        if failure:
            done.set_exception(StoreError(str(failure)))
        else:
            done.set_result(None)
