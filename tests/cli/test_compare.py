"""`loom compare` and `loom report` as a user meets them."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from reasonloom.cli import main
from reasonloom.evaluate.plan import Wish
from reasonloom.evaluate.runner import evaluate
from reasonloom.models.protocol import Request
from reasonloom.models.scripted import Scripted

SC = "self_consistency(n=3)"


class Ran(NamedTuple):
    code: int
    out: str
    err: str


Loom = Callable[..., Ran]


def guess(request: Request) -> str:
    return f"It is \\boxed{{{random.Random(request.seeds[0]).randint(1, 2)}}}"


@pytest.fixture
def loom(capsys: pytest.CaptureFixture[str]) -> Loom:
    def run(*arguments: object) -> Ran:
        code = 0
        try:
            main([str(argument) for argument in arguments])
        except SystemExit as ended:
            code = int(ended.code or 0)
        return Ran(code, *capsys.readouterr())

    return run


@pytest.fixture
def run(tmp_path: Path) -> Path:
    rows = [{"question": f"What is {i}?", "answer": str(i % 2 + 1)} for i in range(8)]
    data = tmp_path / "eight.jsonl"
    data.write_text("".join(json.dumps(row) + "\n" for row in rows))
    wish = Wish(str(data), ["cot(temperature=0.7)", SC])
    return asyncio.run(evaluate(wish, model=Scripted(guess), path=tmp_path / "r.db"))


def test_the_tables_show_accuracy_cost_and_difference(loom: Loom, run: Path) -> None:
    ran = loom("compare", run)
    assert ran.code == 0
    for said in ("8 problems", "accuracy, 95 % interval", "McNemar p", "frontier", SC):
        assert said in ran.out
    assert "not distinguishable" in ran.out or "is better" in ran.out


def test_the_same_is_one_json_object(loom: Loom, run: Path) -> None:
    found = json.loads(loom("compare", run, "--json").out)
    assert len(found["problems"]) == 8
    assert [line["label"] for line in found["strategies"]] == ["cot(temperature=0.7)", SC]
    (pair,) = found["pairs"]
    means = [line["accuracy"]["mean"] for line in found["strategies"]]
    assert pair["points"] == pytest.approx(100 * (means[0] - means[1]))
    assert pair["low"] <= pair["points"] <= pair["high"]


def test_a_report_is_one_file_with_the_prompts(loom: Loom, run: Path, tmp_path: Path) -> None:
    out = tmp_path / "r.html"
    ran = loom("report", run, "-o", out)
    assert ran.code == 0
    assert str(out) in ran.err
    page = out.read_text("utf-8")
    assert "You solve problems carefully" in page
    loom("report", run, "-o", out, "--trace-mb", "0.001")
    assert "left out to keep this file small" in out.read_text("utf-8")
    loom("report", run, "-o", out, "--trace-mb", "0")
    assert "You solve problems carefully" not in out.read_text("utf-8")


def test_a_file_that_is_no_run_is_named(loom: Loom, tmp_path: Path) -> None:
    ran = loom("compare", tmp_path / "none.db")
    assert ran.code == 1
    assert "there is no run" in ran.err
