"""The inside of a grading worker: `python -m reasonloom.grading.child MEMORY_BYTES MODULE…`.

Reads one JSON request a line from standard input, `{"call": "module:function", "args": [...],
"seconds": 2.5}`, and writes one JSON reply a line, `{"value": ...}` or `{"error": "..."}`. The
modules named on the command line are imported before `{"value": "ready"}` is sent, so a call is
never slow for being the first. Only functions of ALLOWED modules can be called. The process ends
when its input does; an alarm ends it when a call outlives its time, even if the parent is gone.
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import signal
import sys
from collections.abc import Callable
from typing import Any, BinaryIO

ALLOWED = ("reasonloom.grading.", "reasonloom.templates.")
"""Module prefixes whose public functions a worker may call."""
GRACE_SECONDS = 1.0
"""The parent kills at the time limit; the worker's own alarm comes this much later."""


def allowed(call: str) -> bool:
    """Whether `call` reads `module:function` with an allowed module and a public name."""
    module, _, name = call.partition(":")
    return module.startswith(ALLOWED) and name.isidentifier() and not name.startswith("_")


def main() -> None:
    _limit(int(sys.argv[1]))
    requests, replies = _private_pipes()
    reply = _guarded(lambda: [importlib.import_module(name) for name in sys.argv[2:]] and "ready")
    _send(replies, reply)
    for line in requests:
        _send(replies, _answer(line))


def _limit(memory_bytes: int) -> None:
    """Cap memory; no core dumps and no file writes, for whatever a parser is talked into."""
    sys.dont_write_bytecode = True
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _private_pipes() -> tuple[BinaryIO, BinaryIO]:
    """Move the protocol off descriptors 0 and 1, so that a stray print cannot break it."""
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1):
        os.dup2(nothing, descriptor)
    return requests, replies


def _answer(line: bytes) -> dict[str, Any]:
    request = json.loads(line)
    signal.setitimer(signal.ITIMER_REAL, request["seconds"] + GRACE_SECONDS)
    reply = _guarded(lambda: _function(request["call"])(*request["args"]))
    signal.setitimer(signal.ITIMER_REAL, 0)
    return reply


def _function(call: str) -> Callable[..., Any]:
    if not allowed(call):
        raise PermissionError(f"{call!r} is not a public function of {', '.join(ALLOWED)}")
    module, _, name = call.partition(":")
    function = getattr(importlib.import_module(module), name)
    if getattr(function, "__module__", None) != module:
        raise PermissionError(f"{call!r} is defined elsewhere")
    return function  # type: ignore[no-any-return]


def _guarded(work: Callable[[], Any]) -> dict[str, Any]:
    """The result, or the error by type and message, for the caller to judge."""
    try:
        return {"value": work()}
    except (Exception, RecursionError, MemoryError) as bad:
        return {"error": f"{type(bad).__name__}: {str(bad)[:500]}"}


def _send(replies: BinaryIO, reply: dict[str, Any]) -> None:
    replies.write(json.dumps(reply).encode() + b"\n")
    replies.flush()


if __name__ == "__main__":
    main()
