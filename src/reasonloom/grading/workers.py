"""Warm worker processes for code that may hang, explode or crash on hostile text.

A call that outlives its time limit is killed with SIGKILL and a fresh worker takes the place. What
goes in and comes out is JSON over a socket pair: no pickle, no evaluation. Nothing is tied to an
event loop, so one pool serves several loops one after another, with no threads of its own.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Literal, Self

from reasonloom.errors import LoomError, UsageError
from reasonloom.grading.child import ALLOWED, allowed

MEMORY_BYTES = 2 << 30
"""Address space of one worker (our choice: sympy and math-verify need about 0.3 GB of it)."""
START_SECONDS = 60.0
"""How long a worker may take to import its modules (our choice; about 1 s on an idle core)."""
MAX_REPLY_BYTES = 4 << 20
_KEPT_ENVIRONMENT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a call: a value, or why there is none.

    `timeout`: killed at its time limit. `crash`: the process died (memory, a fault in native code).
    `error`: the function raised; `detail` holds type and message.
    """

    value: Any = None
    failure: Literal["timeout", "crash", "error"] | None = None
    detail: str = ""


@dataclass(slots=True, eq=False)
class _Worker:
    process: subprocess.Popen[bytes]
    channel: socket.socket
    ready: bool = False
    received: bytearray = field(default_factory=bytearray)
    loop: asyncio.AbstractEventLoop | None = None

    async def line(self) -> bytes:
        """The next reply; empty when the process has closed its end."""
        loop = asyncio.get_running_loop()
        while b"\n" not in self.received and len(self.received) < MAX_REPLY_BYTES:
            chunk = await loop.sock_recv(self.channel, 1 << 16)
            if not chunk:
                return b""
            self.received += chunk
        line, _, rest = bytes(self.received).partition(b"\n")
        self.received[:] = rest
        return line

    def kill(self) -> None:
        self.channel.close()
        self.process.kill()
        self.process.wait()


class WorkerPool:
    """Up to `size` workers, each started when first needed and kept warm.

    `preload` names the modules that a worker imports before its first call; `memory_bytes` is the
    limit on its address space. Close it with `async with`, or with `close()`, which never waits.
    """

    def __init__(
        self,
        size: int = 2,
        preload: Sequence[str] = ("reasonloom.grading.symbolic",),
        memory_bytes: int = MEMORY_BYTES,
    ) -> None:
        if size < 1:
            raise UsageError(f"a pool of {size} workers can do nothing: ask for at least 1")
        self.size, self.preload, self.memory_bytes = size, tuple(preload), memory_bytes
        self._workers: set[_Worker] = set()
        self._idle: list[_Worker] = []
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._busy = 0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Kill every worker; calls in flight end as crashes. A later call starts new workers."""
        for worker in self._idle:
            self._discard(worker)
        self._idle.clear()
        for worker in self._workers:
            if worker.loop and worker.loop.is_running():
                worker.process.kill()
            else:
                worker.kill()  # its call was left behind by a loop that was stopped
        self._workers.clear()

    async def run(
        self,
        call: str,
        args: Sequence[Any],
        timeout: float = 2.5,  # noqa: ASYNC109 - the limit is a kill, not a cancellation
    ) -> Outcome:
        """Call `module:function` with JSON values in a worker; `timeout` in seconds.

        Neither the wait for a free worker nor its start counts towards the timeout.

        Raises UsageError for a function outside the allow-list, LoomError when no worker starts.
        """
        if not allowed(call):
            raise UsageError(f"workers only call public functions of {ALLOWED}, not {call!r}")
        request = json.dumps({"call": call, "args": list(args), "seconds": timeout}) + "\n"
        await self._turn()
        try:
            return await self._exchange(request.encode(), timeout)
        finally:
            self._busy -= 1
            self._wake()

    async def _turn(self) -> None:
        while self._busy >= self.size:
            place = asyncio.get_running_loop().create_future()
            self._waiting.append(place)
            try:
                await place
            except asyncio.CancelledError:
                if place.done() and not place.cancelled():
                    self._wake()
                raise
        self._busy += 1

    def _wake(self) -> None:
        while self._waiting:
            place = self._waiting.popleft()
            if not place.done() and not place.get_loop().is_closed():
                place.set_result(None)
                return

    async def _exchange(self, request: bytes, seconds: float) -> Outcome:
        worker = self._idle.pop() if self._idle else self._start()
        worker.loop, healthy = asyncio.get_running_loop(), False
        try:
            await self._until_ready(worker)
            async with asyncio.timeout(seconds):
                await asyncio.get_running_loop().sock_sendall(worker.channel, request)
                outcome = _outcome(await worker.line())
            healthy = outcome.failure != "crash"
            return outcome
        except TimeoutError:
            if worker in self._workers:
                self._idle.append(self._start())
            return Outcome(failure="timeout", detail=f"no result within {seconds:g} s")
        except ConnectionError as broken:
            return Outcome(failure="crash", detail=f"the worker died: {broken}")
        finally:
            if healthy and worker in self._workers:
                self._idle.append(worker)
            else:
                self._discard(worker)

    def _start(self) -> _Worker:
        here, there = socket.socketpair()
        here.setblocking(False)
        program = [sys.executable, "-P", "-m", "reasonloom.grading.child"]
        with there:
            process = subprocess.Popen(
                [*program, str(self.memory_bytes), *self.preload],
                stdin=there.fileno(),
                stdout=there.fileno(),
                stderr=subprocess.DEVNULL,
                env=_environment(),
                start_new_session=True,
            )
        worker = _Worker(process, here)
        self._workers.add(worker)
        return worker

    def _discard(self, worker: _Worker) -> None:
        self._workers.discard(worker)
        worker.kill()

    async def _until_ready(self, worker: _Worker) -> None:
        if worker.ready:
            return
        try:
            async with asyncio.timeout(START_SECONDS):
                outcome = _outcome(await worker.line())
        except TimeoutError:
            outcome = Outcome(failure="timeout", detail=f"not ready after {START_SECONDS:g} s")
        if outcome.failure:
            raise LoomError(
                f"a grading worker did not start ({outcome.detail}): check that"
                f" `{sys.executable} -c 'import {', '.join(self.preload)}'` works"
            )
        worker.ready = True


def _outcome(line: bytes) -> Outcome:
    with contextlib.suppress(json.JSONDecodeError):
        reply = json.loads(line)
        if "error" in reply:
            return Outcome(failure="error", detail=reply["error"])
        return Outcome(reply["value"])
    return Outcome(failure="crash", detail="the worker died or sent no readable reply")


def _environment() -> dict[str, str]:
    """Only what Python needs to start: no API key ever reaches a worker."""
    kept = {name: os.environ[name] for name in _KEPT_ENVIRONMENT if name in os.environ}
    return kept | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONHASHSEED": "0"}
