"""A finished run with awkward parts: two samples, a failure, a problem without an answer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reasonloom.errors import RateLimited
from reasonloom.evaluate.plan import Wish
from reasonloom.evaluate.runner import evaluate
from reasonloom.models.protocol import Request
from reasonloom.models.scripted import Scripted

ROWS = [
    {"question": "What is 1 + 1?", "answer": "2", "topic": "sums", "level": 1},
    {"question": "What is 2 + 1?", "answer": "3", "topic": "sums", "level": 2},
    {"question": "What is broken?", "answer": "4"},
    {"question": "What is unknown?"},
]


def reply(request: Request) -> str:
    assert request.messages
    if "broken" in request.messages[-1].content:
        raise RateLimited("slow down, 한글 too")
    return "So it is \\boxed{2}"


@pytest.fixture
async def path(tmp_path: Path) -> Path:
    data = tmp_path / "four.jsonl"
    data.write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    wish = Wish(str(data), ["cot", "self_consistency(n=3)"], samples=2)
    return await evaluate(wish, model=Scripted(reply), path=tmp_path / "run.db")
