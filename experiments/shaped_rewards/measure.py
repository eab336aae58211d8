"""What a model answers to held-out problems, and how long and how repetitive that is."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from statistics import fmean

from reasonloom.context import Context
from reasonloom.data.verdicts import judge
from reasonloom.grading.grade import Grader
from reasonloom.models.protocol import Choice
from reasonloom.problem import Problem
from reasonloom.strategies.ask import speak
from reasonloom.strategies.dialects import compact
from reasonloom.train.rewards import repeated_share_penalty
from reasonloom.train.trajectories.bench import Bench, together

from ..common.results import Record
from .arms import N
from .bench import ROLE, opened
from .design import HELD_SEED, Design


async def measured(
    model: str, problems: Sequence[Problem], design: Design, folder: Path
) -> list[Record]:
    """Of each problem, means over the sampled responses:

    right     share with the right answer
    tokens    of a response, its end token included
    capped    share that hit the cap
    waits     lines that begin with `wait;`
    repeated  share of 20-grams that stood earlier in the same response

    and `greedy`, whether the greedy response is right.
    """
    async with opened(model, folder, HELD_SEED, design.threads) as bench:
        return await together(*(_measured(problem, design, bench) for problem in problems))


async def _measured(problem: Problem, design: Design, bench: Bench) -> Record:
    about = {
        "cap": design.cap,
        "asked": design.asked,
        "heat": design.asked_heat,
        "top_p": design.asked_top_p,
    }
    values = await bench.unit(
        "respond", problem, about, partial(_responses, problem, design, bench.grader)
    )
    return Record(problem.id, int(problem.meta["depth"]), values)


async def _responses(
    problem: Problem, design: Design, grader: Grader, ctx: Context
) -> dict[str, float]:
    prompt = speak(ctx, ROLE).cot(problem.question).prompt
    sampled = await ctx.generate(
        prompt,
        role=ROLE,
        n=design.asked,
        max_tokens=design.cap,
        temperature=design.asked_heat,
        top_p=design.asked_top_p,
    )
    (greedy,) = await ctx.generate(prompt, role=ROLE, max_tokens=design.cap)
    return shape(sampled) | {
        "right": fmean([await _right(choice, problem, grader) for choice in sampled]),
        "greedy": await _right(greedy, problem, grader),
    }


async def _right(choice: Choice, problem: Problem, grader: Grader) -> float:
    """Read as RL reads it: a response that was cut may have said its answer before."""
    stated = compact.parse_answer(choice.text)
    answer = stated if isinstance(stated, str) else None
    return float((await judge(grader, problem, answer)).correct)


def shape(responses: Sequence[Choice]) -> dict[str, float]:
    """What needs no reference answer."""
    return {
        "tokens": fmean(r.completion_tokens for r in responses),
        "capped": fmean(r.finish_reason == "length" for r in responses),
        "waits": fmean(waits_in(r.text) for r in responses),
        "repeated": fmean(-repeated_share_penalty(r.token_ids or (), N, -1.0) for r in responses),
    }


def waits_in(text: str) -> int:
    return sum(line.startswith(compact.WAIT.strip()) for line in text.splitlines())
