"""Processes of the experiments, when the command that began them is killed or a task fails."""

from __future__ import annotations

import math
import operator
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[2]))

from experiments.common.workers import workers

ROOT = Path(__file__).parents[2]
BUSY = """
import os, time
from experiments.common.workers import workers
with workers(1) as pool:
    print(pool.submit(os.getpid).result(), flush=True)
    pool.submit(time.sleep, 600)
    time.sleep(600)
"""


def test_a_process_ends_with_the_command_that_was_killed() -> None:
    command = [sys.executable, "-c", BUSY]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as begun:
        assert begun.stdout and int(begun.stdout.readline()) != begun.pid
        begun.kill()
        left, _ = begun.communicate(timeout=60)  # ends once nobody holds the output any more
    assert left == ""


def test_a_task_that_fails_is_told_and_leaves_out_what_has_not_begun() -> None:
    with pytest.raises(ZeroDivisionError), workers(1) as pool:
        failed = pool.submit(operator.truediv, 1, 0)
        waiting = [pool.submit(math.factorial, 20_000) for _ in range(50)]
        failed.result()
    assert any(one.cancelled() for one in waiting)
