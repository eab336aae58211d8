"""Processes side by side, for tasks of one thread each."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context


@contextmanager
def workers(processes: int) -> Iterator[ProcessPoolExecutor]:
    """At the first failure what has not begun is left out; what runs is waited for."""
    pool = ProcessPoolExecutor(processes, get_context("spawn"))
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)
