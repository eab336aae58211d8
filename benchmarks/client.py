"""How much reasonloom's client costs beside bare aiohttp, and beside peers where installed.

    python benchmarks/client.py

A server in a process of its own answers each chat completion after 100 ms, with no limit on how
many at once. Each client makes the same 2,048 calls with 32 and with 256 in flight; samples are not
fused. Clients take turns within each repetition, in an order that is shuffled, so that what else
the machine does falls on all of them. Printed are wall seconds, CPU milliseconds a call of the
client's process, and both as ratios to bare aiohttp of the same repetition: the geometric mean with
its 95 % t-interval. Targets: wall at most 1.05, CPU at most 2;
where the interval holds a target, that is said.

Bare aiohttp is the least that does the work: one session, orjson in, orjson out, no error handling.
reasonloom is what `resolve` gives: retries, adaptive limit, typed errors, thinking split off. All
have as many connections open as calls in flight before the clock starts. What contexts and traces
add is measured by schedule.py.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gc
import json
import math
import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from importlib.metadata import version
from importlib.util import find_spec
from typing import NamedTuple

CALLS, IN_FLIGHT, LATENCY_S = 2048, (32, 256), 0.1
PROMPT = "Find the sum of the digits of 2 to the power of 15. " * 8
T_975 = {2: 4.303, 3: 3.182, 4: 2.776, 5: 2.571, 6: 2.447, 7: 2.365, 8: 2.306, 9: 2.262}
"""Quantiles of Student's t by degrees of freedom."""
WALL_TARGET, CPU_TARGET = 1.05, 2.0

Call = Callable[[], Awaitable[object]]
Open = Callable[[str], AbstractAsyncContextManager[Call]]
Mean = tuple[float, float, float]
"""With the ends of its 95 % interval."""
FIELDS = {
    "model": "fake",
    "messages": [{"role": "user", "content": PROMPT}],
    "temperature": 0.7,
    "max_tokens": 64,
}


class Sample(NamedTuple):
    """One run of one client: wall seconds and CPU seconds of its process."""

    wall: float
    cpu: float


@asynccontextmanager
async def bare_aiohttp(url: str, fields: Mapping[str, object] = FIELDS) -> AsyncIterator[Call]:
    """`fields` are those of the body."""
    import aiohttp
    import orjson

    connector = aiohttp.TCPConnector(limit=0)
    headers = {"Content-Type": "application/json"}
    async with aiohttp.ClientSession(connector=connector) as session:

        async def call() -> object:
            data = orjson.dumps(fields)
            async with session.post(f"{url}/chat/completions", data=data, headers=headers) as reply:
                return orjson.loads(await reply.read())["choices"][0]["message"]["content"]

        yield call


@asynccontextmanager
async def reasonloom(url: str) -> AsyncIterator[Call]:
    from reasonloom.models.protocol import Request, messages
    from reasonloom.models.resolve import resolve

    model = resolve(f"openai:fake@{url}")
    prompt = messages(("user", PROMPT))

    async def call() -> object:
        request = Request(messages=prompt, temperature=0.7, max_tokens=64, seeds=(7,))
        return (await model.generate(request)).choices[0].text

    try:
        yield call
    finally:
        await model.close()


@asynccontextmanager
async def its_hub(url: str) -> AsyncIterator[Call]:
    from its_hub.api.types import ChatMessage  # type: ignore[import-untyped]
    from its_hub.core.lms.openai_lm import (  # type: ignore[import-untyped]
        OpenAICompatibleLanguageModel,
    )

    model = OpenAICompatibleLanguageModel(
        url, "none", "fake", max_completion_tokens=64, temperature=0.7
    )
    turns = [ChatMessage(role="user", content=PROMPT)]

    async def call() -> object:
        return (await model.agenerate_single(turns))["content"]

    try:
        yield call
    finally:
        await model.close()


