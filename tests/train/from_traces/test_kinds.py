"""Each request of each dialect is known again by its words."""

from __future__ import annotations

from typing import Any

import pytest

from reasonloom.models.protocol import Choice, Prompt
from reasonloom.requests import as_request
from reasonloom.strategies.dialects.base import Unreadable
from reasonloom.strategies.dialects.chat import ChatSkills
from reasonloom.strategies.dialects.compact import Compact
from reasonloom.strategies.dialects.instruct import Instruct
from reasonloom.train.from_traces.kinds import AGAIN, OTHER, kind_of, reading, stated
from reasonloom.trajectory import Step, StepResult

Q = "What is 6 * 7?"
STEP = Step("find it")
RESULT = StepResult("i", "w", "it is 42")
CORE: dict[str, tuple[Any, ...]] = {
    "direct": (Q,),
    "cot": (Q,),
    "plan": (Q, ["gcd"]),
    "instantiate": (Q, STEP, (), ["a = 1"], "try again"),
    "assess": (Q, STEP, None, ["a = 1"], RESULT, (STEP,)),
    "revise": (Q, ["a = 1"], (STEP,), "wrong"),
    "answer": (Q, ["a = 1"]),
}
SKILLS: dict[str, tuple[Any, ...]] = {
    "choose": (Q, ["one", "two"]),
    "grade": (Q, ["one", "two"]),
    "critique": (Q, "text"),
    "improve": (Q, [("draft", "bad")]),
    "decompose": (Q, 3),
    "part": (Q, [("q", "a")], "sub"),
    "whole": (Q, [("q", "a")]),
    "debate": (Q, "own", ["theirs"]),
    "reflect": (Q, ["one"], [0.5], ["note"]),
    "retry": (Q, ["note"]),
    "probe": (Q, "text", 3),
    "examine": (Q, "text", 3),
    "parts": (Q, ["sub"]),
    "compare": (Q, "text", ("q", "a")),
    "verified": (Q, "text", [("q", "a")]),
}


def kind(prompt: Prompt) -> str:
    return kind_of(as_request(prompt, chat=True))


@pytest.mark.parametrize("name", CORE)
@pytest.mark.parametrize("dialect", [Compact(), Instruct()], ids=lambda d: d.name)
def test_requests_of_both_dialects_are_known(dialect: Any, name: str) -> None:
    assert kind(getattr(dialect, name)(*CORE[name]).prompt) == name


@pytest.mark.parametrize("name", SKILLS)
def test_skills_of_chat_models_are_known(name: str) -> None:
    assert kind(getattr(ChatSkills(), name)(*SKILLS[name]).prompt) == name


def test_a_verified_solution_is_known_in_both_its_forms() -> None:
    assert kind(ChatSkills().verified(Q, "text", [("q", "a")], apart=False).prompt) == "verified"


def test_a_second_asking_is_told_apart() -> None:
    plan = Instruct().plan(Q, ())
    assert plan.again
    assert kind(plan.again(Unreadable("no JSON", "hm"))) == AGAIN


def test_words_of_others_are_of_another_kind() -> None:
    assert kind_of(as_request("What is 6 * 7?", chat=True)) == OTHER
    assert kind_of(as_request("Once upon a time", chat=False)) == OTHER
    assert kind_of(as_request("text <|sep|>", chat=False)) == OTHER


def test_a_quotation_of_a_form_does_not_hide_the_form_that_asks() -> None:
    quoted = Instruct().plan(Q, ()).prompt.messages
    assert quoted
    prompt = ChatSkills().critique(Q, quoted[-1].content).prompt
    assert kind(prompt) == "critique"


def test_replies_are_read_as_their_kind_reads_them() -> None:
    cot = as_request(Instruct().cot(Q).prompt, chat=True)
    plan = as_request(Compact().plan(Q, ()).prompt, chat=False)
    assert stated(cot, Choice("so \\boxed{42}")) == "42"
    assert stated(cot, Choice("who knows")) is None
    assert [step.goal for step in reading(plan, Choice("find a: x | t | g"))] == ["find a: x"]
    assert isinstance(reading(plan, Choice("hm")), Unreadable)
