"""`loom data` as a user meets it, with a scripted model behind the spec."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from reasonloom.cli import main
from reasonloom.data.long_cot import words as acts
from reasonloom.data.silver import words
from reasonloom.models.protocol import Request
from reasonloom.models.scripted import Scripted


class Ran(NamedTuple):
    code: int
    out: str
    err: str


Loom = Callable[..., Ran]


def chat(request: Request) -> str:
    """Solves, extracts, compares and acts; the answer is 42 whatever is asked."""
    assert request.messages
    system = request.messages[0].content
    if system == words.VERIFY:
        return json.dumps({"found": "42", "verdict": "correct"})
    if system not in (acts.ACTOR, acts.REFLECTOR):
        return "It is \\boxed{42}"
    reflected = {"right": True, "achieved": True, "above": True}
    return json.dumps({"thought": "so", "goal": "multiply", "others": [], "next": "reflect",
                       "solution": "by hand", "answer": "42", **reflected})  # fmt: skip


@pytest.fixture
def loom(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Loom:
    """Runs the command in this process, in a folder of its own."""
    models: list[Scripted] = []

    def resolve(spec: object, cache: object = None) -> Scripted:
        models.append(Scripted(chat, name=str(spec)))
        return models[-1]

    monkeypatch.setattr("reasonloom.models.resolve.resolve", resolve)
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str) -> Ran:
        code = 0
        try:
            main(list(arguments))
        except SystemExit as ended:
            code = int(ended.code or 0)
        return Ran(code, *capsys.readouterr())

    return run


def written(name: str, *rows: dict[str, str]) -> str:
    Path(name).write_text("".join(json.dumps(row) + "\n" for row in rows))
    return name


def lines(name: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in Path(name).read_text().splitlines()]


def test_silver_writes_rows_and_says_how_good_its_verifier_is(loom: Loom) -> None:
    web = written(
        "web.jsonl",
        {"question": "What is 6 * 7?", "solution": "It is 42.", "label": "42"},
        {"question": "What is 6 + 7?", "solution": ""},
    )
    ran = loom("data", "silver", web, "-o", "rl.jsonl", "--model", "a", "--verify", "b")
    assert ran.code == 0, ran.err
    assert [row["answer"] for row in lines("rl.jsonl")] == ["42"]
    assert "left out: empty" in ran.out and "100.0 % [34.2, 100.0]" in ran.out
    manifest = json.loads(Path("rl.manifest.json").read_text())
    assert manifest["models"] == {"default": "a", "verifier": "b"}
    again = loom("data", "silver", web, "-o", "rl.jsonl", "--model", "a", "--verify", "b")
    assert again.out == ran.out
    other = loom("data", "silver", web, "-o", "rl.jsonl", "--model", "c", "--verify", "b")
    assert other.code == 2 and "name another output" in other.err


def test_long_cot_takes_drawn_problems_from_the_train_split(loom: Loom) -> None:
    written("one.jsonl", {"question": "What is 6 * 7?", "answer": "42"})
    ran = loom("data", "long-cot", "one.jsonl", "-o", "sft.jsonl", "--model", "a", "--inline",
               "--trace", "t.jsonl")  # fmt: skip
    assert ran.code == 0, ran.err
    events = [event["event"] for event in lines("t.jsonl")]
    assert events.count("call") == 5 and events[-1] == "span_end"
    (row,) = lines("sft.jsonl")
    assert "\\boxed{42}" in str(row["completion"]) and "<think>" not in str(row["completion"])
    ran = loom(
        "data", "long-cot", "world:gcd", "-o", "w.jsonl", "--model", "a", "--limit", "2"
    )  # fmt: skip
    assert json.loads(Path("w.manifest.json").read_text())["split"] == "train"
    assert "left out: wrong" in ran.out


def test_rows_are_cut_from_a_run_and_the_split_is_told(loom: Loom) -> None:
    assert (
        loom("eval", "world:gcd", "-s", "cot", "-n", "2", "--run", "r.db", "--model", "a").code == 0
    )
    ran = loom("data", "from-traces", "r.db", "-o", "rl.jsonl", "--kind", "rl")
    assert ran.code == 0 and len(lines("rl.jsonl")) == 2
    assert "world:gcd" in ran.out
    assert "split dev are among these rows" in ran.err
    ran = loom("data", "from-traces", "r.db", "-o", "x.jsonl", "--kind", "sft")
    assert ran.code == 2 and "led to a wrong answer: 2" in ran.err
    assert not Path("x.jsonl").exists()


@pytest.mark.parametrize(
    ("options", "wrong"),
    [
        (["silver", "w.jsonl", "--model", "a", "--agree", "2"], "agree=2.0 makes no sense"),
        (["silver", "none.jsonl", "--model", "a"], "there is no file none.jsonl"),
        (["long-cot", "world:gcd", "--model", "a", "--actions", "0"], "actions=0"),
        (["from-traces", "none.db", "--kind", "sft"], "there is no run none.db"),
        (["from-traces", "r.db", "--kind", "rl", "--across"], "are no pairs"),
    ],
)
def test_what_cannot_be_is_one_sentence(loom: Loom, options: list[str], wrong: str) -> None:
    ran = loom("data", *options, "-o", "x.jsonl")
    assert ran.code in (1, 2) and wrong in ran.err
    assert ran.err.startswith("loom: ")
    assert not Path("x.jsonl").exists()
