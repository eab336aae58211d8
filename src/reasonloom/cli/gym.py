"""`loom worlds show` and `solve`: problems of reasoning-gym, with what we know of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

if TYPE_CHECKING:
    from reasonloom.problem import Problem
    from reasonloom.worlds.gym import Worked

Part = Literal["train", "dev", "test"]
Spec = Annotated[str, typer.Argument(help="gym:NAME or 'gym:NAME(option=value, ...)'.")]
Split = Annotated[Part, typer.Option(help="Which part of the problems.")]
Count = Annotated[int, typer.Option("-n", help="How many.", min=1)]
Seed = Annotated[int, typer.Option(help="Seed of the draw.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]


def show(
    spec: Spec,
    split: Split = "dev",
    n: Count = 3,
    seed: Seed = 0,
    worked: Annotated[bool, typer.Option(help="Show our worked solutions too.")] = False,
    as_json: AsJson = False,
) -> None:
    """Problems of reasoning-gym with their answers (needs the extra gym)."""
    from reasonloom.worlds import gym

    for problem in gym.GymSource.parse(spec).problems(split, n, seed):
        solutions = gym.worked(problem) if worked else []
        if as_json:
            print(json.dumps(_row(problem, solutions), ensure_ascii=False))
        else:
            print(f"{problem.question}\n  = {problem.answer}")
            for template, lines, value in solutions:
                print("\n    ".join([f"  {template}: {value}", *lines]))


def solve(
    spec: Spec,
    strategy: Annotated[str, typer.Option(help="As for loom solve.")] = "reasonflux",
    model: Annotated[str, typer.Option(help="As for loom solve.")] = "nano",
    split: Split = "dev",
    n: Count = 3,
    seed: Seed = 0,
    as_json: AsJson = False,
) -> None:
    """Solve problems of reasoning-gym and grade the answers by full score only."""
    import asyncio

    from reasonloom.worlds.gym import GymSource

    problems = GymSource.parse(spec).problems(split, n, seed)
    right = asyncio.run(_solve_all(problems, strategy, model, seed, as_json))
    if not as_json:
        print(f"{right} of {len(problems)} correct")


async def _solve_all(
    problems: list[Problem], strategy: str, model: str, seed: int, as_json: bool
) -> int:
    from reasonloom.api import asolve
    from reasonloom.models.resolve import resolve
    from reasonloom.worlds.gym import grade

    right = 0
    opened = resolve(model)
    try:
        for problem in problems:
            solution = await asolve(problem, strategy=strategy, model=opened, seed=seed)
            verdict = grade(problem, solution.answer, is_text=False)
            right += verdict.correct
            if as_json:
                got = {"got": solution.answer, "outcome": verdict.outcome, "reason": verdict.reason}
                print(json.dumps(_row(problem, []) | got, ensure_ascii=False))
            else:
                said = f"got {solution.answer}" if solution.answer else solution.stop_reason
                print(f"{problem.question}\n  = {problem.answer}, {said} ({verdict.outcome})")
    finally:
        await opened.close()
    return right


def _row(problem: Problem, solutions: list[Worked]) -> dict[str, Any]:
    row = {
        "id": problem.id,
        "question": problem.question,
        "answer": problem.answer,
        "topic": problem.topic,
        "source": problem.source,
    }
    return row | ({"worked": [s._asdict() for s in solutions]} if solutions else {})