@asynccontextmanager
async def openai_sdk(url: str) -> AsyncIterator[Call]:
    from openai import AsyncOpenAI

    async with AsyncOpenAI(base_url=url, api_key="none", max_retries=2) as client:

        async def call() -> object:
            reply = await client.chat.completions.create(
                model="fake",
                messages=[{"role": "user", "content": PROMPT}],
                temperature=0.7,
                max_tokens=64,
            )
            return reply.choices[0].message.content

        yield call


class Client(NamedTuple):
    """How to open a client, and the packages without which it is left out, its own first."""

    open: Open
    packages: tuple[str, ...]


CLIENTS = {
    "bare aiohttp": Client(bare_aiohttp, ("aiohttp",)),
    "reasonloom": Client(reasonloom, ("reasonloom",)),
    "its_hub": Client(its_hub, ("its_hub", "backoff")),
    "openai SDK": Client(openai_sdk, ("openai",)),
}


class Clock:
    """Wall and CPU seconds since it was made, the latter of all threads of this process."""

    def __init__(self) -> None:
        gc.collect()  # what an earlier client left is not for this one to clear away
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    def read(self) -> Sample:
        return Sample(time.perf_counter() - self._wall, time.process_time() - self._cpu)


async def measure(client: Open, url: str, calls: int, in_flight: int, warm: bool = True) -> Sample:
    """`calls` calls by `in_flight` workers; `warm`: after one call each that opens connections."""
    async with client(url) as call:
        if warm:
            await asyncio.gather(*(call() for _ in range(in_flight)))
        clock = Clock()
        await work(call, calls, in_flight)
        return clock.read()


async def work(call: Call, calls: int, in_flight: int) -> None:
    left = iter(range(calls))

    async def worker() -> None:
        for _ in left:
            await call()

    await asyncio.gather(*(worker() for _ in range(in_flight)))


def interval(ratios: Sequence[float]) -> Mean:
    """Geometric mean and its 95 % t-interval."""
    logs = [math.log(r) for r in ratios]
    middle = statistics.fmean(logs)
    half = T_975[len(logs) - 1] * statistics.stdev(logs) / math.sqrt(len(logs))
    return math.exp(middle), math.exp(middle - half), math.exp(middle + half)


def shown(mean: Mean) -> str:
    return f"{mean[0]:.3f} [{mean[1]:.3f}, {mean[2]:.3f}]"


def verdict(name: str, found: Mean, target: float) -> str:
    """Whether the mean is within the target, and whether the interval leaves that open."""
    mean, low, high = found
    word = "met" if mean <= target else "missed"
    doubt = f", but the interval holds {target:g}" if low <= target < high else ""
    return f"{name} at most {target:g}: {word}, {shown(found)}{doubt}"


def machine() -> str:
    """How busy it is: wall times hold for an idle one."""
    return f"{os.cpu_count()} cores, load average at the start {os.getloadavg()[0]:.1f}"


def compare(url: str, calls: int, in_flight: int, repetitions: int, names: Sequence[str]) -> bool:
    """Run, print, and say whether reasonloom's means are within the targets."""
    samples = _in_turns(url, calls, in_flight, repetitions, names)
    ideal = calls / in_flight * LATENCY_S
    print(f"\n{calls:,} calls, {in_flight} in flight (ideal {ideal:.2f} s), {repetitions} times")
    print(f"{'client':21}{'wall s':>8}{'CPU ms':>8}   {'wall ratio':22}{'CPU ratio':20}")
    for name in names:
        wall = statistics.fmean(s.wall for s in samples[name])
        cpu = statistics.fmean(s.cpu for s in samples[name]) / calls * 1e3
        ratios = "".join(shown(found).ljust(22) for found in _ratios(samples, name))
        print(f"{_versioned(name):21}{wall:8.2f}{cpu:8.3f}   {ratios}")
    walls, cpus = _ratios(samples, "reasonloom")
    print(verdict("wall", walls, WALL_TARGET))
    print(verdict("CPU", cpus, CPU_TARGET))
    return walls[0] <= WALL_TARGET and cpus[0] <= CPU_TARGET


