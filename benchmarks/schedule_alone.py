"""Each strategy alone on one problem: the first table of benchmarks/schedule.py."""

from __future__ import annotations

import asyncio
import random
import statistics
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from client import LATENCY_S, Clock, Mean, interval, shown, verdict
from reasonloom.api import TemplatesOnDemand, run
from reasonloom.context import open_context
from reasonloom.evaluate.critical import critical
from reasonloom.models.protocol import Model
from reasonloom.models.resolve import resolve
from reasonloom.problem import Problem
from reasonloom.strategies.build import make_strategy
from reasonloom.trace import Trace
from reasonloom.trace_file import TraceFile
from schedule_books import Books
from schedule_peers import QUESTION, Method, Peers, Solved

TARGET = 1.1
Job = Callable[[], Solved]


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
        if ratio[2] > TARGET:
            print(verdict(spec, ratio, TARGET))
    return all(ratio[0] <= TARGET for ratio in ratios.values())


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
