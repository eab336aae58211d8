"""optillm and dspy on the fake server, as benchmarks/schedule.py drives them.

    python benchmarks/schedule_peers.py URL

Imports nothing but the two, so any environment that holds one of them will do. Prints a line of
JSON that says of each its version or why it is left out; then, for each method that is named on a
line of standard input, a line with the wall seconds of one solve and the reply, or with the error.

Each method is called as its own documentation says, with 8 samples where it takes a number, its
caches off, and its HTTP client kept from solve to solve. The other end of the pipe is `Peers`.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import Any, NamedTuple

QUESTION = "Let a be the greatest common divisor of 84 and 36. Find a."
SYSTEM = "You are a careful mathematician."
SAMPLES = 8

Solve = Callable[[], object]
Totals = Callable[[], Mapping[str, int]]


class Method(NamedTuple):
    """A way to solve, and the calls in a row that it needs whoever schedules it."""

    peer: str
    name: str
    least: int
    why: str

    @property
    def spec(self) -> str:
        return f"{self.peer} {self.name}"


class Solved(NamedTuple):
    """Wall seconds, the longest chain of calls, and how many were begun."""

    wall: float
    depth: int
    calls: int


METHODS = (
    Method("optillm", "cot_reflection", 1, "one call"),
    Method("optillm", "self_consistency", 1, "8 samples"),
    Method("optillm", "best_of_n", 2, "8 samples, ratings"),
    Method("optillm", "moa", 3, "3 samples, critique, final"),
    Method("dspy", "ChainOfThought", 1, "one call"),
    Method("dspy", "majority, n=8", 1, "8 samples"),
    Method("dspy", "majority, gathered", 1, "8 x acall under asyncio.gather"),
    Method("dspy", "BestOfN, N=8", 1, "8 samples, scored by a function"),
    Method("dspy", "MultiChainComparison", 2, "8 samples, comparison"),
)


def optillm(url: str) -> dict[str, Solve]:
    from openai import OpenAI

    client = OpenAI(base_url=url, api_key="none")
    ask = (SYSTEM, QUESTION, client, "same")
    cot: Any = import_module("optillm.cot_reflection")
    votes: Any = import_module("optillm.self_consistency")
    best: Any = import_module("optillm.bon")
    mixture: Any = import_module("optillm.moa")

    def consistent() -> object:
        return votes.AdvancedSelfConsistency(client, "same", SAMPLES).evaluate(SYSTEM, QUESTION)

    return {
        "cot_reflection": lambda: cot.cot_reflection(*ask),
        "self_consistency": consistent,
        "best_of_n": lambda: best.best_of_n_sampling(*ask, n=SAMPLES),
        "moa": lambda: mixture.mixture_of_agents(*ask),
    }


def dspy(url: str) -> dict[str, Solve]:
    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
    lib: Any = import_module("dspy")
    model = lib.LM("openai/same", api_base=url, api_key="none", cache=False, temperature=0.7)
    lib.configure(lm=model, adapter=lib.JSONAdapter())
    form = "question -> answer"
    one = lib.ChainOfThought(form)
    eight = lib.ChainOfThought(form, n=SAMPLES)
    best = lib.BestOfN(one, N=SAMPLES, reward_fn=lambda _, reply: 0.5, threshold=1.0)
    compare = lib.MultiChainComparison(form, M=SAMPLES)

    async def gathered() -> object:
        replies = await asyncio.gather(*(one.acall(question=QUESTION) for _ in range(SAMPLES)))
        return lib.majority([{"answer": reply.answer} for reply in replies])

    return {
        "ChainOfThought": lambda: one(question=QUESTION),
        "majority, n=8": lambda: lib.majority(eight(question=QUESTION)),
        "majority, gathered": lambda: asyncio.run(gathered()),
        "BestOfN, N=8": lambda: best(question=QUESTION),
        "MultiChainComparison": lambda: compare(
            list(eight(question=QUESTION).completions), question=QUESTION
        ),
    }


def opened(url: str) -> tuple[dict[str, str], dict[str, str], dict[str, Solve]]:
    """Versions of the peers that can be imported, why the others cannot, and all methods."""
    versions: dict[str, str] = {}
    lacks: dict[str, str] = {}
    methods: dict[str, Solve] = {}
    for name, open_peer in (("optillm", optillm), ("dspy", dspy)):
        try:
            versions[name] = version(name)
            made = open_peer(url)
        except PackageNotFoundError:
            lacks[name] = f"not installed in {sys.prefix}"
        except ImportError as bad:
            lacks[name] = f"{versions.pop(name)} cannot be imported ({bad})"
        else:
            methods |= {f"{name} {method}": solve for method, solve in made.items()}
    return versions, lacks, methods


def timed(solve: Solve) -> Mapping[str, object]:
    began = time.perf_counter()
    try:
        reply = solve()
    except Exception as bad:  # whatever a peer raises is a line of the table, not its end
        return {"error": f"{type(bad).__name__}: {' '.join(str(bad).split())[:300]}"}
    return {"wall": time.perf_counter() - began, "reply": str(reply)}


class Peers:
    """This file in a process of its own. Prints a line for each version and for what is missing.

    totals  what the server has counted since it was last asked
    """

    def __init__(self, process: subprocess.Popen[str], totals: Totals) -> None:
        self._process, self._totals = process, totals
        opened = self._read()
        for name, number in opened["versions"].items():
            print(f"{name} {number}")
        for name, why in opened["lacks"].items():
            print(f"{name}: {why}, left out: name an interpreter that has it with --peers")
        there = [method for method in METHODS if method.peer in opened["versions"]]
        self.methods = [method for method in there if self._works(method)]
        totals()  # what these trials used is in no ledger of ours

    def solve(self, method: Method) -> Solved:
        self._totals()
        told = self._asked(method)
        if "error" in told:
            sys.exit(f"{method.spec} worked at first and then failed: {told['error']}")
        counted = self._totals()
        return Solved(told["wall"], counted["chain"], counted["ok"])

    def _works(self, method: Method) -> bool:
        told = self._asked(method)
        wrong = told.get("error") or ("42" not in told["reply"] and "it did not find 42")
        if wrong:
            print(f"{method.spec}: {wrong}, left out")
        return not wrong

    def _asked(self, method: Method) -> dict[str, Any]:
        assert self._process.stdin is not None
        print(method.spec, file=self._process.stdin, flush=True)
        return self._read()

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            sys.exit("schedule_peers.py ended before its time: what it wrote stands above")
        told: dict[str, Any] = json.loads(line)
        return told


@contextlib.contextmanager
def opened_peers(python: str, url: str, totals: Totals) -> Iterator[Peers]:
    """Raises OSError where `python` cannot be run."""
    command = [python, __file__, url]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        try:
            yield Peers(process, totals)
        finally:
            process.terminate()


def main() -> None:
    replies, sys.stdout = sys.stdout, sys.stderr  # peers may print what they like
    versions, lacks, methods = opened(sys.argv[1])
    logging.disable(logging.INFO)
    print(json.dumps({"versions": versions, "lacks": lacks}), file=replies, flush=True)
    for line in sys.stdin:
        print(json.dumps(timed(methods[line.rstrip("\n")])), file=replies, flush=True)


if __name__ == "__main__":
    main()