def _in_turns(
    url: str, calls: int, in_flight: int, repetitions: int, names: Sequence[str]
) -> dict[str, list[Sample]]:
    samples: dict[str, list[Sample]] = {name: [] for name in names}
    order = random.Random(0)
    for _ in range(repetitions):
        for name in order.sample(list(names), len(names)):
            taken = asyncio.run(measure(CLIENTS[name].open, url, calls, in_flight))
            samples[name].append(taken)
    return samples


def _ratios(samples: Mapping[str, Sequence[Sample]], name: str) -> tuple[Mean, Mean]:
    """Of wall and of CPU, to bare aiohttp in the same repetition."""
    pairs = list(zip(samples[name], samples["bare aiohttp"], strict=True))
    return (
        interval([one.wall / bare.wall for one, bare in pairs]),
        interval([one.cpu / bare.cpu for one, bare in pairs]),
    )


def _versioned(name: str) -> str:
    return f"{name} {version(CLIENTS[name].packages[0])}"


class FakeServer(asyncio.Protocol):
    """Just enough HTTP/1.1 to answer each POST on a connection after LATENCY_S seconds."""

    REPLY = json.dumps(
        {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 0,
            "model": "fake",
            "choices": [
                {
                    "index": 0,
                    "message": {"role": "assistant", "content": "It is 26. " * 20},
                    "finish_reason": "stop",
                }
            ],
            "usage": {"prompt_tokens": 120, "completion_tokens": 60, "total_tokens": 180},
        }
    ).encode()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport, self.buffer = transport, b""

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            head = self.buffer[:end].lower()
            at = head.index(b"content-length:") + 15
            size = int(head[at:].split(b"\r\n", 1)[0])
            if len(self.buffer) < end + 4 + size:
                return
            body = self.buffer[end + 4 : end + 4 + size]
            self.buffer = self.buffer[end + 4 + size :]
            self.asked(head, body)

    def asked(self, head: bytes, body: bytes) -> None:
        asyncio.get_running_loop().call_later(LATENCY_S, self.answer, self.REPLY)

    def answer(self, reply: bytes, status: str = "200 OK", more: str = "") -> None:
        """`more` are further headers, each with its line end."""
        head = (
            f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\n{more}"
            f"Content-Length: {len(reply)}\r\n\r\n"
        )
        self.transport.write(head.encode() + reply)


async def serve(protocol: type[FakeServer] = FakeServer) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(protocol, "127.0.0.1", 0, backlog=2048)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


@contextlib.contextmanager
def fake_server(script: str = __file__) -> Iterator[str]:
    """The URL of a server in a process of its own, which `script --serve` runs."""
    command = [sys.executable, script, "--serve"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}/v1"
        finally:
            process.terminate()


def add_repetitions(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--repetitions", type=int, default=5, help="3 to 10 (default 5)")


def check_repetitions(parser: argparse.ArgumentParser, given: int) -> None:
    """End with one sentence where no interval can be made of so many."""
    least, most = min(T_975) + 1, max(T_975) + 1
    if not least <= given <= most:
        parser.error(f"--repetitions takes {least} to {most}, and {given} was given")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    add_repetitions(parser)
    parser.add_argument("--calls", type=int, default=CALLS)
    parser.add_argument("--in-flight", type=int, nargs="*", default=list(IN_FLIGHT))
    parser.add_argument("--only", nargs="*", help="leave out the clients that are not named here")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(serve())
        return 0
    check_repetitions(parser, options.repetitions)
    os.environ.pop("OPENAI_API_KEY", None)
    wanted = {"bare aiohttp", "reasonloom", *(options.only or [])}
    names = [
        name
        for name, client in CLIENTS.items()
        if all(find_spec(package) for package in client.packages)
        and (options.only is None or name in wanted)
    ]
    print(machine())
    with fake_server() as url:
        kept = [
            compare(url, options.calls, n, options.repetitions, names) for n in options.in_flight
        ]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
