"""What a navigator's trajectories are worth on held-out problems; every call is journaled."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

from reasonloom.context import Context
from reasonloom.data.verdicts import judge
from reasonloom.errors import ModelError
from reasonloom.grading.grade import Grader
from reasonloom.models.resolve import resolve
from reasonloom.problem import Problem
from reasonloom.strategies.dialects.base import Outside, Unreadable
from reasonloom.strategies.reasonflux import ReasonFlux, plan
from reasonloom.train.likelihood import Likelihood, likelihood
from reasonloom.train.rows import Row
from reasonloom.train.trajectories import Candidate, Rolled, Settings, Source, best_of
from reasonloom.train.trajectories.bench import Bench, open_bench, together
from reasonloom.train.trajectories.collect import collect
from reasonloom.train.trajectories.records import GREEDY, as_json, from_json
from reasonloom.train.trajectories.report import reward_apart, reward_sampled
from reasonloom.train.trajectories.reward import scored
from reasonloom.train.trajectories.similar import drawn

from ..common.results import Record
from .arms import APART, ORACLE, SAMPLES
from .design import HELD_SEED, REASONER


async def greedy(
    navigator: str, found: Sequence[Source], m: int, folder: Path, cache: Path
) -> list[Record]:
    """R of each greedy trajectory over its problem and M similar ones, and whether it solves the
    problem itself. A plan that cannot be read earns nothing.

    cache  shared by all arms: a trajectory that several of them plan is carried out once
    """
    async with _opened(navigator, folder, cache) as bench:
        return await together(*(_greedy(source, m, bench) for source in found))


async def ceiling(
    navigator: str, found: Sequence[Source], settings: Settings, folder: Path, cache: Path
) -> dict[str, list[Record]]:
    """What choosing among the navigator's own K samples could reach, as arms by name."""
    async with _opened(navigator, folder, cache) as bench:
        made = await collect(found, settings, bench)
    for problem, why in made.left_out:
        raise ModelError(f"the problem {problem} could not be measured: {why}")
    ways = {SAMPLES: reward_sampled, ORACLE: _best, APART: reward_apart}
    return {
        name: [_record(r.problem, reward=way(r)) for r in made.rolled] for name, way in ways.items()
    }


async def adapting(navigator: str, found: Sequence[Source], folder: Path) -> list[Record]:
    """All of ReasonFlux, each step assessed; nothing is cached, so that all tokens count."""
    async with _opened(navigator, folder, None) as bench:
        return await together(*(_adapting(source.problem, bench) for source in found))


async def held_likelihood(model: str, rows: Sequence[Row]) -> Likelihood:
    opened = resolve(model)
    try:
        return await likelihood(opened, rows)
    finally:
        await opened.close()


@asynccontextmanager
async def _opened(navigator: str, folder: Path, cache: Path | None) -> AsyncIterator[Bench]:
    async with open_bench(
        folder, navigator=navigator, reasoner=REASONER, cache=cache, seed=HELD_SEED
    ) as bench:
        yield bench


async def _greedy(source: Source, m: int, bench: Bench) -> Record:
    problem = source.problem
    steps = await bench.unit("greedy", problem, {}, partial(_plan, problem))
    if steps is None:
        return _record(problem, reward=0.0, right=0.0, planned=0.0)
    candidate = Candidate(from_json(steps), (GREEDY,))
    done = await scored(candidate, (problem, *drawn(source, m, bench.seed)), bench)
    return _record(problem, reward=done.reward, right=float(done.right[0]), planned=1.0)


async def _plan(problem: Problem, ctx: Context) -> list[dict[str, Any]] | None:
    steps = await plan(problem, ctx)
    return None if isinstance(steps, Unreadable | Outside) else as_json(steps)


async def _adapting(problem: Problem, bench: Bench) -> Record:
    work = partial(_solve, problem, bench.grader)
    return _record(problem, **await bench.unit("adapt", problem, {}, work))


async def _solve(problem: Problem, grader: Grader, ctx: Context) -> dict[str, float]:
    solution = await ReasonFlux().solve(problem, ctx)
    if solution.stop_reason == "failed":
        raise ModelError(solution.error or "the model failed")
    verdict = await judge(grader, problem, solution.answer)
    return {
        "right": float(verdict.correct),
        "tokens": float(ctx.ledger.spent.tokens),
        "rounds": float(solution.detail.get("rounds", 0)),
    }


def _best(rolled: Rolled) -> float:
    best = best_of(rolled)
    return best.reward if best else 0.0


def _record(problem: Problem, **values: float) -> Record:
    return Record(problem.id, int(problem.meta["depth"]), values)
