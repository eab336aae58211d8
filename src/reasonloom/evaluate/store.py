"""A run on disk: one SQLite file, and beside it the trace of every attempt.

    NAME.db            settings, strategies, problems, attempts with their verdicts
    NAME.trace.jsonl   every event of every attempt (`events`), and the journal that a stopped run
                       goes on from

Tables, whose columns are the fields of `evaluate.records` and `Problem`:

    setting   name, value (JSON)                                  one row a field of Settings
    strategy  spec, made, lacks                                   one row an Arm
    problem   position, id, question, answer, topic, level, source, meta (JSON)
    attempt   problem, strategy, sample (the key), answer, text, candidates (JSON), ..., outcome

To read: `with open_run(path) as run:`, then `settings(run)`, `arms(run)`, `problems(run)`,
`attempts(run)`, `events(run, attempt)`. Reading is possible while another process writes.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from types import TracebackType
from typing import Any

from reasonloom.errors import StoreError
from reasonloom.evaluate.records import Arm, Attempt, Key, ModelUsed, Outcome, Settings
from reasonloom.events import Event
from reasonloom.problem import Problem

VERSION = 1
APPLICATION = 0x6C6F6F6D
"""Marks the file as ours in SQLite's header ("loom")."""
BUSY_S = 30.0

_SCHEMA = """
CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE strategy (spec TEXT PRIMARY KEY, made TEXT NOT NULL, lacks TEXT);
CREATE TABLE problem (
  position INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, question TEXT NOT NULL, answer TEXT,
  topic TEXT, level INTEGER, source TEXT, meta TEXT NOT NULL
);
CREATE TABLE attempt (
  problem TEXT NOT NULL, strategy TEXT NOT NULL, sample INTEGER NOT NULL,
  answer TEXT, text TEXT NOT NULL, stop_reason TEXT NOT NULL, candidates TEXT NOT NULL,
  confidence REAL, failure TEXT, error TEXT, detail TEXT NOT NULL, calls INTEGER NOT NULL,
  prompt_tokens INTEGER NOT NULL, completion_tokens INTEGER NOT NULL,
  reasoning_tokens INTEGER NOT NULL, cached_tokens INTEGER NOT NULL, usd REAL NOT NULL,
  seconds REAL NOT NULL, estimated INTEGER NOT NULL, overshot INTEGER NOT NULL,
  replayed INTEGER NOT NULL, depth INTEGER NOT NULL, path REAL NOT NULL,
  outcome TEXT, reason TEXT NOT NULL,
  PRIMARY KEY (problem, strategy, sample)
);
"""
_ATTEMPT = tuple(f.name for f in fields(Attempt))
_PROBLEM = tuple(f.name for f in fields(Problem))
_JSON = ("candidates", "detail", "meta")


class DamagedRun(StoreError):
    """A file that SQLite cannot read."""


@dataclass(slots=True)
class Run:
    """An open run; close it, or use it in a `with`."""

    path: Path
    db: sqlite3.Connection

    @property
    def trace(self) -> Path:
        return trace_path(self.path)

    def close(self) -> None:
        self.db.close()

    def __enter__(self) -> Run:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        self.close()


def trace_path(path: Path) -> Path:
    """Where the trace of a run lies."""
    return path.with_name(path.name.removesuffix(".db") + ".trace.jsonl")


def open_run(path: str | Path) -> Run:
    """Open a run to read it.

    Raises StoreError for a missing or foreign file and DamagedRun for one that cannot be read.
    """
    path = Path(path)
    if not path.is_file():
        raise StoreError(f"there is no run {path}: `loom eval --run {path}` makes one")
    return _opened(path, writable=False)


