"""Milliseconds to load the template library, to build its retriever, and for one query.

    python benchmarks/templates.py [--runs 5]

Medians over runs. Each run is a process of its own, with one thread for numpy; it counts its CPU
time, without that of imports. The queries are the templates' own descriptions.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys

PROGRAM = """
import json, time
from reasonloom.templates.library import Library
from reasonloom.templates.retrieve import Retriever
marks = [time.process_time()]
library = Library.load()
marks.append(time.process_time())
retriever = Retriever(library)
marks.append(time.process_time())
for template in library.templates:
    retriever.retrieve(template.description)
marks.append(time.process_time())
load, build, queries = (after - before for before, after in zip(marks, marks[1:]))
print(json.dumps({"load": load, "build": build, "query": queries / len(library)}))
"""


def once() -> dict[str, float]:
    """CPU seconds of one process by part."""
    one_thread = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
    command = [sys.executable, "-c", PROGRAM]
    done = subprocess.run(command, env=one_thread, capture_output=True, text=True, check=True)
    seconds: dict[str, float] = json.loads(done.stdout)
    return seconds


def main() -> None:
    parser = argparse.ArgumentParser(description="time to load, index and query the templates")
    parser.add_argument("--runs", type=int, default=5)
    runs = [once() for _ in range(parser.parse_args().runs)]
    for part in ("load", "build", "query"):
        spent = [1_000 * run[part] for run in runs]
        middle, low, high = statistics.median(spent), min(spent), max(spent)
        print(f"{part:5} median {middle:6.1f} ms  (min {low:.1f}, max {high:.1f})")


if __name__ == "__main__":
    main()
