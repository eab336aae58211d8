"""What a maker of data has done so far: JSON lines that are only ever added to.

A line is written before its value is used, so a maker that is killed loses only what was in flight.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

import orjson

from reasonloom.errors import InputError, StoreError


class Journal:
    """Values by key; use it in a `with`. One process at a time writes to it.

    path   its file; a torn last line that a killed process left is cut off
    asked  what was asked for: the first line, which must be the same when the journal is gone on
           with

    Raises InputError where it was begun with something else, StoreError where the file is in use,
    cannot be opened or holds a line that cannot be read.
    """

    def __init__(self, path: Path, asked: Mapping[str, Any]) -> None:
        self.path = path
        self.done: dict[str, Any] = {}
        self._out = _opened(path)
        try:
            self._read(orjson.loads(orjson.dumps(dict(asked))))
        except BaseException:
            self._out.close()
            raise

    def put(self, key: str, value: Any) -> None:
        """Keep a value: it stands in the file when this returns."""
        self._write({"key": key, "value": value})
        self.done[key] = value

    async def once(self, key: str, make: Callable[[], Awaitable[Any]]) -> Any:
        """The value of `key`; `make` is asked for it only where the journal has none."""
        if key not in self.done:
            self.put(key, await make())
        return self.done[key]

    def close(self) -> None:
        self._out.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        self.close()

    def _read(self, asked: Mapping[str, Any]) -> None:
        lines = self._out.read().split(b"\n")
        whole = sum(len(line) + 1 for line in lines[:-1])
        self._out.truncate(whole)
        self._out.seek(whole)
        if not lines[:-1]:
            self._write({"asked": asked})
            return
        _same(self.path, self._line(lines[0], 1, "asked"), asked)
        for number, line in enumerate(lines[1:-1], 2):
            self.done[self._line(line, number, "key")] = self._line(line, number, "value")

    def _line(self, line: bytes, number: int, name: str) -> Any:
        try:
            return orjson.loads(line)[name]
        except (orjson.JSONDecodeError, KeyError, TypeError):
            raise StoreError(
                f"{self.path}:{number} is no line of a journal of `loom data`: remove the file to"
                " begin anew, or name another output"
            ) from None

    def _write(self, line: Mapping[str, Any]) -> None:
        try:
            self._out.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))
            self._out.flush()
        except OSError as bad:
            raise StoreError(f"cannot write the journal {self.path}: {bad.strerror}") from None


def _opened(path: Path) -> IO[bytes]:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        out = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644), "rb+")
    except OSError as bad:
        raise StoreError(f"cannot write the journal {path}: {bad.strerror}") from None
    try:
        fcntl.flock(out, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        out.close()
        raise StoreError(
            f"{path} is being written by another process: wait for it, or name another output"
        ) from None
    return out


def _same(path: Path, held: Mapping[str, Any], asked: Mapping[str, Any]) -> None:
    for name in {**held, **asked}:
        was, now = held.get(name), asked.get(name)
        if was != now:
            raise InputError(
                f"{path} was begun with {name}={was!r} and now it is {now!r}: name another output,"
                " or remove the journal to begin anew"
            )
