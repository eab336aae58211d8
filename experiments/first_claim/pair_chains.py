"""Right against wrong chains of thought on the same problem: what the baseline learns from.

The counterpart of `reasonloom.train.trajectories`: there trajectories whose rewards lie apart make
a pair, here chains of which one ends right and one wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import product, starmap, zip_longest
from pathlib import Path
from typing import NamedTuple

from reasonloom.context import Context
from reasonloom.data.prompts import told
from reasonloom.data.verdicts import judge
from reasonloom.grading.grade import Grader
from reasonloom.models.protocol import Model
from reasonloom.problem import Problem
from reasonloom.seeds import derive
from reasonloom.strategies.ask import speak
from reasonloom.train.rows import Row, row_id
from reasonloom.train.trajectories import Settings
from reasonloom.train.trajectories.bench import Bench, open_bench, together

ROLE = "reasoner"


class Chain(NamedTuple):
    """A chain that ended by itself; `right` is whether its final answer is."""

    text: str
    right: bool


class Made(NamedTuple):
    rows: list[Row]
    told: str


async def chain_pairs(
    problems: Sequence[Problem], model: Model, settings: Settings, most: int, folder: Path
) -> Made:
    """At most `most` rows of `prompt`, `chosen` and `rejected`, and what they come from in words.

    K chains are sampled a problem, at the temperature of `settings`, and journaled in `folder`.
    """
    async with open_bench(folder, model=model, seed=settings.seed) as bench:
        found = await together(*(_chains(p, settings, bench) for p in problems))
        pairs = [
            [_row(problem, *pair, bench) for pair in apart(problem, chains, settings)]
            for problem, chains in zip(problems, found, strict=True)
        ]
    rows = spread(pairs, most)
    drawn = [chain for chains in found for chain in chains]
    return Made(
        rows,
        f"{len(problems)} problems, {settings.k} chains each: {len(drawn)} ended,"
        f" {sum(chain.right for chain in drawn)} right; with a pair"
        f" {sum(map(bool, pairs))}, {len(rows)} pairs of {sum(map(len, pairs))}",
    )


def apart(
    problem: Problem, chains: Sequence[Chain], settings: Settings
) -> list[tuple[Chain, Chain]]:
    """(right, wrong), up to the bound of a problem, in an order that is drawn: so no chain is in
    every pair for being sampled first."""
    right, wrong = ([c for c in dict.fromkeys(chains) if c.right is want] for want in (True, False))

    def rank(pair: tuple[Chain, Chain]) -> int:
        return derive(settings.seed, "pair", problem.id, pair[0].text, pair[1].text)

    return sorted(product(right, wrong), key=rank)[: settings.per_problem]


def spread(pairs: Sequence[Sequence[Row]], most: int) -> list[Row]:
    """The first pair of every problem before the second of any."""
    return [row for turn in zip_longest(*pairs) for row in turn if row is not None][:most]


async def _chains(problem: Problem, settings: Settings, bench: Bench) -> list[Chain]:
    about = {"k": settings.k, "temperature": settings.temperature}
    work = partial(_sampled, problem, settings, bench.grader)
    return list(starmap(Chain, await bench.unit("chains", problem, about, work)))


async def _sampled(
    problem: Problem, settings: Settings, grader: Grader, ctx: Context
) -> list[tuple[str, bool]]:
    request = speak(ctx, ROLE).cot(problem.question)
    drawn = await ctx.generate(
        request.prompt,
        role=ROLE,
        n=settings.k,
        max_tokens=request.max_tokens,
        temperature=settings.temperature,
    )
    chains = []
    for choice in drawn:
        if choice.finish_reason == "stop":
            said = request.read(choice.text, choice.finish_reason)
            verdict = await judge(grader, problem, said if isinstance(said, str) else None)
            chains.append((choice.text, verdict.correct))
    return chains


def _row(problem: Problem, good: Chain, bad: Chain, bench: Bench) -> Row:
    prompt = told(bench.dialect(ROLE).cot(problem.question).prompt)
    return {
        "id": row_id(prompt, good.text, bad.text),
        "prompt": prompt,
        "chosen": good.text,
        "rejected": bad.text,
        "from": {"maker": "chains", "problem": problem.id, "model": bench.identity(ROLE)},
    }
