"""Try the instruct dialect on a model: solve problems, and assess right and wrong steps.

    python benchmarks/instruct.py --model openai:MODEL@URL [--library DIR] [--record FILE]
        [--only problems|steps]

Prints how many replies could be read the first time, how many problems were solved, and how often
wrong steps were caught and right ones stopped. With --record the replies are kept, and
`--model replay:FILE` runs the same again without a model. Prompts show templates, so a replay needs
the library that was recorded with: `tests/fixtures/library` for the recording that is kept there.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from instruct_cases import PROBLEMS, STEPS, PlantedStep
from reasonloom.api import TemplatesOnDemand, run
from reasonloom.context import open_context
from reasonloom.events import Event, Note
from reasonloom.grading.grade import Grader
from reasonloom.models.protocol import Model
from reasonloom.models.resolve import resolve
from reasonloom.problem import Problem
from reasonloom.solution import Solution
from reasonloom.strategies.ask import ask, speak
from reasonloom.strategies.reasonflux import ReasonFlux
from reasonloom.templates.library import Library
from reasonloom.trace import Trace
from reasonloom.trajectory import Assessment, Step

AT_ONCE = 8
Job = partial[Coroutine[Any, Any, None]]


@dataclass
class Report:
    """What was seen."""

    replies: int = 0
    unreadable: int = 0
    solved: list[bool] = field(default_factory=list)
    solutions: list[Solution] = field(default_factory=list)
    caught: list[bool] = field(default_factory=list)
    alarms: list[bool] = field(default_factory=list)

    def lines(self) -> list[str]:
        share = 100 * (1 - self.unreadable / self.replies) if self.replies else 0.0
        lines = [f"replies read the first time: {share:.1f} % of {self.replies}"]
        if self.solved:
            lines.append(f"problems solved: {sum(self.solved)} of {len(self.solved)}")
        if self.caught:
            lines.append(f"wrong steps caught: {sum(self.caught)} of {len(self.caught)}")
            lines.append(f"right steps stopped: {sum(self.alarms)} of {len(self.alarms)}")
        return lines


async def try_dialect(
    model: Model, library: Path | None = None, only: str | None = None, verbose: bool = False
) -> Report:
    """Run everything on `model`."""
    report, limit, templates = Report(), asyncio.Semaphore(AT_ONCE), TemplatesOnDemand(library)
    known = Library.load(library)

    async def limited(job: Job) -> None:
        async with limit:
            await job()

    async with Grader() as grader:
        solve = partial(_solve, model, templates, grader, report, verbose)
        jobs: list[Job] = []
        if only != "steps":
            jobs += [partial(solve, i, *pair) for i, pair in enumerate(PROBLEMS)]
            report.solved = [False] * len(PROBLEMS)
        if only != "problems":
            jobs += [
                partial(_assess, model, known, report, verbose, i, s) for i, s in enumerate(STEPS)
            ]
        await asyncio.gather(*(limited(job) for job in jobs))
    return report


def _count(report: Report, trace: Trace) -> None:
    def see(event: Event) -> None:
        report.unreadable += isinstance(event, Note) and event.kind == "unreadable"

    trace.subscribe(see)


async def _solve(
    model: Model,
    templates: TemplatesOnDemand,
    grader: Grader,
    report: Report,
    verbose: bool,
    index: int,
    question: str,
    gold: str,
) -> None:
    trace = Trace()
    _count(report, trace)
    problem = Problem(question, gold, id=f"problem-{index}")
    ctx = open_context(
        problem, {"default": model}, trace=trace, retrievers={"templates": templates}
    )
    solution = await run(ReasonFlux(), problem, ctx)
    verdict = await grader.grade(solution.answer, gold, is_text=False)
    report.replies += len(trace.calls)
    report.solved[index] = verdict.correct
    report.solutions.append(solution)
    if verbose:
        mark = "right" if verdict.correct else f"WRONG (gold {gold})"
        print(f"problem {index}: {solution.answer} {mark}, {len(trace.calls)} calls", flush=True)


async def _assess(
    model: Model, library: Library, report: Report, verbose: bool, index: int, planted: PlantedStep
) -> None:
    trace = Trace()
    _count(report, trace)
    problem = Problem(planted.question, id=f"step-{index}")
    template = library.get(planted.template)
    step = Step(planted.goal, planted.template)
    with open_context(problem, {"default": model}, trace=trace) as ctx:
        request = speak(ctx, "navigator").assess(
            planted.question, step, template, [], planted.result, ()
        )
        said = await ask(ctx, request, role="navigator")
    report.replies += len(trace.calls)
    stopped = isinstance(said, Assessment) and said.action in ("retry", "replace")
    (report.alarms if planted.right else report.caught).append(stopped)
    if verbose:
        print(f"step {index} ({'right' if planted.right else 'wrong'}): {said}", flush=True)


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", required=True)
    parser.add_argument("--library", type=Path)
    parser.add_argument("--record", type=Path)
    parser.add_argument("--only", choices=("problems", "steps"))
    options = parser.parse_args()
    spec = options.model
    if options.record:
        spec = f'record(file="{options.record}", model={spec})'
    model = resolve(spec)
    try:
        report = await try_dialect(model, options.library, options.only, verbose=True)
    finally:
        await model.close()
    print("\n".join(report.lines()))


if __name__ == "__main__":
    asyncio.run(main())
