"""Whether strategies wait for nothing but what they need, and what a call costs on the way.

    python benchmarks/schedule.py

A server in a process of its own answers each call after 100 ms, any number at once (fake.py).

1. Each strategy alone on one problem: its wall time beside that of the longest chain of calls which
   its method itself makes wait for each other. Target: at most 1.1 times that.
2. 128 problems with 16 samples each, 32 calls in flight: through contexts with the trace on disk,
   and as `loom eval` does it (graded and stored as well), beside bare aiohttp that makes as many
   calls. Target: wall at most 1.05 times that of bare aiohttp, and at most 0.5 ms of CPU a call,
   all threads of the client's process.
3. The tokens that the ledgers report beside those that the server counted, over all of this but
   solves that cut a decided vote short, for nobody read what the server had sent by then. Target:
   equal.

Repetitions take turns, so that what else the machine does falls on all; geometric means with 95 %
t-intervals. The longest chain is read from the trace, whatever the clock says.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from client import LATENCY_S, T_975, Sample, fake_server, interval, measure
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
from reasonloom.models.resolve import resolve
from reasonloom.problem import Problem
from reasonloom.solution import Solution
from reasonloom.strategies.build import make_strategy
from reasonloom.strategies.cot import Cot
from reasonloom.strategies.self_consistency import tally
from reasonloom.trace import Trace
from reasonloom.trace_file import TraceFile

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
    Case("reasonflux", "same", 6, "plan, 2 waves of (work, assessment), answer"),
    Case("reasonflux(trajectories=4)", "mixed", 6, "4 of these together"),
)


class Solved(NamedTuple):
    """Wall seconds, the longest chain of calls, and how many were begun."""

    wall: float
    depth: int
    calls: int


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


async def solve(case: Case, books: Books, templates: TemplatesOnDemand) -> Solved:
    strategy, model = make_strategy(case.spec), resolve(f"openai:{case.model}@{books.url}")
    with tempfile.TemporaryDirectory() as folder, TraceFile(Path(folder) / "trace") as file:
        problem, trace, found = Problem(QUESTION), Trace(file), {"templates": templates}
        ctx = open_context(problem, {"default": model}, trace=trace, retrievers=found)
        began = time.perf_counter()
        solution = await run(strategy, problem, ctx)
        wall = time.perf_counter() - began
    await model.close()
    if solution.answer is None:
        sys.exit(f"{case.spec} gave no answer ({solution.stop_reason}): it was not measured")
    whole = all(call.status == "ok" for call in trace.calls)
    books.settle(*([trace.totals()] if whole else []))
    return Solved(wall, critical(trace.events).depth, len(trace.calls))


def strategies(books: Books, repetitions: int) -> bool:
    """Time each strategy, print the table, and say whether all means are within the target."""
    templates, order = TemplatesOnDemand(), random.Random(0)
    found: dict[str, list[Solved]] = {case.spec: [] for case in CASES}
    for turn in range(repetitions + 1):
        for case in order.sample(CASES, len(CASES)):
            solved = asyncio.run(solve(case, books, templates))
            if turn:  # the first turn loads what is loaded once
                found[case.spec].append(solved)
    print(f"\n1. one problem, {LATENCY_S * 1e3:.0f} ms a call, {repetitions} times\n")
    print(f"{'strategy':29}{'calls':>6}{'chain':>6}{'least':>6}{'bound s':>9}{'wall s':>8}   ratio")
    kept = [_line(case, found[case.spec]) for case in CASES]
    return all(kept)


def _line(case: Case, solved: Sequence[Solved]) -> bool:
    bound = case.least * LATENCY_S
    ratio = interval([s.wall / bound for s in solved])
    wall, depth = statistics.fmean(s.wall for s in solved), max(s.depth for s in solved)
    calls = statistics.fmean(s.calls for s in solved)
    numbers = f"{calls:6.0f}{depth:6}{case.least:6}{bound:9.2f}{wall:8.3f}"
    print(f"{case.spec:29}{numbers}   {_shown(ratio)}  {case.why}")
    return ratio[0] <= DEPTH_TARGET


async def contexts(books: Books, problems: Sequence[Problem], folder: Path) -> Sample:
    """Every problem in a context, every sample in a child of it, the trace on disk."""
    gate_of(books.url, IN_FLIGHT)
    model = resolve(f"openai:mixed@{books.url}")
    traces: list[Trace] = []

    async def sample_all(problem: Problem, file: TraceFile) -> Solution:
        traces.append(Trace(file, name=problem.id))
        with open_context(problem, {"default": model}, trace=traces[-1]) as ctx:
            return tally(await ctx.gather(_samples(problem)))

    wall, cpu = time.perf_counter(), time.process_time()
    with TraceFile(folder / "contexts.jsonl") as file:
        await asyncio.gather(*(sample_all(problem, file) for problem in problems))
    spent = Sample(time.perf_counter() - wall, time.process_time() - cpu)
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
    wall, cpu = time.perf_counter(), time.process_time()
    await evaluate(wish, model=model, path=path, concurrency=IN_FLIGHT)
    spent = Sample(time.perf_counter() - wall, time.process_time() - cpu)
    with store.open_run(path) as run:
        books.settle(*store.attempts(run))
    return spent


def batch(books: Books, count: int, repetitions: int) -> bool:
    """Time the batch, print the table, and say whether the means are within the targets."""
    problems = [Problem(f"{QUESTION} Then add {i}.", str(42 + i % 3)) for i in range(count)]
    calls = count * SAMPLES
    names = ("bare aiohttp", "contexts, traced", "loom eval")
    found: dict[str, list[Sample]] = {name: [] for name in names}
    order = random.Random(0)
    for turn in range(repetitions + 1):
        for name in order.sample(names, len(names)):
            sample = _batch(name, books, problems)
            if turn:
                found[name].append(sample)
    bare = found["bare aiohttp"]
    ideal = calls / IN_FLIGHT * LATENCY_S
    print(f"\n2. {count} problems x {SAMPLES} samples, {IN_FLIGHT} in flight", end="")
    print(f" (bound {ideal:.2f} s), {repetitions} times\n")
    print(f"{'client':18}{'wall s':>8}   {'ratio to bare aiohttp':24}CPU ms a call")
    kept = True
    for name in names:
        walls = interval([a.wall / b.wall for a, b in zip(found[name], bare, strict=True)])
        cpu = interval([sample.cpu / calls * 1e3 for sample in found[name]])
        mean = statistics.fmean(sample.wall for sample in found[name])
        print(f"{name:18}{mean:8.2f}   {_shown(walls):24}{_shown(cpu)}")
        if name == "contexts, traced":
            kept = walls[0] <= BATCH_TARGET and cpu[0] <= CPU_TARGET_MS
    return kept


def _batch(name: str, books: Books, problems: Sequence[Problem]) -> Sample:
    forget_gates()
    with tempfile.TemporaryDirectory() as folder:
        if name == "contexts, traced":
            return asyncio.run(contexts(books, problems, Path(folder)))
        if name == "loom eval":
            return asyncio.run(evaluated(books, problems, Path(folder)))
        sample = asyncio.run(measure(name, books.url, len(problems) * SAMPLES, IN_FLIGHT))
        books.settle()
        return sample


def usage(books: Books) -> bool:
    print("\n3. tokens, by the ledgers and by the server\n")
    for name in ("prompt_tokens", "completion_tokens"):
        told, counted = books.reported[name], books.counted[name]
        print(
            f"{name:18} reported {told:>12,}   counted {counted:>12,}   differ {told - counted:+,}"
        )
    return books.reported == books.counted


def _shown(found: tuple[float, float, float]) -> str:
    mean, low, high = found
    return f"{mean:.3f} [{low:.3f}, {high:.3f}]"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    most = max(T_975) + 1
    parser.add_argument("--repetitions", type=int, default=5, help=f"3 to {most} (default 5)")
    parser.add_argument("--problems", type=int, default=PROBLEMS, help="of the batch")
    parser.add_argument("--only", choices=("strategies", "batch"), help="one of the two tables")
    options = parser.parse_args()
    if not 3 <= options.repetitions <= most:
        parser.error(f"--repetitions takes 3 to {most}")
    os.environ.pop("OPENAI_API_KEY", None)
    with fake_server(str(Path(__file__).with_name("fake.py"))) as url:
        books, kept = Books(url), {}
        if options.only != "batch":
            name = f"wall at most {DEPTH_TARGET} x the least chain"
            kept[name] = strategies(books, options.repetitions)
        if options.only != "strategies":
            name = f"batch at most {BATCH_TARGET} x bare aiohttp and {CPU_TARGET_MS} ms CPU a call"
            kept[name] = batch(books, options.problems, options.repetitions)
        kept["tokens equal"] = usage(books)
    print("\ntargets: " + "; ".join(f"{n}: {'met' if k else 'missed'}" for n, k in kept.items()))
    return 0 if all(kept.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
