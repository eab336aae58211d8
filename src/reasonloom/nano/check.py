"""What nano can do, measured on problems it was never trained on; the gate of each release.

All problems are of the dev split. Rates carry 95 % Wilson intervals.
"""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_context
from typing import Any

from reasonloom.api import TemplatesOnDemand, run
from reasonloom.errors import InputError
from reasonloom.models.protocol import Model
from reasonloom.nano.skills import context, measure_skills, right, together
from reasonloom.rates import Rate, show_rate
from reasonloom.seeds import derive
from reasonloom.solution import Solution
from reasonloom.strategies.build import make_strategy
from reasonloom.worlds.draw import WorldProblem, draw
from reasonloom.worlds.families import FAMILIES

STRATEGIES = ("direct", "cot", "self_consistency(n=8)", "reasonflux")
SECTIONS = (*(f"family {f}" for f in FAMILIES), *(f"depth {d}" for d in range(1, 9)), "skills")
WORSE = 2.0
"""Points by which a skill may fall before a release is refused (design)."""


@dataclass
class Results:
    """`accuracy[group][strategy]`, mean `tokens` of the same shape, and the skills one by one."""

    model: str
    accuracy: dict[str, dict[str, Rate]] = field(default_factory=dict)
    tokens: dict[str, dict[str, float]] = field(default_factory=dict)
    skills: dict[str, Rate] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        def rates(of: Mapping[str, Rate]) -> dict[str, list[int]]:
            return {name: [rate.hits, rate.trials] for name, rate in of.items()}

        return {
            "model": self.model,
            "accuracy": {group: rates(of) for group, of in self.accuracy.items()},
            "tokens": self.tokens,
            "skills": rates(self.skills),
        }


async def measure(
    spec: str, *, problems: int = 50, seed: int = 0, sections: Sequence[str] | None = None
) -> Results:
    """Run every strategy on every family and depth, and each skill alone.

    sections  only these of `SECTIONS`
    """
    from reasonloom.models.resolve import resolve

    model = resolve(spec)
    try:
        results = Results(f"{spec} {model.profile.hash or ''}".strip())
        for section in sections or SECTIONS:
            kind, _, name = section.partition(" ")
            if kind == "family":
                worlds = draw_many(problems, seed, families=[name])
                await _group(section, worlds, model, results)
            elif kind == "depth":
                worlds = draw_many(problems, seed, depth=int(name))
                await _group(section, worlds, model, results)
            else:
                worlds = [w for d in range(1, 7) for w in draw_many(problems, seed + 1, depth=d)]
                results.skills |= await measure_skills(model, worlds)
        return results
    finally:
        await model.close()


def measure_in_processes(spec: str, *, problems: int, seed: int, jobs: int) -> Results:
    """`measure` with its sections spread over `jobs` processes; the results are the same."""
    if jobs < 2:
        return asyncio.run(measure(spec, problems=problems, seed=seed))
    spawn = get_context("spawn")
    place = (spawn.Value("i", 0), jobs)
    with ProcessPoolExecutor(jobs, spawn, initializer=_settle, initargs=place) as pool:
        longest_first = sorted(SECTIONS, key=lambda s: s.startswith("family"))
        parts = dict(
            zip(
                longest_first,
                pool.map(partial(_section, spec, problems, seed), longest_first),
                strict=True,
            )
        )
    whole = Results(parts[SECTIONS[0]].model)
    for section in SECTIONS:
        whole.accuracy |= parts[section].accuracy
        whole.tokens |= parts[section].tokens
        whole.skills |= parts[section].skills
    return whole


def _settle(started: Any, jobs: int) -> None:
    """Keep to a share of the cores, so that no job's threads wait for another's."""
    if hasattr(os, "sched_setaffinity"):
        with started:
            number, started.value = started.value, started.value + 1
        cores = sorted(os.sched_getaffinity(0))
        os.sched_setaffinity(0, cores[number % len(cores) :: jobs])


def _section(spec: str, problems: int, seed: int, section: str) -> Results:
    return asyncio.run(measure(spec, problems=problems, seed=seed, sections=[section]))


def draw_many(
    n: int, seed: int, *, depth: int = 1, families: Sequence[str] | None = None
) -> list[WorldProblem]:
    """`n` distinct problems of the dev split, levels in turn; fewer where a family has no more."""
    rng = random.Random(derive(seed, "check", depth, *(families or ())))
    made: dict[str, WorldProblem] = {}
    levels = [1, 2, 3]
    for tries in range(40 * n):
        level = levels[tries % len(levels)]
        try:
            world = draw(rng, families=families, depth=depth, level=level, split="dev")
        except InputError:
            levels.remove(level)  # a narrow family may have no dev problem of its lowest level
            if not levels:
                raise
            continue
        made.setdefault(world.canonical, world)
        if len(made) == n:
            break
    return list(made.values())


async def _group(name: str, worlds: list[WorldProblem], model: Model, results: Results) -> None:
    results.accuracy[name], results.tokens[name] = {}, {}
    templates = TemplatesOnDemand()
    for spec in STRATEGIES:
        strategy = make_strategy(spec)

        async def one(world: WorldProblem, strategy: Any = strategy) -> Solution:
            return await run(strategy, world.problem, context(world.problem, model, templates))

        solutions = await together([partial(one, w) for w in worlds])
        hits = sum(right(s.answer, w) for s, w in zip(solutions, worlds, strict=True))
        results.accuracy[name][spec] = Rate(hits, len(worlds))
        spent = [s.usage.tokens for s in solutions if s.usage]
        results.tokens[name][spec] = sum(spent) / len(spent)


def compare(before: Mapping[str, Any], now: Results) -> list[str]:
    """Skills that fell by more than 2 points, each as a line with both intervals."""
    lines = []
    for name, (hits, trials) in before["skills"].items():
        old, new = Rate(hits, trials), now.skills.get(name)
        if new is None or old.percent - new.percent > WORSE:
            shown = "gone" if new is None else show_rate(new)
            lines.append(f"{name}: {show_rate(old)} before, {shown} now")
    return lines
