"""The dialect that nano was trained on: short raw text between marker tokens.

Each request has a `..._prompt` and a `..._reply` function. The recipe makes training text with
both, the dialect prompts with one and parses what the other writes: they cannot drift apart.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from typing import cast

from reasonloom.models.protocol import Prompt
from reasonloom.strategies.dialects.base import Ask, Outside, Unreadable
from reasonloom.templates.schema import Template
from reasonloom.trajectory import ACTIONS, Action, Assessment, Step, StepResult, Trajectory

END = "<|end|>"
OUTSIDE = "outside"
"""What nano answers to a question from outside its worlds."""
WAIT = "wait; "
"""Opens a line in which a chain of thought checks itself."""
MAX_QUESTION_CHARS = 2_000
"""nano's context is 4,096 tokens; a longer question cannot be one of its worlds."""
_MARKER = re.compile(r"<\|[^|<>]{0,40}\|>")


def clean(text: str) -> str:
    """Text from outside with marker tokens taken out and white space folded."""
    return " ".join(_MARKER.sub(" ", text).split())


def question_prompt(question: str, skill: str) -> str:
    return f"<|q|>{clean(question)[:MAX_QUESTION_CHARS]}<|{skill}|>"


def template_text(template: Template | None) -> str:
    if template is None:
        return "none"
    return f"{template.name}: {' '.join(template.steps)}" if template.steps else template.name


def step_line(step: Step) -> str:
    """Goal, template and tags; what is empty at the end is left out, as it would not read back."""
    told = [step.goal, step.template, ", ".join(step.tags)]
    while len(told) > 1 and not told[-1]:
        told.pop()
    return " | ".join(told)


def plan_reply(trajectory: Trajectory) -> str:
    return "\n".join(map(step_line, trajectory))


def work_prompt(
    question: str, goal: str, template: str, known: Sequence[str], feedback: str = ""
) -> str:
    again = f"<|retry|>{clean(feedback)[:200]}" if feedback else ""
    return (
        f"{question_prompt(question, 'known')}{'; '.join(map(clean, known))}<|goal|>{clean(goal)}"
        f"<|template|>{clean(template)}{again}<|do|>"
    )


def work_reply(result: StepResult) -> str:
    """A step worked out; a chain of thought writes the same line for each part."""
    return f"{result.instantiation} | {result.work} | {result.value}"


def assess_prompt(
    question: str,
    goal: str,
    template: str,
    known: Sequence[str],
    remaining: Sequence[str],
    declined: bool = False,
) -> str:
    """What an assessment sees: everything but the work and its value.

    nano judges a step by doing it once more, by another template where one applies; it would copy
    what it saw. `declined` says that the reasoner found the template unfit.
    """
    return (
        f"{question_prompt(question, 'known')}{'; '.join(map(clean, known))}"
        f"<|plan|>{' | '.join(map(clean, remaining))}<|goal|>{clean(goal)}"
        f"<|template|>{clean(template)}{'<|value|>none' if declined else ''}<|assess|>"
    )


def assess_reply(check: StepResult | None, assessment: Assessment) -> str:
    """The step done once more, then what follows if its value is the reasoner's."""
    done = f"{work_reply(check)}<|assess|>" if check else ""
    more = assessment.answer or assessment.reason
    return f"{done}{assessment.action}" + (f": {more}" if more else "")


def revise_prompt(question: str, known: Sequence[str], remaining: Trajectory, reason: str) -> str:
    return (
        f"{question_prompt(question, 'known')}{'; '.join(map(clean, known))}"
        f"<|plan|>{' | '.join(clean(s.goal) for s in remaining)}"
        f"<|revise|>{clean(reason)[:200]}<|plan|>"
    )


def answer_prompt(question: str, known: Sequence[str]) -> str:
    return f"{question_prompt(question, 'known')}{'; '.join(map(clean, known))}<|answer|>"


def parse_answer(text: str) -> str | Unreadable | Outside:
    """The whole of a short reply; of a chain, what stands behind its last `answer =`."""
    text = text.strip()
    if text == OUTSIDE:
        return Outside()
    found = text.rpartition("answer = ")[2].strip()
    return found if found and "\n" not in found else Unreadable("no answer in the reply", text)


