from __future__ import annotations

import json
from pathlib import Path

import pytest
from made_runs import write

from reasonloom.evaluate import store
from reasonloom.evaluate.entries import read, shared
from reasonloom.evaluate.falsehoods import Falsehoods, falsehoods
from reasonloom.evaluate.journal import Traces
from reasonloom.evaluate.plan import Wish
from reasonloom.evaluate.runner import evaluate
from reasonloom.models.protocol import Choice, Request
from reasonloom.models.scripted import Scripted


def found(path: Path) -> list[Falsehoods | None]:
    entries = read([path])
    traces = {path: Traces(store.trace_path(path))}
    return [falsehoods(entry, shared(entries), traces) for entry in entries]


def says(request: Request) -> str | Choice:
    """True sums at three problems, at the fourth one false sum, in its thinking."""
    assert request.messages
    if "Add 3" in request.messages[-1].content:
        return Choice("So \\boxed{6}", "3 + 3 = 7. 2x = 4.", completion_tokens=9)
    return "1 + 1 = 2. So \\boxed{2}"


async def test_every_reply_of_an_attempt_is_read(tmp_path: Path) -> None:
    data = tmp_path / "four.jsonl"
    rows = [{"question": f"Add {i} to itself.", "answer": "2"} for i in range(4)]
    data.write_text("".join(json.dumps(row) + "\n" for row in rows))
    wish = Wish(str(data), ["cot", "self_consistency(n=2)"])
    path = await evaluate(wish, model=Scripted(says), path=tmp_path / "r.db")
    one, two = found(path)
    assert one and two
    assert (one.attempts, one.stating, one.checked, one.false, one.unchecked) == (4, 4, 4, 1, 1)
    assert (one.share.mean, one.share.clusters) == (0.25, 4)
    assert (two.checked, two.false, two.share.mean) == (8, 2, 0.25)
    store.trace_path(path).unlink()
    gone = found(path)[0]
    assert gone and (gone.checked, gone.false) == (3, 0)
    assert gone.share.high == pytest.approx(1 - 0.025 ** (1 / 3))


def test_without_equations_there_is_no_share(tmp_path: Path) -> None:
    assert found(write(tmp_path / "a.db", {"cot": "10"})) == [None]
