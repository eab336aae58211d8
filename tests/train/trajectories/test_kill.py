"""A run that is killed and started again gives what an unbroken one gives."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

AT_ONCE = 3
RUN = f"""
import asyncio, os, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from sums import make, model, source
from reasonloom.models.scripted import Scripted
from reasonloom.train.trajectories import Settings

def slow(request):
    os.write(2, b"x")  # one letter a call
    return 0.002

plain = model()
sums = Scripted(plain._script, name="sums", delay=slow)
found = [source(a) for a in range(2, 12)]
work = make(found, Path(sys.argv[2]), Settings(k=4, m=0), model=sums, at_once={AT_ONCE},
            watch=lambda done, all: print(done, flush=True))
asyncio.run(work)
"""


def run(folder: Path, log: Path, problems: int | None = None) -> None:
    """Run to the end, or kill -9 after so many finished problems."""
    command = [sys.executable, "-c", RUN, str(Path(__file__).parent), str(folder)]
    with (
        log.open("ab") as calls,
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=calls) as process,
    ):
        assert process.stdout is not None
        if problems is None:
            process.stdout.read()
            assert process.wait() == 0, log.read_text()
        else:
            for _ in range(problems):
                assert process.stdout.readline(), log.read_text()
            process.kill()


def test_after_kill_9_the_set_is_the_same_and_only_what_was_in_flight_is_made_again(
    tmp_path: Path,
) -> None:
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    run(whole, tmp_path / "whole.calls")
    for problems in (2, 5, None):
        run(killed, tmp_path / "killed.calls", problems)
    for name in ("pairs.jsonl", "report.json"):
        assert (killed / name).read_bytes() == (whole / name).read_bytes()
    made = (tmp_path / "killed.calls").stat().st_size
    needed = (tmp_path / "whole.calls").stat().st_size
    # A unit in flight has made two calls at the most.
    assert needed <= made <= needed + 2 * 2 * AT_ONCE
