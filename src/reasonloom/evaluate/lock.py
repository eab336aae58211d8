"""One writer a run: a lock file that names the process which holds it.

The lock goes with the process, however it ends. The file itself is removed at a regular end; one
that a killed process left behind holds nobody up.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from reasonloom.errors import StoreError


@contextmanager
def locked(run: Path) -> Iterator[None]:
    """Hold the lock of a run. Raises StoreError where another process holds it, naming that."""
    path = run.with_name(run.name + ".lock")
    descriptor = _taken(run, path)
    try:
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        yield
    finally:
        path.unlink(missing_ok=True)
        os.close(descriptor)


def _taken(run: Path, path: Path) -> int:
    while True:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as bad:
            raise StoreError(f"cannot write beside the run {run}: {bad.strerror}") from None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(descriptor, 20, 0).decode() or "unknown"
            os.close(descriptor)
            raise StoreError(
                f"the run {run} is being written by another process (pid {holder}): wait for it,"
                " or name another file by --run"
            ) from None
        if _is_current(descriptor, path):
            return descriptor
        # Its holder removed the file between our opening and locking it: lock the new one.
        os.close(descriptor)


def _is_current(descriptor: int, path: Path) -> bool:
    try:
        return path.stat().st_ino == os.fstat(descriptor).st_ino
    except FileNotFoundError:
        return False
