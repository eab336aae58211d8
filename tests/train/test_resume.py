"""Real runs of the command, killed for good in the middle, and gone on with."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytest.importorskip("trl")

from tests.train.tiny import pairs, rows_file, sums, tiny_model

STEPS, EVERY = 12, 2


def command(kind: str, rows: Path, out: Path, model: Path) -> list[str]:
    changes = {
        "batch": 8,
        "rows_at_once": 4,
        "steps": STEPS,
        "save_every": EVERY,
        "threads": 1,
        "learning_rate": 0.01,
    }
    told = [part for key, value in changes.items() for part in ("--set", f"{key}={value}")]
    program = "from reasonloom.cli import main; main()"
    where = [str(rows), str(out), "--model", f"local:{model}"]
    return [sys.executable, "-c", program, "train", kind, *where, *told]


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sft", "dpo"])
def test_a_run_that_was_killed_ends_with_the_same_weights_to_the_bit(
    kind: str, tmp_path: Path
) -> None:
    model = tiny_model(tmp_path / "tiny")
    rows = rows_file(tmp_path / "rows.jsonl", sums(64) if kind == "sft" else pairs(64))
    env = {**os.environ, "OMP_NUM_THREADS": "1"}
    subprocess.run(command(kind, rows, tmp_path / "whole", model), env=env, check=True)
    cut = tmp_path / "cut"
    for step in (4, 8):
        mark = cut / "checkpoints" / f"checkpoint-{step}" / "whole"
        process = subprocess.Popen(command(kind, rows, cut, model), env=env)
        while process.poll() is None and not mark.exists():
            time.sleep(0.002)
        assert process.poll() is None, "it ended before it could be killed"
        process.send_signal(signal.SIGKILL)
        process.wait()
    subprocess.run(command(kind, rows, cut, model), env=env, check=True)
    weights = [path / "model" / "model.safetensors" for path in (tmp_path / "whole", cut)]
    assert weights[0].read_bytes() == weights[1].read_bytes()