def parse_plan(text: str) -> Trajectory | Unreadable | Outside:
    if text.strip() == OUTSIDE:
        return Outside()
    steps: list[Step] = []
    made: dict[str, int] = {}
    for line in text.strip().splitlines():
        goal, _, rest = (part.strip() for part in line.partition(" | "))
        template, _, tags = (part.strip() for part in rest.partition(" | "))
        if not goal.startswith("find "):
            return Unreadable(f"a step that is no goal: {line[:60]!r}", text)
        name, _, what = goal.removeprefix("find ").partition(":")
        used = what.rpartition(" from ")[2].split(" and ") if " from " in what else []
        needs = tuple(made[u] for u in used if u in made)
        made[name] = len(steps)
        steps.append(
            Step(goal, template, tuple(filter(None, map(str.strip, tags.split(", ")))), needs)
        )
    return tuple(steps) or Unreadable("an empty plan", text)


def parse_work(text: str) -> StepResult | Unreadable:
    instantiation, _, rest = text.partition(" | ")
    work, mark, value = rest.rpartition(" | ")
    if not mark or not value.strip():
        return Unreadable("no value in the reply", text)
    return StepResult(instantiation.strip(), work.strip(), value.strip())


def parse_assessment(result: StepResult, text: str) -> Assessment | Unreadable:
    """What the navigator says of `result`: retry where its own value is another one."""
    done, _, verdict = text.rpartition("<|assess|>")
    action, _, more = (part.strip() for part in verdict.partition(":"))
    if action not in ACTIONS:
        return Unreadable("no action in the reply", text)
    if done:
        check = parse_work(done)
        if isinstance(check, Unreadable):
            return check
        if check.value != result.value:
            return Assessment("retry", f"{result.value} or {check.value}")
    if action == "answered":
        return Assessment("answered", answer=more)
    return Assessment(cast(Action, action), more)


def _raw(kind: str, text: str) -> Prompt:
    return Prompt(text=text, stop=(END,), kind=kind)


class Compact:
    """See `Dialect`. Reply lengths are about twice the longest that the recipe writes."""

    name = "compact"

    def direct(self, question: str) -> Ask[str]:
        return Ask(_raw("direct", question_prompt(question, "direct")), parse_answer, 24)

    def cot(self, question: str) -> Ask[str]:
        return Ask(_raw("cot", question_prompt(question, "cot")), parse_answer, 1_600)

    def plan(self, question: str, names: Sequence[str]) -> Ask[Trajectory]:
        return Ask(_raw("plan", question_prompt(question, "plan")), parse_plan, 384)

    def plan_text(self, trajectory: Trajectory) -> str:
        return plan_reply(trajectory)

    def instantiate(
        self,
        question: str,
        step: Step,
        templates: Sequence[Template],
        known: Sequence[str],
        feedback: str = "",
        transferred: bool = False,
    ) -> Ask[StepResult]:
        """A plan in this dialect names no numbers, so it fits similar problems as it stands."""
        shown = template_text(templates[0] if templates else None)
        text = work_prompt(question, step.goal, shown, known, feedback)
        return Ask(_raw("instantiate", text), parse_work, 480)

    def assess(
        self,
        question: str,
        step: Step,
        template: Template | None,
        known: Sequence[str],
        result: StepResult,
        remaining: Trajectory,
    ) -> Ask[Assessment]:
        name = template.name if template else "none"
        goals = [s.goal for s in remaining]
        declined = result.value == "none"
        text = assess_prompt(question, step.goal, name, known, goals, declined)
        return Ask(_raw("assess", text), partial(parse_assessment, result), 512)

    def revise(
        self, question: str, known: Sequence[str], remaining: Trajectory, reason: str
    ) -> Ask[Trajectory]:
        text = revise_prompt(question, known, remaining, reason)
        return Ask(_raw("revise", text), parse_plan, 384)

    def answer(self, question: str, known: Sequence[str]) -> Ask[str]:
        return Ask(_raw("answer", answer_prompt(question, known)), parse_answer, 24)
