"""From problems to trajectories with their rewards, all problems together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from reasonloom.data.many import Watch, each
from reasonloom.errors import ModelError, NoSkill
from reasonloom.strategies.skilled import skilled
from reasonloom.train.trajectories.bench import Bench, together
from reasonloom.train.trajectories.records import Rolled
from reasonloom.train.trajectories.reward import scored
from reasonloom.train.trajectories.sample import sample
from reasonloom.train.trajectories.settings import Settings
from reasonloom.train.trajectories.similar import PURPOSE, similar
from reasonloom.train.trajectories.sources import Source


class LeftOut(NamedTuple):
    """A problem that the model let down: the next run tries it again."""

    problem: str
    why: str


class Collected(NamedTuple):
    rolled: list[Rolled]
    left_out: list[LeftOut]


async def collect(
    found: Sequence[Source],
    settings: Settings,
    bench: Bench,
    watch: Watch = lambda done, all: None,
) -> Collected:
    """Roll out every problem.

    Raises NoSkill where similar problems cannot be had, ModelError where the model is out of reach
    or refuses everything. What was done by then stays in the journal.
    """
    _check_skill(found, settings, bench)
    rolled: dict[str, Rolled] = {}

    async def work(source: Source) -> None:
        rolled[source.problem.id] = await roll(source, settings, bench)

    failures = await each(found, work, watch=watch)
    if failures and not rolled:
        raise failures[0].error
    _check_refusals(list(rolled.values()))
    return Collected(
        [rolled[s.problem.id] for s in found if s.problem.id in rolled],
        [LeftOut(source.problem.id, str(error)) for source, error in failures],
    )


async def roll(source: Source, settings: Settings, bench: Bench) -> Rolled:
    """Sample trajectories for one problem, and score each on it and its similar ones."""
    others = await similar(source, settings, bench)
    prompt, candidates, unreadable, outside = await sample(source.problem, settings, bench)
    problems = (source.problem, *others)
    measured = await together(*(scored(c, problems, bench) for c in candidates))
    return Rolled(source.problem, others, prompt, tuple(measured), unreadable, outside)


def _check_skill(found: Sequence[Source], settings: Settings, bench: Bench) -> None:
    """Before anything is spent."""
    unlike = [source.problem for source in found if source.world is None]
    if not unlike or not settings.m:
        return
    try:
        with bench.context(unlike[0]) as ctx:
            skilled(ctx, "navigator", PURPOSE)
    except NoSkill:
        name, question = bench.model("navigator").name, unlike[0].question[:60]
        raise NoSkill(
            f"{name} cannot write problems like {question!r} to score trajectories on: take m=0 to"
            " score them on the problem alone, problems of a world, or an instruction-tuned"
            " navigator"
        ) from None


def _check_refusals(rolled: Sequence[Rolled]) -> None:
    outcomes = [o for r in rolled for s in r.scored for o in s.outcomes]
    if outcomes and all(outcome.refused for outcome in outcomes):
        raise ModelError(
            f"the reasoner refused all {len(outcomes)} roll-outs as bad requests:"
            " check the model's name and how many tokens it takes"
        )
