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
import asyncio
import contextlib
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from client import (
    LATENCY_S,
    Clock,
    Mean,
    Sample,
    add_repetitions,
    bare_aiohttp,
    check_repetitions,
    fake_server,
    interval,
    machine,
    measure,
    shown,
    verdict,
)
from fake import totals
from reasonloom.api import TemplatesOnDemand, run
from reasonloom.context import Context, open_context
from reasonloom.evaluate import store
from reasonloom.evaluate.critical import critical
from reasonloom.evaluate.plan import Wish
from reasonloom.evaluate.records import Attempt
from reasonloom.evaluate.runner import evaluate
from reasonloom.ledger import Spent
from reasonloom.models.limited import forget_gates, gate_of
from reasonloom.models.protocol import Model
from reasonloom.models.resolve import resolve
from reasonloom.problem import Problem
from reasonloom.solution import Solution
from reasonloom.strategies.build import make_strategy
from reasonloom.strategies.cot import Cot
from reasonloom.strategies.dialects import dialect_of
from reasonloom.strategies.self_consistency import tally
from reasonloom.trace import Trace
from reasonloom.trace_file import TraceFile
from schedule_peers import METHODS, Method

PROBLEMS, SAMPLES, IN_FLIGHT = 128, 16, 32
DEPTH_TARGET, BATCH_TARGET, CPU_TARGET_MS = 1.1, 1.05, 0.5
QUESTION = "Let a be the greatest common divisor of 84 and 36. Find a."


class Case(NamedTuple):
    """A strategy, the model of the fake server, and the calls in a row that its method needs."""

    spec: str
    model: str
    least: int
    why: str


CASES = (
    Case("direct", "same", 1, "one call"),
    Case("cot", "same", 1, "one call"),
    Case("few_shot_cot", "same", 1, "one call"),
    Case("self_consistency(n=8)", "same", 1, "samples together"),
    Case("adaptive_consistency(n=8)", "same", 1, "a wave that agrees"),
    Case("universal_consistency(n=8)", "mixed", 2, "samples, choice"),
    Case("best_of_n(n=8)", "mixed", 2, "samples, scores"),
    Case("least_to_most", "same", 4, "parts, 2 answers in a row, whole"),
    Case("self_refine(iterations=2)", "same", 5, "draft, 2 x (feedback, draft)"),
    Case("reflexion(trials=3)", "same", 7, "3 x trial, 2 x (judgement, note)"),
    Case("chain_of_verification", "same", 4, "draft, questions, answers, final"),
    Case("debate(agents=3, rounds=2)", "mixed", 2, "2 rounds"),
    Case("budget_forcing(wait=2)", "same", 4, "thinking, 2 x after a Wait, answer"),
    Case("token_conditional", "same", 1, "one call"),
    Case("class_conditional", "same", 1, "one call"),
    Case("rejection_sampling", "same", 2, "a sample that is kept, answer"),
    Case("reasonflux", "same", 6, "plan, 2 waves of (work, assessment), answer"),
    Case("reasonflux(trajectories=4)", "mixed", 6, "4 of these together"),
)


class Solved(NamedTuple):
    """Wall seconds, the longest chain of calls, and how many were begun."""

    wall: float
    depth: int
    calls: int


Job = Callable[[], Solved]


