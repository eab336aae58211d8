"""`loom solve` as a user meets it; nano is the real model that ships."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from reasonloom.cli import main
from reasonloom.trace import Call, read_trace

GCD = "Find the greatest common divisor of 84 and 36."


class Ran(NamedTuple):
    code: int
    out: str
    err: str


Loom = Callable[..., Ran]


@pytest.fixture
def loom(capsys: pytest.CaptureFixture[str]) -> Loom:
    """Runs the command in this process."""

    def run(*arguments: str) -> Ran:
        code = 0
        try:
            main(list(arguments))
        except SystemExit as ended:
            code = int(ended.code or 0)
        out, err = capsys.readouterr()
        return Ran(code, out, err)

    return run


def test_a_question_is_planned_worked_checked_and_answered(loom: Loom) -> None:
    ran = loom("solve", GCD)
    assert ran.code == 0
    for label in ("Plan", "Step 1", "set up", "work", "value", "check", "Answer", "Cost", "Time"):
        assert label in ran.out
    assert "Answer  12\n" in ran.out


def test_json_is_one_object_with_answer_usage_and_trajectory(loom: Loom) -> None:
    ran = loom("solve", GCD, "--json")
    found = json.loads(ran.out)
    assert ran.out.count("\n") == 1
    assert found["answer"] == "12"
    assert found["stop_reason"] == "finished"
    assert set(found["usage"]) >= {"calls", "prompt_tokens", "completion_tokens", "seconds", "usd"}
    assert found["usage"]["calls"] == 3
    (step,) = found["trajectory"]
    assert set(step) >= {"goal", "template", "value", "assessment"}


@pytest.mark.parametrize("strategy", ["direct", "cot", "self_consistency(n=4)", "reasonflux"])
def test_every_strategy_runs(loom: Loom, strategy: str) -> None:
    ran = loom("solve", "What is 47 mod 5?", "--strategy", strategy, "--json")
    assert json.loads(ran.out)["stop_reason"] == "finished"
    assert "trajectory" in json.loads(ran.out)


def test_the_question_may_come_from_a_file(loom: Loom, tmp_path: Path) -> None:
    file = tmp_path / "question.txt"
    file.write_text(GCD + "\n")
    assert "Answer  12" in loom("solve", "--file", str(file)).out


def test_the_question_may_come_from_standard_input(
    loom: Loom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(GCD.encode())))
    assert "Answer  12" in loom("solve", "-").out


def test_a_korean_question_is_answered(loom: Loom) -> None:
    assert "Answer  12" in loom("solve", "84, 36의 최대공약수는 얼마인가?").out


def test_the_same_seed_gives_the_same_solution(loom: Loom) -> None:
    options = ("solve", GCD, "--strategy", "self_consistency(n=4)", "--json", "--seed", "5")
    one, two = (json.loads(loom(*options).out) for _ in range(2))
    assert one["text"] == two["text"]


def test_the_trace_holds_every_call_and_its_totals_are_the_usage(
    loom: Loom, tmp_path: Path
) -> None:
    path = tmp_path / "trace.jsonl"
    usage = json.loads(loom("solve", GCD, "--trace", str(path), "--json").out)["usage"]
    calls = [e for e in read_trace(path) if isinstance(e, Call)]
    assert len(calls) == usage["calls"]
    assert sum(c.booking.usage.completion_tokens for c in calls) == usage["completion_tokens"]


def test_two_models_may_share_the_work(loom: Loom) -> None:
    ran = loom("solve", GCD, "--navigator", "nano", "--reasoner", "nano", "--json")
    assert json.loads(ran.out)["answer"] == "12"


def test_the_default_model_is_not_opened_where_both_roles_have_their_own(loom: Loom) -> None:
    ran = loom(
        "solve", GCD, "--model", "local:/no/such", "--navigator", "nano", "--reasoner", "nano"
    )
    assert ran.code == 0


def test_a_question_from_outside_the_worlds_is_declined(loom: Loom) -> None:
    ran = loom("solve", "Who painted the Mona Lisa?")
    assert ran.code == 1
    assert "outside what it knows" in ran.out


def test_a_budget_of_one_token_is_an_honest_no_answer(loom: Loom) -> None:
    ran = loom("solve", GCD, "--budget", "tokens=1")
    assert ran.code == 1
    assert "no answer within the budget" in ran.out
    assert "0 calls" in ran.out


def test_a_budget_that_ends_midway_keeps_what_was_found(loom: Loom) -> None:
    question = (
        "Let a be the gcd of 84 and 36. Let b be the remainder when a is divided by 5. Find b."
    )
    found = json.loads(loom("solve", question, "--budget", "calls=4", "--json").out)
    assert found["stop_reason"] == "budget"
    assert found["usage"]["calls"] <= 4
    assert [step["value"] for step in found["trajectory"]] == ["a = 12"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["solve", ""], "the question is empty"),
        (["solve"], "give one question"),
        (["solve", "q", "--file", "x"], "both an argument and --file"),
        (["solve", "--file", "no-such-file"], "cannot read no-such-file"),
        (["solve", "q" * 1_000_000], "1,000,000 bytes"),
        (["solve", "a\x01b"], "binary"),
        (["solve", "q", "--strategy", "reasonflx"], "did you mean 'reasonflux'"),
        (["solve", "q", "--strategy", "cot("], "expected key=value"),
        (["solve", "q", "--strategy", "cot(heat=1)"], "unknown option 'heat'"),
        (["solve", "q", "--strategy", "cot", "--top-k", "2"], "--top-k is for reasonflux"),
        (["solve", "q", "--strategy", "reasonflux(k=1)", "--top-k", "2"], "twice"),
        (["solve", "q", "--budget", "tokns=5"], "did you mean 'tokens'"),
        (["solve", "q", "--budget", "tokens=many"], "not a whole number"),
        (["solve", "q", "--model", "nan"], "did you mean 'nano'"),
        (["solve", "q", "--model", "local:/no/such/folder"], "/no/such/folder"),
        (["worlds", "sample", "gdc"], "did you mean 'gcd'"),
        (["worlds", "sample", "--depth", "9"], "1 to 8 parts"),
    ],
)
def test_what_cannot_be_used_is_one_sentence_and_exit_code_2(
    loom: Loom, arguments: list[str], says: str
) -> None:
    ran = loom(*arguments)
    assert ran.code == 2
    assert says in ran.err
    assert ran.err.startswith("loom: ")
    assert len(ran.err.strip().splitlines()) == 1
    assert "Traceback" not in ran.err


def test_binary_bytes_in_a_file_are_refused(loom: Loom, tmp_path: Path) -> None:
    file = tmp_path / "image.png"
    file.write_bytes(b"\x89PNG\r\n\x1a\n\x00\xff")
    ran = loom("solve", "--file", str(file))
    assert ran.code == 2
    assert "byte 0 is 0x89" in ran.err


def test_a_refusing_endpoint_is_one_sentence_and_exit_code_1(loom: Loom) -> None:
    ran = loom("solve", "q", "--model", "openai:any@http://127.0.0.1:9/v1")
    assert ran.code == 1
    assert "http://127.0.0.1:9/v1" in ran.err
    assert "Traceback" not in ran.err


def test_a_template_file_with_a_syntax_error_is_named_with_its_line(
    loom: Loom, tmp_path: Path
) -> None:
    (tmp_path / "mine.yaml").write_text("topic: x\ntemplates:\n- id: [open\n")
    ran = loom("solve", "q", "--library", str(tmp_path))
    assert ran.code == 2
    assert "mine.yaml:" in ran.err


def test_worlds_are_listed_and_drawn(loom: Loom) -> None:
    assert "Euclidean algorithm" in loom("worlds", "list").out
    ran = loom("worlds", "sample", "--depth", "3", "-n", "2", "--json")
    rows = [json.loads(line) for line in ran.out.splitlines()]
    assert [row["depth"] for row in rows] == [3, 3]


def test_the_installed_command_prints_its_version() -> None:
    command = [sys.executable, "-c", "from reasonloom.cli import main; main()", "--version"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.startswith("reasonloom ")
