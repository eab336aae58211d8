"""Whether strategies wait for nothing but what they need, and what a call costs on the way.

    python benchmarks/schedule.py [--peers PYTHON]

A server in a process of its own answers each call after 100 ms, any number at once (fake.py).

1. Each strategy alone on one problem: its wall time beside that of the longest chain of calls which
   its method itself makes wait for each other. Target: at most 1.1 times that. Methods of optillm
   and dspy stand below by the same rule, where PYTHON, an interpreter, has them (this one, if none
   is named).
2. 128 problems with 16 samples each, 32 calls in flight: through contexts with the trace on disk,
   and as `loom eval` does it (graded and stored as well), beside bare aiohttp that makes as many
   calls with the same prompts. All open their connections within the time. Target: wall at most
   1.05 times that of bare aiohttp, and at most 0.5 ms of CPU a call, all threads of the client's
   process.
3. The tokens that the ledgers report beside those that the server counted, over all of this but
   solves that cut a decided vote short, for nobody read what the server had sent by then. Target:
   equal.

Repetitions take turns, so that what else the machine does falls on all; geometric means with 95 %
t-intervals. Our longest chain is read from the trace, whatever the clock says; that of a peer is
the server's: the most calls of which each arrived after the one before it had been answered.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from functools import partial
from pathlib import Path

from client import add_repetitions, check_repetitions, fake_server, machine
from fake import totals
from schedule_alone import TARGET, strategies
from schedule_batch import CPU_TARGET_MS, PROBLEMS, WALL_TARGET, batch
from schedule_books import Books, usage
from schedule_peers import opened_peers


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    add_repetitions(parser)
    parser.add_argument("--problems", type=int, default=PROBLEMS, help="of the batch")
    parser.add_argument("--only", choices=("strategies", "batch"), help="one of the two tables")
    peers = "an interpreter that has optillm or dspy (default: this one)"
    parser.add_argument("--peers", metavar="PYTHON", default=sys.executable, help=peers)
    options = parser.parse_args()
    check_repetitions(parser, options.repetitions)
    if shutil.which(options.peers) is None:
        parser.error(
            f"--peers {options.peers}: there is no such program: name a Python interpreter"
        )
    print(machine())
    os.environ.pop("OPENAI_API_KEY", None)
    with fake_server(str(Path(__file__).with_name("fake.py"))) as url:
        books, kept = Books(url), {}
        if options.only != "batch":
            name = f"wall at most {TARGET} x the least chain"
            with opened_peers(options.peers, url, partial(totals, url)) as there:
                kept[name] = strategies(books, there, options.repetitions)
        if options.only != "strategies":
            name = f"batch at most {WALL_TARGET} x bare aiohttp and {CPU_TARGET_MS} ms CPU a call"
            kept[name] = batch(books, options.problems, options.repetitions)
        kept["tokens equal"] = usage(books)
    print("\ntargets: " + "; ".join(f"{n}: {'met' if k else 'missed'}" for n, k in kept.items()))
    return 0 if all(kept.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
