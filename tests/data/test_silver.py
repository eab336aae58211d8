"""Silver rewards: a scripted model extracts, responds and verifies."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from reasonloom.data.outputs import Made, beside
from reasonloom.data.silver import words
from reasonloom.data.silver.make import disagreement, make_silver
from reasonloom.data.silver.quality import Checked, quality
from reasonloom.data.silver.requests import Agreement, read_box, verify
from reasonloom.data.silver.stages import Silver
from reasonloom.errors import (
    ConnectionFailed,
    InputError,
    NoSkill,
    TimedOut,
)
from reasonloom.models.protocol import Profile, Request
from reasonloom.models.scripted import Scripted
from reasonloom.strategies.dialects.base import Unreadable
from reasonloom.train.rows import RL, read_rows

ROWS = [
    {"question": "What is 6 * 7?", "solution": "It is 6 * 7 = 42.", "label": "42"},
    {"question": "What is 2 + 2?", "solution": "By hand: 5.", "label": "4"},
    {"question": "Prove it.", "solution": "Trivial."},
    {"question": "What is 6 * 7?", "solution": "Again 42."},
    {"question": "What is 1 + 1?", "solution": ""},
    {"question": "Which colour?", "solution": "It is blue."},
]
EXTRACTED = {"42.": "42", "5.": "5", "Trivial.": "", "blue.": "blue"}


class Web:
    """Extracts by the solution's last word, and answers what `answers` says, sample by sample."""

    def __init__(self, **answers: list[str]) -> None:
        self.answers = {"6 * 7": ["42", "42"], "2 + 2": ["4", "5"], "colour": ["red", "red"]}
        self.answers |= answers
        self.verdict = "correct"

    def __call__(self, request: Request) -> str:
        assert request.messages
        system, user = request.messages[0].content, request.messages[-1].content
        if system == words.EXTRACT:
            solution = user.partition("<solution>\n")[2].partition("\n</solution>")[0]
            return f"\\boxed{{{EXTRACTED[solution.split()[-1]]}}}"
        if system == words.VERIFY:
            return json.dumps({"found": "it", "verdict": self.verdict})
        key = next(key for key in self.answers if key in user)
        answers = self.answers[key]
        return f"I think \\boxed{{{answers[request.seeds[0] % len(answers)]}}}"


def web_file(folder: Path, rows: list[dict[str, Any]] = ROWS) -> Path:
    path = folder / "web.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


async def silver(folder: Path, model: Scripted, wish: Silver | None = None, **options: Any) -> Made:
    path = web_file(folder)
    models = {"default": model}
    return await make_silver(path, folder / "rl.jsonl", models, wish or Silver(), **options)


async def test_rows_with_agreeing_responses_are_kept_and_the_others_say_why(tmp_path: Path) -> None:
    made = await silver(tmp_path, Scripted(Web(**{"2 + 2": ["5"]})))
    rows = read_rows(tmp_path / "rl.jsonl", needs=RL)
    assert [(row["answer"], row["from"]["row"]) for row in rows] == [("42", 1), ("5", 2)]
    assert rows[0]["prompt"][-1]["content"].startswith("<problem>\nWhat is 6 * 7?")
    assert [(one.id, one.reason) for one in made.dropped] == [
        ("row 4", "duplicate"),
        ("row 5", "empty"),
        ("row 3", "no_answer"),
        ("row 6", "disagrees"),
    ]
    manifest = json.loads(beside(tmp_path / "rl.jsonl", "manifest.json").read_text())
    assert manifest["stages"] == {"read": 6, "usable": 4, "extract": 4, "respond": 3, "verify": 3}
    assert manifest["dropped"]["disagrees"] == 1
    assert manifest["models"] == {"default": "scripted"}


