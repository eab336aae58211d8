"""A run that is killed and started again gives what an unbroken one gives."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import astuple, replace
from pathlib import Path
from typing import Any

from reasonloom.evaluate import store

AT_ONCE = 3
RUN = f"""
import asyncio, os, random, sys
from pathlib import Path
from reasonloom.evaluate.plan import Wish
from reasonloom.evaluate.runner import evaluate
from reasonloom.models.scripted import Scripted

def guess(request):
    number = random.Random(request.seeds[0]).randint(1, 3)
    return f"It is \\\\boxed{{{{{{number}}}}}}"

def slow(request):
    os.write(2, b"x")  # one letter a call
    return 0.002

data, path = map(Path, sys.argv[1:])
wish = Wish(str(data), ["reasonflux"], samples=3)
watch = lambda attempt: print(attempt.problem, flush=True)
model = Scripted(guess, delay=slow)
asyncio.run(evaluate(wish, model=model, path=path, concurrency={AT_ONCE}, watch=watch))
"""


def run(data: Path, path: Path, lines: int | None = None) -> int:
    """Run to the end, or kill -9 after so many finished attempts; how many calls were begun."""
    calls = path.with_suffix(".calls")
    command = [sys.executable, "-c", RUN, str(data), str(path)]
    with (
        calls.open("wb") as log,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log) as process,
    ):
        assert process.stdout is not None
        if lines is None:
            process.stdout.read()
            assert process.wait() == 0, calls.read_text()
        else:
            for _ in range(lines):
                assert process.stdout.readline(), calls.read_text()
            process.kill()
    return calls.stat().st_size


def results(path: Path) -> list[tuple[Any, ...]]:
    with store.open_run(path) as run:
        return [astuple(replace(a, seconds=0.0, path=0.0, replayed=0)) for a in store.attempts(run)]


def test_after_kill_9_the_result_is_the_same_and_only_calls_in_flight_are_made_again(
    tmp_path: Path,
) -> None:
    data = tmp_path / "data.jsonl"
    data.write_text(
        "".join(json.dumps({"question": f"{i}?", "answer": "2"}) + "\n" for i in "abcde")
    )
    whole = run(data, tmp_path / "whole.db")
    killed = tmp_path / "killed.db"
    calls = sum(run(data, killed, lines) for lines in (2, 3, None))
    assert results(killed) == results(tmp_path / "whole.db")
    assert len(results(killed)) == 15
    assert whole <= calls <= whole + 2 * AT_ONCE
