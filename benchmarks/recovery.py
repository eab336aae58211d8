"""What a killed run loses: kill -9 at random points, go on, and compare with an unbroken run.

    python benchmarks/recovery.py [--model scripted] [--kills 10] [--problems 20] [--seed 0]

Prints whether the results are identical, and how many calls were begun in all lives together beside
those of the unbroken run; at most `--at-once` calls may be lost a kill. With `--model nano` rows of
a batch depend in their last bits on which others are there, so a few attempts may differ.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import subprocess
import sys
import tempfile
import time
from dataclasses import astuple, replace
from pathlib import Path
from typing import Any

from reasonloom.evaluate import store
from reasonloom.evaluate.plan import Wish
from reasonloom.evaluate.runner import evaluate
from reasonloom.models.protocol import Model, Request, Response
from reasonloom.models.scripted import Scripted
from reasonloom.models.wrapper import Wrapper

STRATEGIES = ("cot(temperature=0.7)", "reasonflux")


class Counted(Wrapper):
    """Writes one letter to standard error as each call begins."""

    async def generate(self, request: Request) -> Response:
        os.write(2, b"x")
        return await self.inner.generate(request)


def guess(request: Request) -> str:
    return f"It is \\boxed{{{random.Random(request.seeds[0]).randint(1, 3)}}}"


def opened(model: str) -> Model:
    if model == "scripted":
        return Scripted(guess, delay=lambda _: 0.02)
    from reasonloom.models.resolve import resolve

    return resolve(model)


def live(options: argparse.Namespace, path: Path) -> None:
    """One life of a run, until its end or its death."""
    wish = Wish("world:composite(depth=2)", STRATEGIES, limit=options.problems, samples=2)
    model = Counted(opened(options.model))
    asyncio.run(evaluate(wish, model=model, path=path, concurrency=options.at_once))


def start(path: Path) -> subprocess.Popen[bytes]:
    with path.with_suffix(".calls").open("ab") as log:
        return subprocess.Popen([sys.executable, *sys.argv, "--child", str(path)], stderr=log)


def begun(path: Path) -> int:
    return path.with_suffix(".calls").stat().st_size


def results(path: Path) -> dict[Any, Any]:
    with store.open_run(path) as run:
        return {
            a.key: astuple(replace(a, seconds=0.0, path=0.0, replayed=0))
            for a in store.attempts(run)
        }


def compare(options: argparse.Namespace, folder: Path) -> None:
    whole, killed = folder / "whole.db", folder / "killed.db"
    clock = time.perf_counter()
    if start(whole).wait():
        sys.exit(whole.with_suffix(".calls").read_text())
    wall = time.perf_counter() - clock
    rng = random.Random(options.seed)
    for calls in sorted(rng.sample(range(1, begun(whole)), options.kills)):
        process = start(killed)
        goal = max(calls, begun(killed) + 1)
        while begun(killed) < goal and process.poll() is None:
            time.sleep(rng.uniform(0, 0.01))
        process.kill()
        process.wait()
        print(f"killed after {begun(killed)} calls")
    clock = time.perf_counter()
    start(killed).wait()
    print(f"the last life took {time.perf_counter() - clock:.1f} s, the unbroken run {wall:.1f} s")
    one, other = results(whole), results(killed)
    differ = sum(one[key] != other.get(key) for key in one)
    lost = begun(killed) - begun(whole)
    print(f"{len(one)} attempts, {differ} differ")
    print(f"{begun(whole)} calls unbroken, {begun(killed)} over {options.kills + 1} lives", end="")
    print(f": {lost} made again, at most {options.kills * options.at_once} were in flight")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="scripted")
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--problems", type=int, default=20)
    parser.add_argument("--at-once", type=int, default=4)
    parser.add_argument(
        "--warm-up", type=float, default=1.5, help="seconds a process takes to begin"
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        live(options, options.child)
        return
    with tempfile.TemporaryDirectory() as folder:
        compare(options, Path(folder))


if __name__ == "__main__":
    main()
