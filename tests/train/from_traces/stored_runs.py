"""A chat model that plays ReasonFlux and chains of thought by a script, and runs made with it."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from reasonloom.evaluate.plan import Wish
from reasonloom.evaluate.runner import evaluate
from reasonloom.models.protocol import Request
from reasonloom.models.scripted import Scripted
from reasonloom.train.from_traces.kinds import worded

QUESTIONS = {"What is 6 * 7?": "42", "What is 2 + 3?": "5"}
WORK = {"instantiation": "put the numbers in", "work": "compute"}


class Chat:
    """Answers right, but where `slips` says so: with the request's kind, question and seed."""

    def __init__(self, slips: Callable[[str, str, int], bool] = lambda *_: False) -> None:
        self.slips = slips

    def __call__(self, request: Request) -> str:
        assert request.messages
        user = "\n".join(m.content for m in request.messages)
        question = next(q for q in QUESTIONS if q in user)
        kind = worded(request)
        wrong = self.slips(kind, question, request.seeds[0])
        answer = "0" if wrong else QUESTIONS[question]
        reply = self.reply(kind, answer, wrong, user)
        return reply if isinstance(reply, str) else json.dumps(reply)

    def reply(self, kind: str, answer: str, wrong: bool, user: str) -> str | dict[str, Any]:
        match kind:
            case "plan":
                step = {"goal": "find the greatest common divisor", "template": "", "tags": []}
                return {"steps": [{**step, "needs": []}]}
            case "instantiate":
                return {**WORK, "value": f"it is {answer}"}
            case "assess":
                action = "retry" if "it is 0" in user and "retry once" in user else "accept"
                return {"check": "", "action": action, "reason": "it is not 0"}
            case "answer":
                value = user.rpartition("it is ")[2].split()[0]
                return {"reasoning": "", "answer": value}
        return f"First I look.\n\nThen it comes to \\boxed{{{answer}}}"


async def stored(
    folder: Path,
    strategies: Sequence[str],
    chat: Callable[[Request], str],
    *,
    samples: int = 1,
    name: str = "run",
) -> Path:
    """A run over QUESTIONS."""
    data = folder / "two.jsonl"
    rows = [{"question": q, "answer": a} for q, a in QUESTIONS.items()]
    data.write_text("".join(json.dumps(row) + "\n" for row in rows))
    wish = Wish(str(data), strategies, samples=samples)
    return await evaluate(wish, model=Scripted(chat), path=folder / f"{name}.db")