def open_to_write(path: Path) -> Run:
    """Open or create a run; the caller holds its lock. Raises StoreError as `open_run`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return _opened(path, writable=True)


def settings(run: Run) -> Settings | None:
    """What the run was asked for; None for one that has just been created."""
    with _reading(run):
        rows = run.db.execute("SELECT name, value FROM setting").fetchall()
        values = {name: json.loads(value) for name, value in rows}
    if not values:
        return None
    values["models"] = {role: _model(raw) for role, raw in values["models"].items()}
    return Settings(**values)


def arms(run: Run) -> list[Arm]:
    """The strategies, in the order in which they joined the run."""
    with _reading(run):
        rows = run.db.execute("SELECT spec, made, lacks FROM strategy ORDER BY rowid")
        return [Arm(*row) for row in rows]


def problems(run: Run) -> list[Problem]:
    """The problems, in the dataset's order."""
    with _reading(run):
        rows = run.db.execute(f"SELECT {', '.join(_PROBLEM)} FROM problem ORDER BY position")
        return [Problem(**_loaded(_PROBLEM, row)) for row in rows]


def attempts(run: Run, strategy: str | None = None) -> list[Attempt]:
    """All finished attempts, or those of one strategy, by problem, then strategy and sample."""
    with _reading(run):
        return list(_attempts(run, strategy))


def events(run: Run, attempt: Attempt | Key) -> list[Event]:
    """The trace of one attempt: of its last start, where a run was stopped before.

    Empty where the trace file is gone.
    """
    from reasonloom.evaluate.journal import events_of

    key = attempt if isinstance(attempt, Key) else attempt.key
    return events_of(run.trace, key.trace)


def write_settings(run: Run, new: Settings) -> None:
    rows = [(name, _json(value)) for name, value in asdict(new).items()]
    with _writing(run):
        run.db.executemany("INSERT OR REPLACE INTO setting VALUES (?, ?)", rows)


def write_arms(run: Run, new: Iterable[Arm]) -> None:
    """Add strategies, or say of known ones what they lack."""
    upsert = "INSERT INTO strategy VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET lacks=excluded.lacks"
    with _writing(run):
        run.db.executemany(upsert, [(arm.spec, arm.made, arm.lacks) for arm in new])


def write_problems(run: Run, new: Sequence[Problem], first: int) -> None:
    """Add problems; `first` is the position of the first of them."""
    marks = ", ".join("?" * (len(_PROBLEM) + 1))
    rows = [(first + i, *_dumped(_PROBLEM, problem)) for i, problem in enumerate(new)]
    with _writing(run):
        run.db.executemany(
            f"INSERT INTO problem (position, {', '.join(_PROBLEM)}) VALUES ({marks})", rows
        )


def write_attempts(run: Run, new: Iterable[Attempt]) -> None:
    """Add attempts in one transaction; one that was there before is replaced."""
    marks = ", ".join("?" * len(_ATTEMPT))
    rows = [_dumped(_ATTEMPT, attempt) for attempt in new]
    with _writing(run):
        run.db.executemany(
            f"INSERT OR REPLACE INTO attempt ({', '.join(_ATTEMPT)}) VALUES ({marks})", rows
        )


def write_verdicts(run: Run, verdicts: Mapping[Key, tuple[Outcome | None, str]]) -> None:
    """What the grader says of attempts: outcome and reason."""
    rows = [(*verdict, *key) for key, verdict in verdicts.items()]
    update = "UPDATE attempt SET outcome=?, reason=? WHERE problem=? AND strategy=? AND sample=?"
    with _writing(run):
        run.db.executemany(update, rows)


def _opened(path: Path, *, writable: bool) -> Run:
    mode = "rwc" if writable else "ro"
    uri = f"{path.absolute().as_uri()}?mode={mode}"
    try:
        db = sqlite3.connect(uri, uri=True, timeout=BUSY_S, check_same_thread=False)
    except sqlite3.OperationalError as bad:
        raise StoreError(f"cannot open the run {path} ({bad}): check the folder") from None
    run = Run(path, db)
    try:
        with _reading(run):
            _prepare(run, writable)
    except BaseException:
        db.close()
        raise
    return run


