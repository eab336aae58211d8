"""Record what a model answered, and answer from the record without the model."""

from __future__ import annotations

import asyncio
import threading
from collections import defaultdict
from pathlib import Path
from typing import Any, BinaryIO

import orjson

from reasonloom.errors import StoreError
from reasonloom.models.codec import (
    content,
    digest,
    pack,
    read_profile,
    read_response,
    write_profile,
)
from reasonloom.models.protocol import Model, Profile, Request, Response
from reasonloom.models.wrapper import Wrapper

VERSION = 1


class Recorded(Wrapper):
    """Appends each request and its response to a JSONL file before it returns the response.

    The first line of a new file holds the model's name and profile. Failures are not recorded.
    """

    def __init__(self, inner: Model, path: Path) -> None:
        super().__init__(inner)
        self.path = path
        self._lock = threading.Lock()

    async def generate(self, request: Request) -> Response:
        response = await self.inner.generate(request)
        asked = content(request)
        line = pack({"key": digest(asked), "request": asked, "response": response})
        await asyncio.to_thread(self._append, line)
        return response

    def _append(self, line: bytes) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self._lock, self.path.open("ab") as file:
                if _cut_torn_line(self.path, file) == 0:
                    file.write(self._heading())
                file.write(line + b"\n")
        except OSError as bad:
            raise StoreError(f"cannot record to {self.path} ({bad.strerror})") from None

    def _heading(self) -> bytes:
        profile = write_profile(self.profile)
        return pack({"recording": VERSION, "model": self.name, "profile": profile}) + b"\n"


def _cut_torn_line(path: Path, file: BinaryIO) -> int:
    """Drop the half line that a killed run leaves; returns the size in bytes then."""
    size = file.tell()
    if size == 0:
        return 0
    with path.open("rb") as reader:
        reader.seek(-1, 2)
        if reader.read(1) == b"\n":
            return size
        reader.seek(0)
        size = reader.read().rfind(b"\n") + 1
    file.truncate(size)
    return size


class Replayed:
    """Answers from a recording. Equal requests get their responses in the order of the recording.

    A request is looked up by all its content, seeds included, and the count of equal ones before
    it, so the order in which different requests come does not matter.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._profile = Profile()
        self._found: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self._given: dict[str, int] = defaultdict(int)
        self._load()

    @property
    def name(self) -> str:
        return f"replay:{self.path}"

    @property
    def profile(self) -> Profile:
        return self._profile

    async def generate(self, request: Request) -> Response:
        key = digest(content(request))
        at = self._given[key]
        found = self._found.get(key, [])
        if at >= len(found):
            raise StoreError(self._missing(request, key, len(found)))
        self._given[key] += 1
        return read_response(found[at])

    async def close(self) -> None:
        pass

    def _missing(self, request: Request, key: str, times: int) -> str:
        last = request.messages[-1].content if request.messages else request.text or ""
        shown = " ".join(last.split())[-100:]
        what = f"was recorded {times} times only" if times else "was not recorded"
        return (
            f"{self.path}: this request {what}: ...{shown!r} (key {key[:12]}, n={request.n},"
            f" max_tokens={request.max_tokens}): record it by running once with the model"
            f' record(file="{self.path}", model=SPEC)'
        )

    def _load(self) -> None:
        try:
            lines = self.path.read_bytes().split(b"\n")
        except OSError as bad:
            raise StoreError(f"cannot read the recording {self.path} ({bad.strerror})") from None
        torn = len(lines) if lines[-1] else 0
        for number, line in enumerate(lines, 1):
            if line and number != torn:
                self._take(line, number)

    def _take(self, line: bytes, number: int) -> None:
        try:
            entry = orjson.loads(line)
            if "recording" in entry:
                self._profile = read_profile(entry["profile"])
            else:
                read_response(entry["response"])
                self._found[entry["key"]].append(entry["response"])
        except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError) as bad:
            raise StoreError(
                f"{self.path}:{number} is not a line of a recording ({bad}):"
                " delete the line or record again"
            ) from None
