"""`loom eval` and `loom grade` as a user meets them, with a scripted model behind the spec."""

from __future__ import annotations

import io
import json
import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest

from reasonloom.cli import main
from reasonloom.evaluate.lock import locked
from reasonloom.models.protocol import Request
from reasonloom.models.scripted import PROFILE, Scripted


class Ran(NamedTuple):
    code: int
    out: str
    err: str


Loom = Callable[..., Ran]


def guess(request: Request) -> str:
    number = random.Random(request.seeds[0]).randint(1, 3)
    return f"It is \\boxed{{{number}}}"


@pytest.fixture
def loom(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Loom:
    """Runs the command in this process, in a folder of its own; "paid" is a model with a price."""

    def resolve(spec: object, cache: object = None) -> Scripted:
        price = (1.0, 0.5, 2.0) if str(spec) == "paid" else (0.0, 0.0, 0.0)
        profile = replace(PROFILE, usd_per_million=price)
        if str(spec) == "unskilled":
            profile = replace(profile, dialect="compact")
        return Scripted(guess, name=str(spec), profile=profile)

    monkeypatch.setattr("reasonloom.models.resolve.resolve", resolve)
    monkeypatch.chdir(tmp_path)
    rows = [{"question": f"What is {i}?", "answer": str(i % 3 + 1)} for i in range(5)]
    (tmp_path / "five.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))

    def run(*arguments: str) -> Ran:
        code = 0
        try:
            main(list(arguments))
        except SystemExit as ended:
            code = int(ended.code or 0)
        return Ran(code, *capsys.readouterr())

    return run


def test_a_table_tells_accuracy_with_its_interval_and_the_costs(loom: Loom) -> None:
    ran = loom("eval", "five.jsonl", "-s", "cot", "-s", "self_consistency(n=3)", "--model", "free")
    assert ran.code == 0
    assert "5 problems, 10 attempts" in ran.err
    for heading in ("strategy", "accuracy, 95 % interval", "tokens", "calls", "wall s", "depth"):
        assert heading in ran.out
    (line,) = [line for line in ran.out.splitlines() if "self_consistency(n=3)" in line]
    assert " % [" in line


def test_the_same_command_goes_on_with_the_same_run(loom: Loom) -> None:
    command = ("eval", "five.jsonl", "-s", "cot", "--model", "free", "--json")
    first = json.loads(loom(*command, "--limit", "2").out)
    ran = loom(*command)
    assert "5 attempts, 2 of them are there already" in ran.err
    assert json.loads(ran.out)["run"] == first["run"]
    assert json.loads(ran.out)["strategies"][0]["attempts"] == 5


def test_a_paid_run_is_not_begun_without_agreement(loom: Loom) -> None:
    ran = loom("eval", "five.jsonl", "-s", "cot", "--model", "paid")
    assert ran.code == 2
    assert "add --yes" in ran.err
    assert "1 / 2 USD per million" in ran.err


def test_with_yes_the_estimate_is_told_and_the_run_goes_through(loom: Loom) -> None:
    ran = loom("eval", "five.jsonl", "-s", "cot", "--model", "paid", "--yes")
    assert ran.code == 0
    assert "3 attempts took" in ran.err
    assert "the other 2 take about" in ran.err
    assert "USD" in ran.out


def test_a_user_may_stop_after_the_estimate(loom: Loom, monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr("sys.stdin", Terminal("y\nn\n"))
    ran = loom("eval", "five.jsonl", "-s", "cot", "--model", "paid", "--json")
    assert "Go on?" in ran.err
    assert json.loads(ran.out)["strategies"][0]["attempts"] == 3


def test_a_skill_that_the_model_lacks_prints_n_a(loom: Loom) -> None:
    ran = loom("eval", "five.jsonl", "-s", "debate", "-s", "direct", "--model", "unskilled")
    assert ran.code == 0
    (line,) = [line for line in ran.out.splitlines() if line.strip().startswith("debate ")]
    assert "n/a" in line
    assert "debate: n/a, unskilled has no skill to debate" in ran.out


def test_a_dataset_without_answers_runs_and_says_that_nothing_is_graded(loom: Loom) -> None:
    Path("open.jsonl").write_text('{"question": "Why?"}\n')
    ran = loom("eval", "open.jsonl", "-s", "cot", "--model", "free")
    assert ran.code == 0
    assert "ungraded" in ran.out
    assert "1 without a reference answer, not graded" in ran.out


@pytest.mark.parametrize(
    ("strategy", "said"),
    [
        ("cto", "unknown strategy 'cto': did you mean 'cot'?"),
        ("cot(temprature=1)", "unknown option 'temprature' of cot: did you mean 'temperature'?"),
    ],
)
def test_an_unknown_name_is_answered_by_the_nearest(loom: Loom, strategy: str, said: str) -> None:
    ran = loom("eval", "five.jsonl", "-s", strategy, "--model", "free")
    assert ran.code == 2
    assert ran.err.startswith(f"loom: {said}")
    assert not Path("runs").exists()


def test_a_run_that_another_process_writes_is_refused_in_one_sentence(loom: Loom) -> None:
    with locked(Path("mine.db")):
        ran = loom("eval", "five.jsonl", "-s", "cot", "--model", "free", "--run", "mine.db")
    assert ran.code == 1
    assert ran.err.count("\n") == 1
    assert "is being written by another process (pid " in ran.err


def test_a_damaged_run_is_recovered_without_a_call(loom: Loom) -> None:
    command = ("eval", "five.jsonl", "-s", "cot", "--model", "free", "--run", "mine.db", "--json")
    before = json.loads(loom(*command).out)["strategies"][0]
    with Path("mine.db").open("r+b") as file:
        file.write(b"\0" * 5000)
    broken = loom(*command)
    assert broken.code == 1
    assert "is damaged" in broken.err and "--recover" in broken.err
    after = json.loads(loom(*command, "--recover").out)["strategies"][0]
    assert after["accuracy"] == before["accuracy"]
    assert after["seconds"] is None


def test_grading_again_says_how_many_verdicts_changed(loom: Loom) -> None:
    loom("eval", "five.jsonl", "-s", "cot", "--model", "free", "--run", "mine.db")
    ran = loom("grade", "mine.db")
    assert ran.code == 0
    assert "5 attempts graded, 0 verdicts changed" in ran.err


def test_a_run_that_is_not_there_cannot_be_graded(loom: Loom) -> None:
    ran = loom("grade", "none.db")
    assert ran.code == 1
    assert "there is no run none.db" in ran.err
    assert not Path("none.db").exists()