def _prepare(run: Run, writable: bool) -> None:
    db = run.db
    new = db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0
    if new and writable:
        db.execute("PRAGMA journal_mode=WAL")
        db.executescript(
            f"BEGIN; PRAGMA application_id={APPLICATION}; PRAGMA user_version={VERSION};"
            f"{_SCHEMA} COMMIT;"
        )
    if db.execute("PRAGMA application_id").fetchone()[0] != APPLICATION:
        raise StoreError(f"{run.path} is no run of `loom eval`: name another file")
    version = db.execute("PRAGMA user_version").fetchone()[0]
    if version != VERSION:
        raise StoreError(
            f"the run {run.path} has format {version} and this version reads {VERSION}: update"
            " reasonloom or begin another run"
        )
    found = db.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        raise sqlite3.DatabaseError(found)
    if writable:
        db.execute("PRAGMA synchronous=NORMAL")


@contextmanager
def _reading(run: Run) -> Iterator[None]:
    """Faults of the file become one sentence that says how to go on."""
    try:
        yield
    except sqlite3.OperationalError as bad:
        raise StoreError(f"the run {run.path} cannot be used ({bad})") from None
    except (sqlite3.DatabaseError, json.JSONDecodeError, KeyError, TypeError) as bad:
        raise DamagedRun(_damage(run.path, str(bad).splitlines()[-1])) from None


@contextmanager
def _writing(run: Run) -> Iterator[None]:
    with _reading(run), run.db:
        yield


def _damage(path: Path, bad: str) -> str:
    """What is wrong with a run's file, and what of it can be saved."""
    from reasonloom.evaluate.journal import count_calls

    calls = count_calls(trace_path(path))
    if not calls:
        return f"{path} is damaged or no run of `loom eval` ({bad}): name another file"
    return (
        f"the run {path} is damaged ({bad}), but its trace still holds {calls:,} calls: give the"
        " command of this run with --recover, which keeps the damaged file under another name and"
        " takes these calls from the trace instead of making them again"
    )


def _attempts(run: Run, strategy: str | None) -> Iterator[Attempt]:
    where = "" if strategy is None else "WHERE attempt.strategy = ?"
    rows = run.db.execute(
        f"SELECT {', '.join(f'attempt.{name}' for name in _ATTEMPT)} FROM attempt"
        " JOIN problem ON problem.id = attempt.problem"
        f" JOIN strategy ON strategy.spec = attempt.strategy {where}"
        " ORDER BY problem.position, strategy.rowid, attempt.sample",
        () if strategy is None else (strategy,),
    )
    for row in rows:
        found = Attempt(**_loaded(_ATTEMPT, row))
        yield replace(
            found,
            candidates=tuple(found.candidates),
            estimated=bool(found.estimated),
            overshot=bool(found.overshot),
        )


def _loaded(names: Sequence[str], row: Sequence[Any]) -> dict[str, Any]:
    values = dict(zip(names, row, strict=True))
    return values | {name: json.loads(values[name]) for name in _JSON if name in values}


def _dumped(names: Sequence[str], record: object) -> tuple[Any, ...]:
    values = ((name, getattr(record, name)) for name in names)
    return tuple(_json(value) if name in _JSON else _text(value) for name, value in values)


def _text(value: Any) -> Any:
    """Lone surrogates, which hostile replies may hold, are no text to SQLite."""
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value


def _json(value: Any) -> str:
    """By the standard library: it takes whole numbers of any size, which gym problems hold."""
    return json.dumps(value, default=_plain)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    return str(value)


def _model(raw: Mapping[str, Any]) -> ModelUsed:
    prices = raw["usd_per_million"]
    return ModelUsed(
        raw["spec"],
        raw["hash"],
        None if prices is None else (prices[0], prices[1], prices[2]),
        raw["priced_on"],
    )
