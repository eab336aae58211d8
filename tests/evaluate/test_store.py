from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from reasonloom.errors import StoreError
from reasonloom.evaluate import store
from reasonloom.evaluate.lock import locked
from reasonloom.evaluate.records import Arm, Attempt, Key, ModelUsed, Settings
from reasonloom.problem import Problem

ATTEMPT = Attempt(
    "p",
    "cot",
    1,
    "7",
    "so 7",
    "finished",
    candidates=("7", None),
    confidence=0.5,
    detail={"rounds": 3},
    calls=2,
    prompt_tokens=10,
    completion_tokens=4,
    usd=0.25,
    estimated=True,
    depth=2,
    path=0.5,
    outcome="correct",
    reason="the same text or value",
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A run with one problem, one strategy and one attempt."""
    path = tmp_path / "run.db"
    with store.open_to_write(path) as run:
        store.write_settings(run, Settings("d", {"default": ModelUsed("m", "h", (1.0, 0.5, 2.0))}))
        store.write_problems(run, [Problem("q?", "7", "p", meta={"big": 10**30})], 0)
        store.write_arms(run, [Arm("cot", "Cot()")])
        store.write_attempts(run, [ATTEMPT])
    return path


def test_what_is_written_is_read_back_as_it_was(path: Path) -> None:
    with store.open_run(path) as run:
        assert store.settings(run) == Settings(
            "d", {"default": ModelUsed("m", "h", (1.0, 0.5, 2.0))}
        )
        assert store.problems(run) == [Problem("q?", "7", "p", meta={"big": 10**30})]
        assert store.arms(run) == [Arm("cot", "Cot()")]
        assert store.attempts(run) == [ATTEMPT]
        assert store.attempts(run, "direct") == []
        assert store.attempts(run)[0].rounds == 3.0


def test_a_verdict_replaces_the_one_before_and_nothing_else(path: Path) -> None:
    with store.open_to_write(path) as run:
        store.write_verdicts(run, {ATTEMPT.key: ("wrong", "another value")})
        (found,) = store.attempts(run)
    assert (found.outcome, found.reason) == ("wrong", "another value")
    assert (found.answer, found.tokens, found.correct) == ("7", 14, False)


def test_a_strategy_keeps_its_place_when_the_model_turns_out_to_lack_it(path: Path) -> None:
    with store.open_to_write(path) as run:
        store.write_arms(run, [Arm("direct", "Direct()"), Arm("cot", "Cot()", "no such skill")])
        assert [(arm.spec, arm.lacks) for arm in store.arms(run)] == [
            ("cot", "no such skill"),
            ("direct", None),
        ]


def test_text_that_is_no_unicode_is_stored_all_the_same(path: Path) -> None:
    with store.open_to_write(path) as run:
        broken = Attempt("p", "cot", 2, "\ud800", "a\udfffb", "finished", detail={"x": "\ud800"})
        store.write_attempts(run, [broken])
        assert store.attempts(run)[1].text == "a?b"


def test_a_run_is_read_while_it_is_written(path: Path) -> None:
    with store.open_to_write(path) as writer, store.open_run(path) as reader:
        store.write_verdicts(writer, {ATTEMPT.key: ("wrong", "")})
        assert store.attempts(reader)[0].outcome == "wrong"


def test_a_missing_run_says_how_one_is_made(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"there is no run .*`loom eval --run"):
        store.open_run(tmp_path / "none.db")


def test_another_sqlite_file_is_no_run(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE t (a)")
    db.close()
    with pytest.raises(StoreError, match="is no run of `loom eval`"):
        store.open_run(path)


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    path.write_bytes(b"my notes\n" * 900)
    with pytest.raises(StoreError, match="no run of `loom eval`"):
        store.open_to_write(path)
    assert path.read_bytes() == b"my notes\n" * 900


def test_a_damaged_run_says_so_and_what_its_trace_still_holds(path: Path) -> None:
    line = {"event": "call", "trace": ATTEMPT.key.trace}
    store.trace_path(path).write_text(json.dumps(line, separators=(",", ":")) + "\n")
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\x55" * 9000)
    with pytest.raises(store.DamagedRun, match=r"is damaged .* holds 1 calls: .*--recover"):
        store.open_run(path)


def test_a_run_of_a_later_format_is_not_touched(path: Path) -> None:
    db = sqlite3.connect(path)
    db.execute("PRAGMA user_version=99")
    db.close()
    with pytest.raises(StoreError, match="has format 99"):
        store.open_to_write(path)


def test_a_second_process_is_refused_and_told_which_is_the_first(tmp_path: Path) -> None:
    path = tmp_path / "run.db"
    hold = (
        "import sys; from pathlib import Path; from reasonloom.evaluate.lock import locked\n"
        "with locked(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
    )
    command = [sys.executable, "-c", hold, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as first:
        assert first.stdout is not None
        assert first.stdout.readline() == b"held\n"
        with pytest.raises(StoreError, match=rf"another process \(pid {first.pid}\)"), locked(path):
            pass
        first.kill()
    with locked(path):
        assert (tmp_path / "run.db.lock").read_text() == str(os.getpid())
    assert not (tmp_path / "run.db.lock").exists()


def test_traces_are_named_by_problem_sample_and_strategy() -> None:
    assert Key("p", "cot", 1).trace == "p 1 cot"
