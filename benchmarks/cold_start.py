"""How long `loom solve` takes in a fresh process: median of five, with its parts.

    python benchmarks/cold_start.py [--runs 5] [QUESTION]

`wall` is the whole process as a shell sees it; import, load and solve are what the command prints.
"""

from __future__ import annotations

import argparse
import re
import statistics
import subprocess
import sys
import time
from pathlib import Path

MAKEFILE = Path(__file__).parents[1] / "Makefile"


def sample() -> str:
    found = re.search(r"SAMPLE \?= (.*)", MAKEFILE.read_text())
    assert found
    return found.group(1)


def once(question: str) -> dict[str, float]:
    """Seconds of one run by part. Raises when the command fails."""
    started = time.perf_counter()
    command = [sys.executable, "-c", "from reasonloom.cli import main; main()", "solve", question]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    wall = time.perf_counter() - started
    line = next(x for x in done.stdout.splitlines() if x.startswith("Time"))
    return {k: float(v) for k, v in re.findall(r"(\w+) ([\d.]+) s", line)} | {"wall": wall}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("question", nargs="?", default=sample())
    options = parser.parse_args()
    runs = [once(options.question) for _ in range(options.runs)]
    for part in ("import", "load", "solve", "wall"):
        seconds = [run[part] for run in runs]
        print(
            f"{part:7} median {statistics.median(seconds):5.2f} s"
            f"  (min {min(seconds):.2f}, max {max(seconds):.2f})"
        )


if __name__ == "__main__":
    main()
