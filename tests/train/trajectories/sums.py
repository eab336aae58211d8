"""A chat model that plans sums in three ways, of which one is right and one is right at times."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from reasonloom.models.protocol import Request
from reasonloom.models.scripted import PROFILE, Scripted
from reasonloom.problem import Problem
from reasonloom.strategies.dialects import chat_text, instruct_text
from reasonloom.train.trajectories import Made, Settings, Source, make_pairs

LIBRARY = Path(__file__).parents[2] / "fixtures" / "library" / "averages.yaml"
WAYS = ("add", "multiply", "guess")
WRITTEN = ("What is 13 plus 4?", "What is 23 plus 4?", "What do you like?", "What is 3 plus 4?")
"""What the model writes when it is asked for problems like 3 plus 4."""


def question(a: int, b: int = 4) -> str:
    return f"What is {a} plus {b}?"


def source(a: int, b: int = 4) -> Source:
    return Source(Problem(question(a, b), str(a + b)))


def model(*, sums: Sequence[str] = WAYS, delay: float = 0.0, name: str = "sums") -> Scripted:
    """Plans greedily by adding, else by one of `sums`, drawn by the seed.

    To guess is right for a first number below 10 alone.
    """

    def reply(request: Request) -> str:
        said = told(request)
        if instruct_text.PLAN_FORM in said:
            way = sums[request.seeds[0] % len(sums)] if request.temperature else "add"
            return way if way == "nonsense" else plan(way)
        if instruct_text.WORK_FORM in said:
            return _work(said)
        if instruct_text.ANSWER_FORM in said:
            return json.dumps({"reasoning": "", "answer": _found(said, r"result is (\d+)")[0]})
        if chat_text.VARY_TASK in said:
            return json.dumps({"problems": list(WRITTEN)})
        found = _found(said, r"What is (\d+) plus (\d+)")
        answer = int(found[0]) + int(found[1]) if found else request.seeds[0]
        return f"So \\boxed{{{answer}}}"

    return Scripted(reply, name=name, delay=(lambda r: delay) if delay else None)


def told(request: Request) -> str:
    """All that stands before the reply."""
    assert request.messages is not None
    return "\n".join(message.content for message in request.messages)


def plan(way: str) -> str:
    step = {"goal": f"to {way} both", "template": way.title(), "tags": [way], "needs": []}
    return json.dumps({"steps": [step]})


def _work(said: str) -> str:
    a, b = map(int, _found(said, r"What is (\d+) plus (\d+)"))
    way = _found(said, r"to (\w+) both")[0]
    values = {"add": a + b, "multiply": a * b, "guess": a + b if a < 10 else 0}
    value = f"the result is {values[way]}"
    return json.dumps({"instantiation": way, "work": way, "value": value})


def _found(said: str, pattern: str) -> tuple[str, ...]:
    found = re.search(pattern, said.split("<problem>", 1)[1])
    return found.groups() if found else ()


async def make(found: Sequence[Source], folder: Path, settings: Settings, **options: Any) -> Made:
    """`make_pairs` with a library of few templates, which loads at once."""
    return await make_pairs(found, folder, settings, library=LIBRARY, **options)


def compact() -> Scripted:
    """A model of nano's dialect that plans every problem in one way."""
    profile = replace(PROFILE, dialect="compact", chat=False)
    return Scripted("find answer: the sum | Add | sums", name="small", profile=profile)


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()]