class Books:
    """Tokens as ledgers booked them and as the server counted them, under its names for them."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.reported: Counter[str] = Counter()
        self.counted: Counter[str] = Counter()

    def settle(self, *spent: Spent | Attempt) -> None:
        """Take up what was spent since the last time; nothing given: leave that out."""
        counted = totals(self.url)
        if not spent:
            return
        for name in ("prompt_tokens", "completion_tokens"):
            self.reported[name] += sum(getattr(one, name) for one in spent)
            self.counted[name] += counted[name]


async def solve(case: Case, model: Model, books: Books, templates: TemplatesOnDemand) -> Solved:
    """Connections are opened within the time. What the model found out about its server stays."""
    strategy = make_strategy(case.spec)
    with tempfile.TemporaryDirectory() as folder, TraceFile(Path(folder) / "trace") as file:
        problem, trace, found = Problem(QUESTION), Trace(file), {"templates": templates}
        ctx = open_context(problem, {"default": model}, trace=trace, retrievers=found)
        clock = Clock()
        solution = await run(strategy, problem, ctx)
        wall = clock.read().wall
    await model.close()
    if solution.answer is None:
        sys.exit(f"{case.spec} gave no answer ({solution.stop_reason}): it was not measured")
    whole = all(call.status == "ok" for call in trace.calls)
    books.settle(*([trace.totals()] if whole else []))
    return Solved(wall, critical(trace.events).depth, len(trace.calls))


def strategies(books: Books, peers: Peers, repetitions: int) -> bool:
    """Time each strategy and method, print the table, and say whether ours keep the target."""
    models = {name: resolve(f"openai:{name}@{books.url}") for name in ("same", "mixed")}
    templates = TemplatesOnDemand()

    def once(case: Case) -> Solved:
        return asyncio.run(solve(case, models[case.model], books, templates))

    jobs = {case.spec: partial(once, case) for case in CASES}
    jobs |= {method.spec: partial(peers.solve, method) for method in peers.methods}
    found = _in_turns(jobs, repetitions)
    print(f"\n1. one problem, {LATENCY_S * 1e3:.0f} ms a call, {repetitions} times\n")
    print(f"{'strategy':29}{'calls':>6}{'chain':>6}{'least':>6}{'bound s':>9}{'wall s':>8}   ratio")
    ratios = {case.spec: _line(case, found[case.spec]) for case in CASES}
    for method in peers.methods:
        _line(method, found[method.spec])
    for spec, ratio in ratios.items():
        if ratio[2] > DEPTH_TARGET:
            print(verdict(spec, ratio, DEPTH_TARGET))
    return all(ratio[0] <= DEPTH_TARGET for ratio in ratios.values())


def _in_turns(jobs: Mapping[str, Job], repetitions: int) -> dict[str, list[Solved]]:
    found: dict[str, list[Solved]] = {spec: [] for spec in jobs}
    order = random.Random(0)
    for turn in range(repetitions + 1):
        for spec in order.sample(list(jobs), len(jobs)):
            solved = jobs[spec]()
            if turn:  # the first turn loads what is loaded once
                found[spec].append(solved)
    return found


def _line(row: Case | Method, solved: Sequence[Solved]) -> Mean:
    bound = row.least * LATENCY_S
    ratio = interval([s.wall / bound for s in solved])
    wall, depth = statistics.fmean(s.wall for s in solved), max(s.depth for s in solved)
    calls = statistics.fmean(s.calls for s in solved)
    numbers = f"{calls:6.0f}{depth:6}{row.least:6}{bound:9.2f}{wall:8.3f}"
    print(f"{row.spec:29}{numbers}   {shown(ratio)}  {row.why}")
    return ratio


class Peers:
    """The process of schedule_peers.py. Prints a line for each version and for what is missing."""

    def __init__(self, process: subprocess.Popen[str], url: str) -> None:
        self._process, self._url = process, url
        opened = self._read()
        for name, version in opened["versions"].items():
            print(f"{name} {version}")
        for name, why in opened["lacks"].items():
            print(f"{name}: {why}, left out: name an interpreter that has it with --peers")
        there = [method for method in METHODS if method.peer in opened["versions"]]
        self.methods = [method for method in there if self._works(method)]
        totals(url)  # what these trials used is in no ledger of ours

    def solve(self, method: Method) -> Solved:
        totals(self._url)
        told = self._asked(method)
        if "error" in told:
            sys.exit(f"{method.spec} worked at first and then failed: {told['error']}")
        counted = totals(self._url)
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
def opened_peers(python: str, url: str) -> Iterator[Peers]:
    """Raises OSError where `python` cannot be run."""
    command = [python, str(Path(__file__).with_name("schedule_peers.py")), url]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        try:
            yield Peers(process, url)
        finally:
            process.terminate()


async def bare(books: Books, problems: Sequence[Problem], folder: Path) -> Sample:
    """As many calls of one problem, with the fields that ours send, and nothing on disk."""
    asked = dialect_of("instruct").cot(problems[0].question)
    fields = {
        "model": "mixed",
        "messages": [{"role": m.role, "content": m.content} for m in asked.prompt.messages or ()],
        "temperature": 0.7,
        "top_p": 1.0,
        "seed": 7,
        "max_tokens": asked.max_tokens,
    }
    client = partial(bare_aiohttp, fields=fields)
    sample = await measure(client, books.url, len(problems) * SAMPLES, IN_FLIGHT, warm=False)
    books.settle()
    return sample


async def contexts(books: Books, problems: Sequence[Problem], folder: Path) -> Sample:
    """Every problem in a context, every sample in a child of it, the trace on disk."""
    gate_of(books.url, IN_FLIGHT)
    model = resolve(f"openai:mixed@{books.url}")
    traces: list[Trace] = []

    async def sample_all(problem: Problem, file: TraceFile) -> Solution:
        traces.append(Trace(file, name=problem.id))
        with open_context(problem, {"default": model}, trace=traces[-1]) as ctx:
            return tally(await ctx.gather(_samples(problem)))

    clock = Clock()
    with TraceFile(folder / "contexts.jsonl") as file:
        await asyncio.gather(*(sample_all(problem, file) for problem in problems))
    spent = clock.read()
    await model.close()
    books.settle(*(trace.totals() for trace in traces))
    return spent


def _samples(problem: Problem) -> Mapping[str, Callable[[Context], object]]:
    draw = Cot(temperature=0.7).solve
    return {f"sample-{i}": partial(draw, problem) for i in range(SAMPLES)}


async def evaluated(books: Books, problems: Sequence[Problem], folder: Path) -> Sample:
    """A run of `loom eval`: traced, graded and stored."""
    data = folder / "problems.jsonl"
    rows = [{"question": p.question, "answer": p.answer} for p in problems]
    data.write_text("".join(json.dumps(row) + "\n" for row in rows))
    wish = Wish(str(data), ["cot(temperature=0.7)"], samples=SAMPLES)
    model, path = f"openai:mixed@{books.url}", folder / "run.db"
    clock = Clock()
    await evaluate(wish, model=model, path=path, concurrency=IN_FLIGHT)
    spent = clock.read()
    with store.open_run(path) as run:
        books.settle(*store.attempts(run))
    return spent


CLIENTS = {"bare aiohttp": bare, "contexts, traced": contexts, "loom eval": evaluated}


def batch(books: Books, count: int, repetitions: int) -> bool:
    """Time the batch, print the table, and say whether the means are within the targets."""
    problems = [Problem(f"{QUESTION} Then add {i}.", str(42 + i % 3)) for i in range(count)]
    calls = count * SAMPLES
    found: dict[str, list[Sample]] = {name: [] for name in CLIENTS}
    order = random.Random(0)
    for turn in range(repetitions + 1):
        for name in order.sample(list(CLIENTS), len(CLIENTS)):
            sample = _batch(name, books, problems)
            if turn:
                found[name].append(sample)
    print(f"\n2. {count} problems x {SAMPLES} samples, {IN_FLIGHT} in flight", end="")
    print(f" (bound {calls / IN_FLIGHT * LATENCY_S:.2f} s), {repetitions} times\n")
    print(f"{'client':18}{'wall s':>8}   {'ratio to bare aiohttp':24}CPU ms a call")
    means = {name: _means(found[name], found["bare aiohttp"], calls) for name in CLIENTS}
    for name, (walls, cpu) in means.items():
        mean = statistics.fmean(sample.wall for sample in found[name])
        print(f"{name:18}{mean:8.2f}   {shown(walls):24}{shown(cpu)}")
    walls, cpu = means["contexts, traced"]
    print(verdict("contexts, traced: ratio", walls, BATCH_TARGET))
    print(verdict("contexts, traced: CPU ms a call", cpu, CPU_TARGET_MS))
    return walls[0] <= BATCH_TARGET and cpu[0] <= CPU_TARGET_MS


def _batch(name: str, books: Books, problems: Sequence[Problem]) -> Sample:
    forget_gates()
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(CLIENTS[name](books, problems, Path(folder)))


def _means(own: Sequence[Sample], base: Sequence[Sample], calls: int) -> tuple[Mean, Mean]:
    """The ratio of walls, repetition by repetition, and CPU milliseconds a call."""
    walls = interval([a.wall / b.wall for a, b in zip(own, base, strict=True)])
    return walls, interval([sample.cpu / calls * 1e3 for sample in own])


def usage(books: Books) -> bool:
    print("\n3. tokens, by the ledgers and by the server\n")
    for name in ("prompt_tokens", "completion_tokens"):
        told, counted = books.reported[name], books.counted[name]
        print(
            f"{name:18} reported {told:>12,}   counted {counted:>12,}   differ {told - counted:+,}"
        )
    return books.reported == books.counted


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
            name = f"wall at most {DEPTH_TARGET} x the least chain"
            with opened_peers(options.peers, url) as there:
                kept[name] = strategies(books, there, options.repetitions)
        if options.only != "strategies":
            name = f"batch at most {BATCH_TARGET} x bare aiohttp and {CPU_TARGET_MS} ms CPU a call"
            kept[name] = batch(books, options.problems, options.repetitions)
        kept["tokens equal"] = usage(books)
    print("\ntargets: " + "; ".join(f"{n}: {'met' if k else 'missed'}" for n, k in kept.items()))
    return 0 if all(kept.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
