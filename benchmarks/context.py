"""What `ctx.generate` itself costs: microseconds a call, beside the bare scripted model.

Run `python benchmarks/context.py`. It makes 256 x 20 calls, 256 of them in flight, with prompts of
400 characters and replies of 200 tokens with their ids: first straight on the model, then through a
context with the trace in memory, with limits, and with the trace on disk. Best of five, CPU time of
all threads, so a busy machine disturbs it little.
"""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from reasonloom.context import Context, open_context
from reasonloom.limits import Limits
from reasonloom.models.protocol import Choice, Message, Request, Response, Usage
from reasonloom.models.scripted import Scripted
from reasonloom.problem import Problem
from reasonloom.trace import Trace, TraceFile

IN_FLIGHT, EACH, ROUNDS = 256, 20, 5
PROMPT = "Solve this step by step. " * 16
REPLY = Response((Choice("so " * 200, token_ids=tuple(range(200))),), Usage(100, 200))


async def reply(request: Request) -> Response:
    await asyncio.sleep(0)
    return REPLY


async def bare() -> None:
    model = Scripted(reply)

    async def work() -> None:
        for _ in range(EACH):
            await model.generate(Request(messages=(Message("user", PROMPT),)))

    await asyncio.gather(*(work() for _ in range(IN_FLIGHT)))


async def through_context(limits: Limits | None = None, file: TraceFile | None = None) -> None:
    async def work(ctx: Context) -> None:
        for _ in range(EACH):
            await ctx.generate(PROMPT)

    model = {"default": Scripted(reply)}
    with open_context(Problem("q"), model, limits=limits, trace=Trace(file)) as ctx:
        await ctx.gather({str(i): work for i in range(IN_FLIGHT)})


async def on_disk() -> None:
    with tempfile.TemporaryDirectory() as folder, TraceFile(Path(folder) / "trace.jsonl") as file:
        await through_context(file=file)


def microseconds(run: Callable[[], Awaitable[None]]) -> float:
    """CPU time a call, best of ROUNDS."""

    async def once() -> None:
        await run()

    best = float("inf")
    for _ in range(ROUNDS):
        started = time.process_time()
        asyncio.run(once())
        best = min(best, time.process_time() - started)
    return best / (IN_FLIGHT * EACH) * 1e6


def main() -> None:
    base = microseconds(bare)
    rich = Limits(calls=10**9, tokens=10**11)
    print(f"{'scripted model alone':32}{base:8.1f} us a call")
    for name, run in (
        ("context, trace in memory", through_context),
        ("context, trace and limits", lambda: through_context(rich)),
        ("context, trace on disk", on_disk),
    ):
        cost = microseconds(run)
        print(f"{name:32}{cost:8.1f} us a call, {cost - base:6.1f} of them ours")


if __name__ == "__main__":
    main()
