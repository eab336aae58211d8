"""Processes side by side, for tasks of one thread each."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from threading import Thread


@contextmanager
def workers(processes: int) -> Iterator[ProcessPoolExecutor]:
    """At the first failure what has not begun is left out; what runs is waited for.

    A process ends with the one that began it, however that ends: else it would go on writing where
    the same command, begun again, writes too.
    """
    pool = ProcessPoolExecutor(processes, get_context("spawn"), initializer=_end_with_parent)
    try:
        yield pool
    finally:
        pool.shutdown(cancel_futures=True)


def _end_with_parent() -> None:
    Thread(target=_watch, daemon=True).start()


def _watch() -> None:
    parent = parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
