"""A fake OpenAI-compatible server that keeps every strategy going, counts, and fails on request.

    python benchmarks/fake.py --serve      prints its port

Each reply comes after 100 ms, any number at once, and holds all that a strategy may look for: a
boxed answer, a plan, a step's result, an assessment, questions, scores. The name of the model says
what else happens:

    same      every reply gives one answer
    mixed     answers take turns, so that votes are close and debates go on
    faulty    as `same`, but 10 % of the calls get a 429, 5 % a 500, and 1 % no reply at all

A token is a word. What was sent is counted when it is sent: a reply to a client that has gone does
not count. POST to /v1/totals gives the counts and sets them to zero.
"""

from __future__ import annotations

import asyncio
import json
import random
import urllib.request
from collections import Counter
from itertools import count
from typing import Any, ClassVar

from client import LATENCY_S, FakeServer, serve

RATE_LIMITED, BROKEN, HANGING = 0.10, 0.05, 0.01
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
        if request["model"] == "faulty" and self.failed():
            return
        loop = asyncio.get_running_loop()
        later = loop.call_later(LATENCY_S, lambda: self.complete(later, request))
        self.waiting.add(later)

    def failed(self) -> bool:
        """Whether this call fails, and how: at once, but for one that hangs."""
        drawn = self.faults.random()
        if drawn < RATE_LIMITED:
            self.refuse("429 Too Many Requests", "Retry-After: 1\r\n" if drawn < 0.05 else "")
        elif drawn < RATE_LIMITED + BROKEN:
            self.refuse("500 Internal Server Error")
        elif drawn < RATE_LIMITED + BROKEN + HANGING:
            self.totals["hang"] += 1
        else:
            return False
        return True

    def refuse(self, status: str, more: str = "") -> None:
        self.totals[status[:3]] += 1
        self.answer(json.dumps({"error": {"message": "a planned fault"}}).encode(), status, more)

    def complete(self, handle: asyncio.TimerHandle, request: dict[str, Any]) -> None:
        self.waiting.discard(handle)
        texts = [said(next(self.turns), request) for _ in range(request.get("n") or 1)]
        prompt = sum(len(m["content"].split()) for m in request["messages"])
        written = sum(len(text.split()) for text in texts)
        self.totals.update({"ok": 1, "prompt_tokens": prompt, "completion_tokens": written})
        self.answer(json.dumps(completion(texts, prompt, written)).encode())


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
        "answer": str(answer),
        "questions": QUESTIONS,
        "scores": [0.2],
        "choice": 1,
        "right": False,
        "feedback": "Say how the sum was found.",
    }
    return f"{json.dumps(holds)} So it is \\boxed{{{answer}}}"


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
