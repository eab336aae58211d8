"""A run that is killed loses at most the calls in flight."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from reasonloom.trace import Call, read_trace

RUN = """
import asyncio, sys
from reasonloom.context import open_context
from reasonloom.models.scripted import Scripted
from reasonloom.problem import Problem
from reasonloom.trace import Trace, TraceFile

async def work(ctx):
    while True:
        (choice,) = await ctx.generate("hi", max_tokens=16)
        print(choice.text, flush=True)

async def main():
    model = Scripted(lambda r: str(r.seeds[0]), delay=lambda r: 0.001)
    trace = Trace(TraceFile(sys.argv[1]))
    with open_context(Problem("q"), {"default": model}, trace=trace) as ctx:
        await ctx.gather({str(i): work for i in range(8)})

asyncio.run(main())
"""


def test_every_reply_that_a_strategy_saw_is_in_the_trace_of_a_killed_run(tmp_path: Path) -> None:
    path = tmp_path / "trace.jsonl"
    command = [sys.executable, "-c", RUN, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        seen = [run.stdout.readline().strip() for _ in range(40)]
        run.kill()
        seen += run.stdout.read().split()
    calls = [event for event in read_trace(path) if isinstance(event, Call)]
    assert all(seen)
    assert set(seen) <= {call.response.choices[0].text for call in calls if call.response}
