"""Chains to learn from: nano's own, as they are, and those in which nano was told to wait.

After Demystifying Long CoT (arXiv 2502.03373), section 3: rejection sampling of short and of long
chains, right final answers only. There two models write them; here one does, and what makes a chain
long is `wait; ` behind a line, upon which nano does the part of that line once more.
"""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial
from itertools import starmap
from pathlib import Path
from statistics import fmean
from typing import Any, NamedTuple

from reasonloom.branches import BranchFailure
from reasonloom.context import Context
from reasonloom.data.prompts import told
from reasonloom.data.verdicts import judge
from reasonloom.grading.grade import Grader
from reasonloom.models.protocol import tokens_of
from reasonloom.problem import Problem
from reasonloom.strategies.ask import speak
from reasonloom.strategies.dialects import compact
from reasonloom.train.rows import Row, row_id, write_rows
from reasonloom.train.trajectories.bench import Bench, together

from .arms import LONG, NANO, SHORT
from .bench import ROLE, opened
from .design import Design
from .measure import waits_in

Write = Callable[[Problem, Design, Context], Awaitable[list[str]]]
"""Chains for a problem that ended by themselves within the cap."""
END_OF_LINE = "\n"
PART = " | "
"""Stands in each line that works a part out, and not in the line that only says the answer."""


class Made(NamedTuple):
    """rows  of each kind, as many for each problem of one as of the other
    told  of each kind, what was sampled, in words
    """

    rows: dict[str, list[Row]]
    told: dict[str, str]


class Chain(NamedTuple):
    """tokens  with the end token; right: whether its final answer is"""

    text: str
    tokens: int
    right: bool


async def make_rows(
    problems: Sequence[Problem], design: Design, seed: int, folder: Path, model: str = NANO
) -> Made:
    """Rows for both starting models; a file of each stands in `folder`."""
    async with opened(model, folder, seed, design.threads) as bench:
        found = {
            kind: await together(*(_chains(kind, p, design, bench) for p in problems))
            for kind in WRITERS
        }
    kept = {kind: [_right(chains) for chains in by_problem] for kind, by_problem in found.items()}
    counts = [min(map(len, both)) for both in zip(*kept.values(), strict=True)]
    rows = {
        kind: list(starmap(partial(_row, kind), _first(problems, chains, counts)))
        for kind, chains in kept.items()
    }
    for kind, own in rows.items():
        write_rows(folder / f"{kind.partition(' ')[0]}.jsonl", own)
    tries = design.tries * len(problems)
    return Made(rows, {k: _told(found[k], rows[k], tries) for k in WRITERS})


async def as_it_is(problem: Problem, design: Design, ctx: Context) -> list[str]:
    request = speak(ctx, ROLE).cot(problem.question)
    drawn = await ctx.generate(
        request.prompt,
        role=ROLE,
        n=design.tries,
        max_tokens=design.cap,
        temperature=design.heat,
    )
    return [choice.text for choice in drawn if choice.finish_reason == "stop"]


async def with_waits(problem: Problem, design: Design, ctx: Context) -> list[str]:
    work = partial(_waiting, problem, design)
    found = await ctx.gather({f"chain-{i}": work for i in range(design.tries)})
    chains = []
    for chain in found.values():
        if isinstance(chain, BranchFailure):
            raise chain.error
        chains.append(chain)
    return [chain for chain in chains if chain is not None]


WRITERS: dict[str, Write] = {SHORT: as_it_is, LONG: with_waits}


async def _waiting(problem: Problem, design: Design, ctx: Context) -> str | None:
    """None where the chain does not end within the cap."""
    rng, tokens = random.Random(ctx.seed), tokens_of(ctx.model(ROLE))
    assert tokens is not None
    prompt = speak(ctx, ROLE).cot(problem.question).prompt
    reply = ctx.continuation(prompt, role=ROLE, temperature=design.heat)
    waits = 0
    while (left := design.cap - len(tokens.encode_text(reply.text))) > 0:
        piece = await reply.extend(left, (END_OF_LINE,))
        if piece.finish_reason != "stop":
            return None
        works = PART in reply.text.rpartition(END_OF_LINE)[2]
        if works and waits < design.waits and rng.random() < design.wait:
            waits += 1
            reply.inject(END_OF_LINE + compact.WAIT)
        elif piece.stop == END_OF_LINE:
            waits = 0
            reply.inject(END_OF_LINE)
        else:
            return reply.text
    return None


async def _chains(kind: str, problem: Problem, design: Design, bench: Bench) -> list[Chain]:
    about: dict[str, Any] = {"cap": design.cap, "tries": design.tries, "heat": design.heat}
    if kind == LONG:
        about |= {"wait": design.wait, "waits": design.waits}
    work = partial(_written, WRITERS[kind], problem, design, bench.grader)
    return list(starmap(Chain, await bench.unit(kind, problem, about, work)))


async def _written(
    write: Write, problem: Problem, design: Design, grader: Grader, ctx: Context
) -> list[list[Any]]:
    """Chains as JSON."""
    tokens = tokens_of(ctx.model(ROLE))
    assert tokens is not None
    chains = []
    for text in await write(problem, design, ctx):
        stated = compact.parse_answer(text)
        answer = stated if isinstance(stated, str) else None
        right = (await judge(grader, problem, answer)).correct
        chains.append([text, len(tokens.encode_text(text)) + 1, right])
    return chains


def _right(chains: Sequence[Chain]) -> list[Chain]:
    """Those with the right answer, each once."""
    return list({chain.text: chain for chain in chains if chain.right}.values())


def _first(
    problems: Sequence[Problem], chains: Sequence[Sequence[Chain]], counts: Sequence[int]
) -> list[tuple[Problem, Chain]]:
    return [
        (problem, chain)
        for problem, own, count in zip(problems, chains, counts, strict=True)
        for chain in own[:count]
    ]


def _row(kind: str, problem: Problem, chain: Chain) -> Row:
    prompt = told(compact.Compact().cot(problem.question).prompt)
    made: Mapping[str, Any] = {"problem": problem.id, "kind": kind, "tokens": chain.tokens}
    return {
        "id": row_id(prompt, chain.text),
        "prompt": prompt,
        "completion": chain.text,
        "from": made,
    }


def _told(found: Sequence[Sequence[Chain]], rows: Sequence[Row], tries: int) -> str:
    ended = [chain for chains in found for chain in chains]
    right = sum(chain.right for chain in ended)
    shape = "no rows"
    if rows:
        waits = fmean(waits_in(row["completion"]) for row in rows)
        tokens = fmean(row["from"]["tokens"] for row in rows)
        shape = f"{len(rows)} rows of {tokens:.0f} tokens with {waits:.2f} waits"
    return f"{tries} chains sampled, {len(ended)} ended within the cap, {right} right; {shape}"
