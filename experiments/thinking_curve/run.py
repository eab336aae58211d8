"""nano's accuracy against its thinking: thinking ended early, and told to go on.

python -m experiments.thinking_curve.run                          the test split
python -m experiments.thinking_curve.run --split dev --each 10    while working on it

Greedy, so nothing is drawn but the problems. It can be stopped: what stands in the records is not
made again. The loop detector of budget forcing is off (patience), for it would end the curve, and
the maximum leaves room for every wait in nano's context.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from dataclasses import asdict
from pathlib import Path
from typing import TextIO

from reasonloom.api import asolve
from reasonloom.data.load import load
from reasonloom.grading import Grader
from reasonloom.models.protocol import Model
from reasonloom.models.resolve import resolve
from reasonloom.problem import Problem

from . import page
from .curve import Record, recorded

ROOT = Path(__file__).parents[2]
DEPTHS = (2, 4, 6)
CAPS = (0, 16, 32, 64, 128, 256, 512)
WAITS = (1, 2, 4, 8)
FREE = "budget_forcing(wait=0)"
CAPPED = [f"budget_forcing(wait=0, max_thinking={cap})" for cap in CAPS]
TOLD = [
    f"budget_forcing(wait={wait}, max_thinking=3000, patience={max(WAITS) + 1})" for wait in WAITS
]
AT_ONCE = 64


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--split", choices=("dev", "test"), default="test")
    parser.add_argument("--each", type=int, default=100, help="problems a depth")
    parser.add_argument("--model", default="nano")
    parser.add_argument("--records", type=Path, help="default: runs/thinking_curve/SPLIT.jsonl")
    parser.add_argument("--page", type=Path, help="default: in docs/results; dev: beside records")
    given = parser.parse_args()
    path = given.records or ROOT / "runs" / "thinking_curve" / f"{given.split}.jsonl"
    shown = ROOT / "docs" / "results" / "thinking_curve.md"
    shown = given.page or (shown if given.split == "test" else path.with_suffix(".md"))
    problems = {
        problem: depth
        for depth in DEPTHS
        for problem in load(f"world:composite(depth={depth})", split=given.split, limit=given.each)
    }
    records = asyncio.run(measure(given.model, problems, path))
    command = f"python -m experiments.thinking_curve.run --split {given.split} --each {given.each}"
    page.write(records, [*CAPPED, FREE], [FREE, *TOLD], shown, command)
    print(f"wrote {shown}")


async def measure(spec: str, problems: dict[Problem, int], path: Path) -> list[Record]:
    """The records of every arm on every problem with this very model; missing ones are made."""
    model = resolve(spec)
    known = [record for record in recorded(path) if record.model == named(model)]
    made = {(record.arm, record.key): record for record in known}
    limit = asyncio.Semaphore(AT_ONCE)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as file:
        async with Grader() as grader:

            async def one(arm: str, problem: Problem, depth: int) -> None:
                async with limit:
                    record = await solved(arm, problem, depth, model, grader)
                made[arm, problem.id] = record
                append(record, file)

            for arm in (*CAPPED, FREE, *TOLD):
                todo = [(p, d) for p, d in problems.items() if (arm, p.id) not in made]
                await asyncio.gather(*(one(arm, p, d) for p, d in todo))
                print(f"{arm}: {len(problems)} problems, {len(todo)} of them now", flush=True)
    await model.close()
    return [made[arm, p.id] for arm in (*CAPPED, FREE, *TOLD) for p in problems]


def named(model: Model) -> str:
    """With the hash of its weights, so that records of other weights are not taken for its own."""
    return f"{model.name} {model.profile.hash or ''}".strip()


async def solved(arm: str, problem: Problem, depth: int, model: Model, grader: Grader) -> Record:
    solution = await asolve(problem, strategy=arm, model=model)
    verdict = await grader.grade(solution.answer, problem.answer, is_text=False)
    account = solution.detail["budget_forcing"]
    return Record(
        named(model),
        arm,
        depth,
        problem.id,
        verdict.correct,
        account["thinking"] + account["injected"],
        account["waits"],
        account["end"],
        solution.answer,
        problem.answer,
    )


def append(record: Record, file: TextIO) -> None:
    file.write(json.dumps(asdict(record)) + "\n")
    file.flush()


if __name__ == "__main__":
    main()
