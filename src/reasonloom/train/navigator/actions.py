"""The five actions at one moment, each as the reply by which the navigator would take it.

What is carried out is what the reply reads as, so that text and deed cannot differ. The navigator's
own reply stands for the action that it takes by itself; the others keep its check where they can.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from reasonloom.context import Context
from reasonloom.errors import BadRequest
from reasonloom.grading.extract import extract
from reasonloom.models.protocol import Prompt
from reasonloom.problem import Problem
from reasonloom.strategies.ask import speak
from reasonloom.strategies.dialects import compact
from reasonloom.strategies.dialects.base import Ask
from reasonloom.strategies.dialects.json_reply import read_object, write_object
from reasonloom.strategies.reasonflux import Moment
from reasonloom.trajectory import ACTIONS, Action, Assessment, StepResult

REASONED: dict[str, tuple[Action, ...]] = {
    "compact": ("revise",),
    "instruct": ("retry", "replace", "revise"),
}
"""Actions that need a reason to be carried out as that dialect does it."""
Write = Callable[[Action], str]


class Option(NamedTuple):
    reply: str
    assessment: Assessment


class Options(NamedTuple):
    """own  what the navigator does by itself; None where its reply cannot be read"""

    prompt: Prompt
    own: Action | None
    by_action: dict[Action, Option]


async def options(moment: Moment, problem: Problem, ctx: Context) -> Options:
    """The assess request of a moment and a reply for each action that can be said there.

    Takes one call of the navigator, and one more for each reason: there its reply is begun for it
    and it goes on. Where it cannot, the action stands without a reason. Raises what the model does.
    """
    dialect = speak(ctx, "navigator")
    request = dialect.assess(
        problem.question,
        moment.task.step,
        moment.template,
        moment.known,
        moment.result,
        moment.remaining,
    )
    (choice,) = await ctx.generate(
        request.prompt, role="navigator", max_tokens=request.max_tokens, temperature=0.0
    )
    own = _read(request, choice.text)
    found: dict[Action, Option] = {}
    write = _writer(dialect.name, moment, choice.text)
    for action in ACTIONS:
        if own and own.action == action:
            found[action] = Option(choice.text, own)
            continue
        reply = write(action)
        if action in REASONED[dialect.name]:
            reply = await _reasoned(reply, dialect.name, action, request, ctx)
        assessment = _read(request, reply)
        if assessment and assessment.action == action:
            found[action] = Option(reply, assessment)
    return Options(request.prompt, own.action if own else None, found)


def _read(request: Ask[Assessment], reply: str) -> Assessment | None:
    value = request.read(reply, "stop")
    return value if isinstance(value, Assessment) else None


def _writer(dialect: str, moment: Moment, own: str) -> Write:
    if dialect == "compact":
        return partial(_compact, moment, _check_of(own))
    return partial(_instruct, str((read_object(own) or {}).get("check", "")))


def _instruct(check: str, action: Action) -> str:
    return write_object({"check": check, "action": action, "reason": ""})


def _check_of(own: str) -> StepResult | None:
    """The step as the navigator did it once more."""
    check = compact.parse_work(own.rpartition("<|assess|>")[0])
    return check if isinstance(check, StepResult) else None


def _compact(moment: Moment, check: StepResult | None, action: Action) -> str:
    """Whoever lets a result stand has found it too: his check ends with the same value."""
    if action in ("retry", "replace"):
        return compact.assess_reply(check if action == "retry" else None, Assessment(action))
    agrees = check is not None and check.value == moment.result.value
    made = Assessment(action, answer=_bare(moment.result) if action == "answered" else "")
    return compact.assess_reply(check if agrees else moment.result, made)


def _bare(result: StepResult) -> str:
    """12 of both `a = 12` and `the gcd is 12`."""
    value = result.value.rpartition(" = ")[2]
    found = extract(value, cut=False)
    return found.answer if found else value


async def _reasoned(
    reply: str, dialect: str, action: Action, request: Ask[Assessment], ctx: Context
) -> str:
    """`reply` with a reason in the navigator's own words.

    The opening ends before the space: words of the vocabulary begin with theirs.
    """
    opening = f"{reply}:" if dialect == "compact" else reply.removesuffix('"}')
    try:
        (choice,) = await ctx.generate(
            request.prompt, role="navigator", prefix=opening, max_tokens=request.max_tokens
        )
    except BadRequest:  # the endpoint cannot go on from a given beginning
        return reply
    whole = opening + choice.text
    said = _read(request, whole)
    return whole if said and said.action == action and choice.finish_reason == "stop" else reply
