"""Many problems with many samples: the second table of benchmarks/schedule.py."""

from __future__ import annotations

import asyncio
import json
import random
import statistics
import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from client import LATENCY_S, Clock, Mean, Sample, bare_aiohttp, interval, measure, shown, verdict
from reasonloom.context import Context, open_context
from reasonloom.evaluate import store
from reasonloom.evaluate.plan import Wish
from reasonloom.evaluate.runner import evaluate
from reasonloom.models.limited import forget_gates, gate_of
from reasonloom.models.resolve import resolve
from reasonloom.problem import Problem
from reasonloom.solution import Solution
from reasonloom.strategies.cot import Cot
from reasonloom.strategies.dialects import dialect_of
from reasonloom.strategies.self_consistency import tally
from reasonloom.trace import Trace
from reasonloom.trace_file import TraceFile
from schedule_books import Books
from schedule_peers import QUESTION

PROBLEMS, SAMPLES, IN_FLIGHT = 128, 16, 32
WALL_TARGET, CPU_TARGET_MS = 1.05, 0.5


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
    print(verdict("contexts, traced: ratio", walls, WALL_TARGET))
    print(verdict("contexts, traced: CPU ms a call", cpu, CPU_TARGET_MS))
    return walls[0] <= WALL_TARGET and cpu[0] <= CPU_TARGET_MS


def _batch(name: str, books: Books, problems: Sequence[Problem]) -> Sample:
    forget_gates()
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(CLIENTS[name](books, problems, Path(folder)))


def _means(own: Sequence[Sample], base: Sequence[Sample], calls: int) -> tuple[Mean, Mean]:
    """The ratio of walls, repetition by repetition, and CPU milliseconds a call."""
    walls = interval([a.wall / b.wall for a, b in zip(own, base, strict=True)])
    return walls, interval([sample.cpu / calls * 1e3 for sample in own])
