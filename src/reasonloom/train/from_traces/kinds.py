"""What a stored call asked for: as its trace says, or told from the words of the request."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from reasonloom.events import Call
from reasonloom.models.protocol import Choice, Message, Request
from reasonloom.strategies.dialects import DIALECTS, chat_text, instruct_text
from reasonloom.strategies.dialects.base import AGAIN, Ask, Dialect
from reasonloom.trajectory import Step, StepResult

OTHER = "other"
"""A request of unknown words."""
STATES = frozenset(
    {"cot", "direct", "answer", "improve", "whole", "debate", "retry", "verified"}
)  # fmt: skip
"""Kinds whose reply states a final answer, so that it can be judged by itself."""

_FORMS = {
    instruct_text.PLAN_FORM: "plan",
    instruct_text.REVISE_FORM: "revise",
    instruct_text.WORK_FORM: "instantiate",
    instruct_text.ASSESS_FORM: "assess",
    instruct_text.ANSWER_FORM: "answer",
    chat_text.CHOOSE_FORM: "choose",
    chat_text.GRADE_TASK: "grade",
    chat_text.CRITIQUE_FORM: "critique",
    chat_text.IMPROVE_FORM: "improve",
    chat_text.DECOMPOSE_TASK: "decompose",
    chat_text.PART_FORM: "part",
    chat_text.WHOLE_FORM: "whole",
    chat_text.DEBATE_FORM: "debate",
    chat_text.REFLECT_FORM: "reflect",
    chat_text.RETRY_FORM: "retry",
    chat_text.PROBE_TASK: "probe",
    chat_text.EXAMINE_TASK: "examine",
    chat_text.COMPARE_FORM: "compare",
    chat_text.VERIFIED_FORM: "verified",
    chat_text.EXAMINED_FORM: "verified",
}
_SYSTEMS = {
    instruct_text.COT: "cot",
    instruct_text.DIRECT: "direct",
    chat_text.CHECK: "parts",
}
_MARK = re.compile(r"<\|(\w+)\|>$")
_MARKS = {"do": "instantiate"}
KINDS = tuple(sorted({*_FORMS.values(), *_SYSTEMS.values(), OTHER}))


def kind_of(call: Call) -> str:
    """The kind of request that a dialect made: `plan`, `instantiate`, `cot` and so on.

    Traces of before calls said it themselves are read by their words.
    """
    return call.kind or worded(call.request)


def worded(request: Request) -> str:
    """The kind of request, by its words."""
    if request.messages is None:
        return _of_text(request.text or "")
    return _of_chat(request.messages)


def dialect_name(request: Request) -> str:
    return "compact" if request.messages is None else "instruct"


def reading(call: Call, choice: Choice) -> Any:
    """What a reply says: a typed value, Unreadable, Outside, or None where no reader is known."""
    ask = _READERS.get(kind_of(call))
    if ask is None:
        return None
    return ask(DIALECTS[dialect_name(call.request)]).read(choice.text, choice.finish_reason)


def stated(call: Call, choice: Choice) -> str | None:
    """The final answer of a reply that states one by its kind; None where it has none."""
    said = reading(call, choice)
    return said if isinstance(said, str) else None


def _of_text(text: str) -> str:
    mark = _MARK.search(text)
    if mark is None:
        return OTHER
    if mark[1] == "plan" and "<|revise|>" in text:
        return "revise"
    kind = _MARKS.get(mark[1], mark[1])
    return kind if kind in KINDS else OTHER


def _of_chat(turns: tuple[Message, ...]) -> str:
    """By the end of what the user says last; quoted material stands before it."""
    system, said = turns[0].content, turns[-1].content
    if said.startswith(instruct_text.again("").partition(":")[0]):
        return AGAIN
    last = max(_FORMS, key=said.rfind)
    return _FORMS[last] if last in said else _SYSTEMS.get(system, OTHER)


def _plain(dialect: Dialect) -> Ask[Any]:
    return dialect.cot("")


_STEP = Step("")
_READERS: Mapping[str, Callable[[Dialect], Ask[Any]]] = {
    "direct": lambda d: d.direct(""),
    "plan": lambda d: d.plan("", ()),
    "instantiate": lambda d: d.instantiate("", _STEP, (), ()),
    "assess": lambda d: d.assess("", _STEP, None, (), StepResult("", "", ""), ()),
    "revise": lambda d: d.revise("", (), (), ""),
    "answer": lambda d: d.answer("", ()),
    **dict.fromkeys(STATES - {"direct", "answer"}, _plain),
}
