"""K trajectories for a problem, and the greedy one; each that differs is kept once."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import Any, NamedTuple

from reasonloom.context import Context
from reasonloom.data.prompts import Told, told
from reasonloom.problem import Problem
from reasonloom.strategies.dialects.base import Outside, Unreadable
from reasonloom.strategies.reasonflux import plan
from reasonloom.strategies.reasonflux.retrieve import names_near
from reasonloom.train.trajectories.bench import Bench, together
from reasonloom.train.trajectories.records import GREEDY, Candidate, as_json, from_json, key_of
from reasonloom.train.trajectories.settings import Settings


class Sampled(NamedTuple):
    """`prompt` is the request for a plan; the counts are of the K samples, not of the greedy."""

    prompt: Told
    candidates: tuple[Candidate, ...]
    unreadable: int
    outside: int


async def sample(problem: Problem, settings: Settings, bench: Bench) -> Sampled:
    """Plan K times at `settings.temperature` and once greedily."""
    prompt = _prompt(problem, bench)
    warm = [(f"plan-{i}", settings.temperature) for i in range(settings.k)]
    planned = await together(
        *(_planned(problem, draw, heat, prompt, bench) for draw, heat in [(GREEDY, 0.0), *warm])
    )
    draws = (GREEDY, *(draw for draw, _ in warm))
    failed = Counter(value for value in planned[1:] if isinstance(value, str))
    return Sampled(prompt, _distinct(draws, planned), failed["unreadable"], failed["outside"])


def _prompt(problem: Problem, bench: Bench) -> Told:
    """What `plan` asks, as a row holds it."""
    with bench.context(problem) as ctx:
        names = names_near(problem.question, ctx)
    return told(bench.dialect("navigator").plan(problem.question, names).prompt)


async def _planned(problem: Problem, draw: str, heat: float, prompt: Told, bench: Bench) -> Any:
    about = {"draw": draw, "temperature": heat, "prompt": prompt}
    return await bench.unit("plan", problem, about, partial(_plan, problem, draw, heat))


async def _plan(problem: Problem, draw: str, heat: float, ctx: Context) -> Any:
    """The steps as JSON, or a word for why there are none."""
    with ctx.child(draw) as child:
        steps = await plan(problem, child, temperature=heat)
    if isinstance(steps, Unreadable):
        return "unreadable"
    return "outside" if isinstance(steps, Outside) else as_json(steps)


def _distinct(draws: tuple[str, ...], planned: list[Any]) -> tuple[Candidate, ...]:
    found: dict[str, Candidate] = {}
    for draw, value in zip(draws, planned, strict=True):
        if isinstance(value, str):
            continue
        steps = from_json(value)
        first = found.get(key_of(steps), Candidate(steps, ()))
        found[key_of(steps)] = first._replace(draws=(*first.draws, draw))
    return tuple(found.values())