async def test_the_verifier_is_measured_where_the_right_answer_is_known(tmp_path: Path) -> None:
    """Two responses of 42 are right and agree; of 2 + 2 all say 4, against a wrong reference."""
    made = await silver(tmp_path, Scripted(Web(**{"2 + 2": ["4"]})))
    found = made.report["verifier"]
    assert (found["extraction"]["hits"], found["extraction"]["trials"]) == (1, 2)
    assert (found["precision"]["hits"], found["precision"]["trials"]) == (2, 2)
    assert (found["recall"]["hits"], found["recall"]["trials"]) == (2, 4)
    assert found["recall"]["low"] == pytest.approx(15.0, abs=0.1)


async def test_a_model_that_verifies_is_measured_too(tmp_path: Path) -> None:
    wish = Silver(by_model=True)
    made = await silver(tmp_path, Scripted(Web(**{"2 + 2": ["5"]})), wish)
    found = made.report["verifier"]
    assert (found["precision"]["hits"], found["precision"]["trials"]) == (2, 4)
    assert [row["answer"] for row in made.rows] == ["42", "5", "blue"]


async def test_a_verdict_that_cannot_be_read_is_never_wrong(tmp_path: Path) -> None:
    web = Web()
    web.verdict = "incorrect"
    model = Scripted(web)
    made = await silver(tmp_path, model, Silver(by_model=True))
    assert made.rows == []
    assert made.reasons["undecided"] == 3
    assert made.report["verifier"]["said"] == {"undecided": 4}
    asked = [r for r in model.requests if r.messages and r.messages[0].content == words.VERIFY]
    assert len(asked) == 2 * 6


async def test_a_stopped_making_goes_on_where_it_was_and_gives_the_same(tmp_path: Path) -> None:
    whole = await silver(tmp_path, Scripted(Web()))
    first = (tmp_path / "rl.jsonl").read_bytes()
    beside(tmp_path / "rl.jsonl", "journal.jsonl").unlink()
    web, asked = Web(), []

    def breaks(request: Request) -> str:
        asked.append(request)
        if len(asked) == 5:
            raise ConnectionFailed("nobody listens")
        return web(request)

    with pytest.raises(ConnectionFailed):
        await silver(tmp_path, Scripted(breaks), at_once=1)
    again = Scripted(web)
    made = await silver(tmp_path, again)
    assert (tmp_path / "rl.jsonl").read_bytes() == first
    assert made.reasons == whole.reasons
    finished, all_calls = 3, whole.report["costs"]["calls"]
    assert again.calls == all_calls - finished


async def test_a_row_that_the_model_fails_on_is_told_and_tried_again(tmp_path: Path) -> None:
    web = Web()

    def breaks(request: Request) -> str:
        if request.messages and "colour" in request.messages[-1].content:
            raise TimedOut("no reply in 60 s")
        return web(request)

    made = await silver(tmp_path, Scripted(breaks))
    assert ("row 6", "failed", "TimedOut: no reply in 60 s") in made.dropped
    made = await silver(tmp_path, Scripted(web))
    assert ("row 6", "disagrees") in [(one.id, one.reason) for one in made.dropped]


async def test_other_settings_do_not_mix_with_what_stands_in_the_journal(tmp_path: Path) -> None:
    await silver(tmp_path, Scripted(Web()))
    with pytest.raises(InputError, match="responses=2 and now it is 3"):
        await silver(tmp_path, Scripted(Web()), Silver(responses=3))


async def test_a_model_without_the_skill_is_named(tmp_path: Path) -> None:
    nano = Scripted("42", profile=Profile(dialect="compact", think=None, chat=False))
    with pytest.raises(NoSkill, match="find the answer in a solution"):
        await silver(tmp_path, nano)


async def test_a_compact_model_responds_in_its_own_words(tmp_path: Path) -> None:
    profile = Profile(dialect="compact", think=None, features=frozenset({"n"}), chat=False)
    nano = Scripted("a = 42\nanswer = 42", profile=profile)
    models = {"default": Scripted(Web()), "reasoner": nano}
    made = await make_silver(web_file(tmp_path), tmp_path / "rl.jsonl", models, Silver())
    assert [row["prompt"] for row in made.rows] == ["<|q|>What is 6 * 7?<|cot|>"]


