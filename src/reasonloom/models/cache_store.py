"""A SQLite file of replies by key, read and written by one thread of its own."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import sqlite3
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from reasonloom.errors import StoreError

VERSION = 1
BUSY_S = 30.0
"""Seconds to wait for another process that writes to the same file."""
_SCHEMA = "CREATE TABLE IF NOT EXISTS reply (key TEXT PRIMARY KEY, value BLOB) WITHOUT ROWID"
_log = logging.getLogger("reasonloom.cache")


class CacheStore:
    """get and put never block the event loop; what is put while a write runs goes in one batch.

    A file that SQLite finds damaged is moved to NAME.corrupt-TIME, which is logged as a warning,
    and an empty one takes its place: replies are asked for again, nothing is deleted.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="loom-cache")
        self._db: sqlite3.Connection | None = None
        self._pending: dict[str, bytes] = {}
        self._lock = threading.Lock()
        self._failure: StoreError | None = None

    async def get(self, keys: Sequence[str]) -> list[bytes | None]:
        """The values in the order of the keys, None where there is none."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, self._read, keys)

    def put(self, items: dict[str, bytes]) -> None:
        """Take the items and write them soon. Raises StoreError if an earlier write failed."""
        if self._failure is not None:
            raise self._failure
        with self._lock:
            idle = not self._pending
            self._pending.update(items)
        if idle:
            self._pool.submit(self._flush)

    async def close(self) -> None:
        """Write what is left. Raises StoreError where that, or an earlier write, failed."""
        await asyncio.get_running_loop().run_in_executor(self._pool, self._shut)
        self._pool.shutdown(wait=False)
        if self._failure is not None:
            raise self._failure

    def _read(self, keys: Sequence[str]) -> list[bytes | None]:
        marks = ",".join("?" * len(keys))
        query = f"SELECT key, value FROM reply WHERE key IN ({marks})"
        for _ in range(2):
            try:
                found = dict(self._open().execute(query, keys).fetchall())
                return [found.get(key) for key in keys]
            except sqlite3.OperationalError as bad:
                raise self._unusable(bad) from None
            except sqlite3.DatabaseError as bad:
                self._set_aside(bad)
        return [None] * len(keys)

    def _flush(self) -> None:
        with self._lock:
            taken, self._pending = self._pending, {}
        rows = list(taken.items())
        for _ in range(2):
            try:
                with self._open() as db:
                    db.executemany("INSERT OR IGNORE INTO reply VALUES (?, ?)", rows)
                return
            except sqlite3.OperationalError as bad:
                self._failure = self._unusable(bad)
                return
            except sqlite3.DatabaseError as bad:
                self._set_aside(bad)
            except StoreError as bad:
                self._failure = bad
                return

    def _open(self) -> sqlite3.Connection:
        if self._db is not None:
            return self._db
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as bad:
            raise self._unusable(bad) from None
        db = sqlite3.connect(self.path, timeout=BUSY_S, check_same_thread=False)
        try:
            self._prepare(db)
        except BaseException:
            db.close()
            raise
        self._db = db
        return db

    def _prepare(self, db: sqlite3.Connection) -> None:
        version = db.execute("PRAGMA user_version").fetchone()[0]
        if version > VERSION:
            raise StoreError(
                f"the cache {self.path} has format {version} and this version reads {VERSION}:"
                " update reasonloom or name another file"
            )
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("PRAGMA synchronous=NORMAL")
        db.execute(_SCHEMA)
        db.execute(f"PRAGMA user_version={VERSION}")
        db.commit()

    def _set_aside(self, bad: sqlite3.DatabaseError) -> None:
        self._disconnect()
        aside = self.path.with_name(f"{self.path.name}.corrupt-{time.time_ns()}")
        for suffix in ("", "-wal", "-shm"):
            part = self.path.with_name(self.path.name + suffix)
            with contextlib.suppress(FileNotFoundError):
                part.rename(aside.with_name(aside.name + suffix))
        _log.warning(
            "the cache %s is damaged (%s): it is kept as %s and a new one is begun",
            self.path,
            bad,
            aside.name,
        )

    def _unusable(self, bad: Exception) -> StoreError:
        return StoreError(
            f"the cache {self.path} cannot be used ({bad}): check the folder, the free space and"
            " its permissions, or name another file"
        )

    def _disconnect(self) -> None:
        db, self._db = self._db, None
        if db is not None:
            db.close()

    def _shut(self) -> None:
        if self._pending:
            self._flush()
        self._disconnect()
