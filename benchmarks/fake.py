"""A fake OpenAI-compatible server that keeps every strategy going, counts, and fails on request.

    python benchmarks/fake.py --serve      prints its port

Each reply comes after 100 ms, any number at once, and holds all that a strategy may look for: a
boxed answer, a plan, a step's result, an assessment, questions, scores. The name of the model says
what else happens:

    same      every reply gives one answer
    mixed     answers take turns, so that votes are close and debates go on
    faulty    as `same`, but 10 % of the calls get a 429, 5 % a 500, and 1 % no reply at all
    failing   as `same`, but 50 % of the calls get a 500, and 10 % no reply at all

With `continue_final_message` a reply goes on from what the last message holds of it. A token is a
word. What was sent is counted when it is sent: a reply to a client that has gone does not count.
POST to /v1/totals gives the counts and sets them to zero. `chain` among them is the most calls of
which each arrived after the one before it had been answered.
"""

from __future__ import annotations

import asyncio
import json
import random
import urllib.request
from collections import Counter
from itertools import count
from typing import Any, ClassVar, NamedTuple

from client import LATENCY_S, FakeServer, serve


class Faults(NamedTuple):
    """Shares of the calls that get a 429, a 500 and no reply."""

    limited: float = 0.0
    broken: float = 0.0
    hanging: float = 0.0


FAULTS = {"faulty": Faults(0.10, 0.05, 0.01), "failing": Faults(broken=0.50, hanging=0.10)}
STEPS = [
    {
        "goal": "find the greatest common divisor a of 84 and 36",
        "template": "euclidean-algorithm",
        "tags": ["gcd"],
        "needs": [],
    },
    {
        "goal": "find the greatest common divisor b of 45 and 60",
        "template": "euclidean-algorithm",
        "tags": ["gcd"],
        "needs": [],
    },
    {
        "goal": "find the greatest common divisor of a and b",
        "template": "euclidean-algorithm",
        "tags": ["gcd"],
        "needs": [1, 2],
    },
]
QUESTIONS = ("What is a?", "What is b?")


class Fake(FakeServer):
    """One connection; what is counted belongs to the server."""

    totals: ClassVar[Counter[str]] = Counter()
    turns = count()
    faults = random.Random(0)
    linked: ClassVar[float] = 0.0
    """When the last call of the chain was answered."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        self.waiting: set[asyncio.TimerHandle] = set()

    def connection_lost(self, exc: Exception | None) -> None:
        for reply in self.waiting:
            reply.cancel()
            self.totals["cut off"] += 1

    def asked(self, head: bytes, body: bytes) -> None:
        if b"/totals" in head.split(b"\r\n", 1)[0]:
            self.answer(json.dumps(self.totals).encode())
            self.totals.clear()
            return
        request = json.loads(body)
        if self.failed(FAULTS.get(request["model"], Faults())):
            return
        loop = asyncio.get_running_loop()
        arrived = loop.time()
        later = loop.call_later(LATENCY_S, lambda: self.complete(later, arrived, request))
        self.waiting.add(later)

    def failed(self, shares: Faults) -> bool:
        """Whether this call fails, and how: at once, but for one that hangs."""
        drawn = self.faults.random()
        if drawn < shares.limited:
            asks = drawn < shares.limited / 2
            self.refuse("429 Too Many Requests", "Retry-After: 1\r\n" if asks else "")
        elif drawn < shares.limited + shares.broken:
            self.refuse("500 Internal Server Error")
        elif drawn < sum(shares):
            self.totals["hang"] += 1
        else:
            return False
        return True

    def refuse(self, status: str, more: str = "") -> None:
        self.totals[status[:3]] += 1
        self.answer(json.dumps({"error": {"message": "a planned fault"}}).encode(), status, more)

    def complete(
        self, handle: asyncio.TimerHandle, arrived: float, request: dict[str, Any]
    ) -> None:
        self.waiting.discard(handle)
        self.link(arrived)
        texts = [said(next(self.turns), request) for _ in range(request.get("n") or 1)]
        prompt = sum(len(m["content"].split()) for m in request["messages"])
        written = sum(len(text.split()) for text in texts)
        self.totals.update({"ok": 1, "prompt_tokens": prompt, "completion_tokens": written})
        self.answer(json.dumps(completion(texts, prompt, written)).encode())

    @classmethod
    def link(cls, arrived: float) -> None:
        """Lengthen the chain by a call that ends now, if it arrived after the chain's last one.

        Calls end in order, so taking each that fits gives the longest chain.
        """
        if arrived >= cls.linked:
            cls.totals["chain"] += 1
            cls.linked = asyncio.get_running_loop().time()


def said(turn: int, request: dict[str, Any]) -> str:
    """On one line, which a scorer of steps takes as one step."""
    answer = 42 + (turn % 3 if request["model"] == "mixed" else 0)
    holds = {
        "steps": STEPS,
        "instantiation": "Add them up.",
        "work": "a + b",
        "value": f"the sum is {answer}",
        "check": "done again",
        "action": "accept",
        "reason": "",
        "reasoning": "",
        "rationale": "",
        "answer": str(answer),
        "questions": QUESTIONS,
        "scores": [0.2],
        "choice": 1,
        "right": False,
        "feedback": "Say how the sum was found.",
    }
    text = f"{json.dumps(holds)} So it is \\boxed{{{answer}}}"
    begun = request["messages"][-1]["content"] if request.get("continue_final_message") else ""
    return text.removeprefix(begun)


def completion(texts: list[str], prompt: int, written: int) -> dict[str, Any]:
    choices = [
        {"index": i, "message": {"role": "assistant", "content": t}, "finish_reason": "stop"}
        for i, t in enumerate(texts)
    ]
    usage = {"prompt_tokens": prompt, "completion_tokens": written}
    return {"id": "chatcmpl-1", "model": "fake", "choices": choices, "usage": usage}


def totals(url: str) -> Counter[str]:
    """What the server has counted since it was last asked."""
    with urllib.request.urlopen(f"{url}/totals", data=b"{}") as reply:
        return Counter(json.loads(reply.read()))


if __name__ == "__main__":
    asyncio.run(serve(Fake))
