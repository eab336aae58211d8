"""M problems that one plan should serve as well: drawn by a world, or written and checked."""

from __future__ import annotations

import random
from functools import partial
from typing import Any

from reasonloom.context import Context
from reasonloom.errors import InputError
from reasonloom.grading.canonical import canonical
from reasonloom.problem import Problem
from reasonloom.seeds import derive
from reasonloom.strategies.ask import VOTE_TEMPERATURE, ask, poll, speak
from reasonloom.strategies.dialects.base import Outside, Unreadable
from reasonloom.strategies.skilled import skilled
from reasonloom.train.trajectories.bench import Bench, together
from reasonloom.train.trajectories.settings import Settings
from reasonloom.train.trajectories.sources import Source
from reasonloom.worlds.draw import similar as draw_similar

DRAWS = 20
"""Draws for each problem wanted before a world counts as exhausted (our choice)."""
ROUNDS = 3
"""How often a model is asked for more, where checks left too few (our choice)."""
PURPOSE = "write similar problems"


async def similar(source: Source, settings: Settings, bench: Bench) -> tuple[Problem, ...]:
    """`settings.m` different problems of the same kind, or as many as there are."""
    if source.world is not None:
        return drawn(source, settings.m, bench.seed)
    return await written(source.problem, settings, bench)


def drawn(source: Source, m: int, seed: int) -> tuple[Problem, ...]:
    """Fresh draws of the same shape and split; the first m are the same for any larger m."""
    assert source.world is not None
    found: dict[str, Problem] = {}
    for index in range(m * DRAWS):
        if len(found) == m:
            break
        rng = random.Random(derive(seed, "similar", source.problem.id, index))
        try:
            other = draw_similar(source.world, rng, split=source.split)
        except InputError:
            break
        found.setdefault(other.canonical, other.problem)
    return tuple(found.values())


async def written(problem: Problem, settings: Settings, bench: Bench) -> tuple[Problem, ...]:
    """Problems that the navigator writes, of which the reasoner's solutions agree.

    Raises NoSkill where the navigator cannot write problems.
    """
    tried: set[str] = {_folded(problem.question)}
    found: list[Problem] = []
    for number in range(ROUNDS if settings.m else 0):
        texts = await bench.unit(
            "vary",
            problem,
            {"m": settings.m, "round": number},
            partial(_vary, problem, settings.m, number),
        )
        new = {_folded(text): text for text in texts if _folded(text) not in tried}
        tried.update(new)
        checked = await together(
            *(_checked(text, problem, settings, bench) for text in new.values())
        )
        found += [other for other in checked if other is not None]
        if len(found) >= settings.m:
            break
    return tuple(found[: settings.m])


async def _vary(problem: Problem, count: int, number: int, ctx: Context) -> list[str]:
    request = skilled(ctx, "navigator", PURPOSE).vary(problem.question, count)
    with ctx.child(f"vary-{number}") as child:
        texts = await ask(child, request, role="navigator", temperature=VOTE_TEMPERATURE)
    return [] if isinstance(texts, Unreadable | Outside) else list(texts)


async def _checked(text: str, like: Problem, settings: Settings, bench: Bench) -> Problem | None:
    """The problem with the answer that enough independent solutions reach; None where they do not.

    They may agree on a wrong answer: the more of them must agree, the rarer that is.
    """
    try:
        problem = Problem.from_text(text, source="written", meta={"like": like.id})
    except InputError:
        return None
    work = partial(_solved, problem, settings.checks)
    made = await bench.unit("check", problem, {"checks": settings.checks}, work)
    if made["answer"] is None or made["share"] < settings.agree:
        return None
    return Problem.from_text(text, answer=made["answer"], source="written", meta={"like": like.id})


async def _solved(problem: Problem, checks: int, ctx: Context) -> dict[str, Any]:
    answer, share = await poll(
        ctx,
        speak(ctx, "reasoner").cot(problem.question),
        role="reasoner",
        votes=checks,
        same=canonical,
        temperature=VOTE_TEMPERATURE,
    )
    return {"answer": answer if isinstance(answer, str) else None, "share": share}


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
