"""The dialect for any chat model: plain instructions, replies as JSON by a schema."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar, get_args

from reasonloom.grading.extract import extract
from reasonloom.models.protocol import Message, Prompt
from reasonloom.strategies.dialects import instruct_text as say
from reasonloom.strategies.dialects.base import AGAIN, Ask, Unreadable
from reasonloom.strategies.dialects.json_reply import read_object, write_object
from reasonloom.templates.schema import Template
from reasonloom.trajectory import Action, Assessment, Step, StepResult, Trajectory

T = TypeVar("T")
THINKING_TOKENS = 8_192
"""Room for a reply of a model that thinks before it answers (our choice)."""


class Instruct:
    """See `Dialect`. A reply that is not the JSON asked for is asked for once more."""

    name = "instruct"

    def direct(self, question: str) -> Ask[str]:
        prompt = chat("direct", say.DIRECT, say.problem(question))
        return Ask(prompt, final_answer, 1_024, parse_cut=announced_answer)

    def cot(self, question: str) -> Ask[str]:
        prompt = chat("cot", say.COT, say.problem(question))
        return Ask(prompt, final_answer, THINKING_TOKENS, parse_cut=announced_answer)

    def plan(self, question: str, names: Sequence[str]) -> Ask[Trajectory]:
        user = say.join(say.problem(question), say.names(names), say.PLAN_FORM)
        return typed("plan", say.PLAN, user, say.PLAN_SCHEMA, _trajectory)

    def plan_text(self, trajectory: Trajectory) -> str:
        return write_object({"steps": [_told(i, step) for i, step in enumerate(trajectory)]})

    def instantiate(
        self,
        question: str,
        step: Step,
        templates: Sequence[Template],
        known: Sequence[str],
        feedback: str = "",
        transferred: bool = False,
    ) -> Ask[StepResult]:
        user = say.join(
            say.problem(question),
            say.known(known),
            say.step(step),
            say.templates(templates),
            say.feedback(feedback),
            say.TRANSFERRED if transferred else "",
            say.WORK_FORM,
        )
        return typed("instantiate", say.WORK, user, say.WORK_SCHEMA, _result)

    def assess(
        self,
        question: str,
        step: Step,
        template: Template | None,
        known: Sequence[str],
        result: StepResult,
        remaining: Trajectory,
    ) -> Ask[Assessment]:
        user = say.join(
            say.problem(question),
            say.known(known),
            say.step(step),
            say.template_used(template),
            say.result(result),
            say.remaining(remaining),
            say.ASSESS_FORM,
        )
        return typed("assess", say.ASSESS, user, say.ASSESS_SCHEMA, _assessment)

    def revise(
        self, question: str, known: Sequence[str], remaining: Trajectory, reason: str
    ) -> Ask[Trajectory]:
        user = say.join(
            say.problem(question),
            say.known(known),
            say.remaining(remaining),
            say.objection(reason),
            say.REVISE_FORM,
        )
        return typed("revise", say.PLAN, user, say.PLAN_SCHEMA, _trajectory)

    def answer(self, question: str, known: Sequence[str]) -> Ask[str]:
        user = say.join(say.problem(question), say.known(known), say.ANSWER_FORM)
        return typed("answer", say.ANSWER, user, say.ANSWER_SCHEMA, _answer)


def chat(kind: str, system: str, user: str, schema: dict[str, Any] | None = None) -> Prompt:
    messages = (Message("system", system), Message("user", user))
    return Prompt(messages=messages, schema=schema, kind=kind)


def typed(
    kind: str,
    system: str,
    user: str,
    schema: dict[str, Any],
    read: Callable[[dict[str, Any]], T | Unreadable],
) -> Ask[T]:
    def parse(text: str) -> T | Unreadable:
        found = read_object(text)
        if found is None:
            return Unreadable("the reply holds no JSON object", text)
        value = read(found)
        return Unreadable(value.reason, text) if isinstance(value, Unreadable) else value

    def again(bad: Unreadable) -> Prompt:
        messages = (
            Message("system", system),
            Message("user", user),
            Message("assistant", bad.text[-2_000:] or "(empty)"),
            Message("user", say.again(bad.reason)),
        )
        return Prompt(messages=messages, schema=schema, kind=AGAIN)

    return Ask(chat(kind, system, user, schema), parse, THINKING_TOKENS, again)


def _text(found: dict[str, Any], key: str) -> str | Unreadable:
    """A field as text; models write numbers and lists where text is asked for."""
    value = found.get(key)
    if isinstance(value, list):
        value = "\n".join(str(v) for v in value)
    if isinstance(value, bool) or value is None or isinstance(value, dict):
        return Unreadable(f'"{key}" must be a text')
    return str(value).strip() or Unreadable(f'"{key}" is empty')


def final_answer(text: str, cut: bool = False) -> str | Unreadable:
    found = extract(text, cut)
    return found.answer if found else Unreadable("no answer in the reply", text)


def announced_answer(text: str) -> str | Unreadable:
    return final_answer(text, cut=True)


def _trajectory(found: dict[str, Any]) -> Trajectory | Unreadable:
    steps = found.get("steps")
    if not isinstance(steps, list) or not steps:
        return Unreadable('"steps" must be a list of at least one step')
    made: list[Step] = []
    for number, item in enumerate(steps, 1):
        step = _step(item, number) if isinstance(item, dict) else Unreadable("no object")
        if isinstance(step, Unreadable):
            return Unreadable(f"step {number}: {step.reason}")
        made.append(step)
    return tuple(made)


def _told(index: int, step: Step) -> dict[str, Any]:
    """A step as `_step` reads it; where it states no needs, they are all the steps before it."""
    needs = range(index) if step.needs is None else step.needs
    return {
        "goal": step.goal,
        "template": step.template,
        "tags": list(step.tags),
        "needs": [n + 1 for n in needs],
    }


def _step(item: dict[str, Any], number: int) -> Step | Unreadable:
    goal = _text(item, "goal")
    if isinstance(goal, Unreadable):
        return goal
    tags, needs, name = item.get("tags"), item.get("needs"), item.get("template")
    earlier = [n - 1 for n in needs if isinstance(n, int)] if isinstance(needs, list) else None
    return Step(
        goal,
        name.strip() if isinstance(name, str) else "",
        tuple(t for t in tags if isinstance(t, str)) if isinstance(tags, list) else (),
        None if earlier is None else tuple(n for n in earlier if 0 <= n < number - 1),
    )


def _result(found: dict[str, Any]) -> StepResult | Unreadable:
    fields = [_text(found, key) for key in ("instantiation", "work", "value")]
    for field in fields:
        if isinstance(field, Unreadable):
            return field
    return StepResult(*(str(field) for field in fields))


def _assessment(found: dict[str, Any]) -> Assessment | Unreadable:
    said = found.get("action")
    action = said.strip().lower() if isinstance(said, str) else ""
    if action not in get_args(Action):
        return Unreadable('"action" must be one of ' + ", ".join(get_args(Action)))
    reason = found.get("reason")
    known: Any = action
    return Assessment(known, reason.strip() if isinstance(reason, str) else "")


def _answer(found: dict[str, Any]) -> str | Unreadable:
    return _text(found, "answer")
