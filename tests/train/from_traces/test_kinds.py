"""Each request of each dialect says its kind, and is known again by its words alone."""

from __future__ import annotations

from typing import Any

import pytest

from reasonloom.bookings import Booking
from reasonloom.events import Call
from reasonloom.models.protocol import Choice, Prompt, Usage
from reasonloom.requests import as_request
from reasonloom.strategies.dialects.base import AGAIN, Unreadable
from reasonloom.strategies.dialects.chat import ChatSkills
from reasonloom.strategies.dialects.compact import Compact
from reasonloom.strategies.dialects.instruct import Instruct
from reasonloom.train.from_traces.kinds import OTHER, kind_of, reading, stated, worded
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


def called(prompt: Prompt, kind: str = "") -> Call:
    """A call as a trace holds it; without a kind, as one of before there was that field."""
    booking = Booking(1, Usage(), 0.0, False, False)
    request = as_request(prompt, chat=True)
    return Call("p", "", 0.0, 0, "reasoner", "m", "ok", request, None, booking, 0.1, kind=kind)


def same(prompt: Prompt) -> str:
    """The kind that a prompt says, which is the one that its words tell."""
    assert kind_of(called(prompt, prompt.kind)) == kind_of(called(prompt))
    return prompt.kind


@pytest.mark.parametrize("name", CORE)
@pytest.mark.parametrize("dialect", [Compact(), Instruct()], ids=lambda d: d.name)
def test_requests_of_both_dialects_are_known(dialect: Any, name: str) -> None:
    assert same(getattr(dialect, name)(*CORE[name]).prompt) == name


@pytest.mark.parametrize("name", SKILLS)
def test_skills_of_chat_models_are_known(name: str) -> None:
    assert same(getattr(ChatSkills(), name)(*SKILLS[name]).prompt) == name


def test_a_verified_solution_is_known_in_both_its_forms() -> None:
    assert same(ChatSkills().verified(Q, "text", [("q", "a")], apart=False).prompt) == "verified"


def test_a_second_asking_is_told_apart() -> None:
    plan = Instruct().plan(Q, ())
    assert plan.again
    assert same(plan.again(Unreadable("no JSON", "hm"))) == AGAIN


def test_words_of_others_are_of_another_kind() -> None:
    assert worded(as_request("What is 6 * 7?", chat=True)) == OTHER
    assert worded(as_request("Once upon a time", chat=False)) == OTHER
    assert worded(as_request("text <|sep|>", chat=False)) == OTHER


def test_what_the_trace_says_is_taken_over_the_words() -> None:
    assert kind_of(called(Instruct().cot(Q).prompt, "debate")) == "debate"


def test_a_quotation_of_a_form_does_not_hide_the_form_that_asks() -> None:
    quoted = Instruct().plan(Q, ()).prompt.messages
    assert quoted
    prompt = ChatSkills().critique(Q, quoted[-1].content).prompt
    assert same(prompt) == "critique"


def test_replies_are_read_as_their_kind_reads_them() -> None:
    cot, plan = called(Instruct().cot(Q).prompt), called(Compact().plan(Q, ()).prompt)
    assert stated(cot, Choice("so \\boxed{42}")) == "42"
    assert stated(cot, Choice("who knows")) is None
    assert [step.goal for step in reading(plan, Choice("find a: x | t | g"))] == ["find a: x"]
    assert isinstance(reading(plan, Choice("hm")), Unreadable)