async def test_the_solutions_are_not_overwritten(tmp_path: Path) -> None:
    path = web_file(tmp_path)
    with pytest.raises(InputError, match="name another file"):
        await make_silver(path, path, {"default": Scripted(Web())}, Silver())
    assert len(path.read_text().splitlines()) == len(ROWS)


def test_a_file_without_the_columns_names_those_that_are_there(tmp_path: Path) -> None:
    from reasonloom.data.silver.read import read_items

    with pytest.raises(InputError, match=r"row 1: there is no column .*'text'"):
        read_items(web_file(tmp_path, [{"question": "q", "text": "t"}]))


@pytest.mark.parametrize(
    ("reply", "wanted"),
    [
        (r"\boxed{42}", "42"),
        (r"The answer is \boxed{\frac{1}{2}}.", r"\frac{1}{2}"),
        (r"\boxed{}", None),
        (r"\boxed{ }", None),
        (r"<think>\boxed{7}?</think>\boxed{}", None),
        (r"\boxed{" + "long " * 60 + "}", None),
    ],
)
def test_a_box_is_read_and_an_empty_one_is_no_answer(reply: str, wanted: str | None) -> None:
    assert read_box(reply) == wanted


@pytest.mark.parametrize("reply", ["", "42", "The answer is 42.", r"\boxed{4"])
def test_a_reply_without_a_box_cannot_be_read(reply: str) -> None:
    assert isinstance(read_box(reply), Unreadable)


@pytest.mark.parametrize(
    ("said", "wanted"),
    [("correct", "correct"), ("Wrong", "wrong"), ("not_found", "not found")],
)
def test_a_verdict_is_read_by_its_whole_word(said: str, wanted: str) -> None:
    request = verify("q", "r", "a")
    assert request.parse(json.dumps({"found": "x", "verdict": said})) == wanted


@pytest.mark.parametrize("said", ["incorrect", "correct?", "", None, 1, ["correct"]])
def test_any_other_verdict_cannot_be_read(said: object) -> None:
    reply = json.dumps({"found": "x", "verdict": said})
    assert isinstance(verify("q", "r", "a").parse(reply), Unreadable)


def test_a_verifier_sees_the_end_of_a_response_without_its_thinking() -> None:
    response = "<think>\nsecret\n</think>\n" + "\n".join(f"line {i}" for i in range(30))
    prompt = verify("q", response, "a").prompt
    assert prompt.messages
    shown = prompt.messages[-1].content
    assert "secret" not in shown and "line 9\n" not in shown
    assert "line 10\n" in shown and "line 29" in shown


@pytest.mark.parametrize(
    ("said", "share", "wanted"),
    [
        (["correct", "wrong"], 0.0, None),
        (["correct", "wrong"], 0.5, None),
        (["correct", "wrong"], 0.6, "disagrees"),
        (["correct", "undecided"], 1.0, "undecided"),
        (["wrong", "undecided"], 1.0, "disagrees"),
        (["wrong", "undecided"], 0.0, "undecided"),
        (["not found", "not found"], 0.0, "not_found"),
        (["correct"] * 3, 1.0, None),
    ],
)
def test_enough_responses_must_agree(
    said: list[Agreement], share: float, wanted: str | None
) -> None:
    assert disagreement(said, share) == wanted


def test_nothing_is_claimed_of_a_verifier_that_nothing_was_labelled_for() -> None:
    empty = quality([], [])
    assert empty.as_json()["precision"] == {
        "percent": None, "low": 0.0, "high": 100.0, "hits": 0, "trials": 0
    }  # fmt: skip


def test_what_nobody_knows_counts_nowhere() -> None:
    found = quality([True, None], [Checked("correct", None), Checked("wrong", True)])
    assert (found.extraction.trials, found.precision.trials, found.unknown) == (1, 0, 1)
    assert (found.recall.hits, found.recall.trials) == (0, 1)
