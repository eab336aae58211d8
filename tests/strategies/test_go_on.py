"""A moment of a trajectory: any action can be tried from it, again and again."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

from dialogue import user

from reasonloom.context import open_context
from reasonloom.models.protocol import Request
from reasonloom.models.scripted import Scripted
from reasonloom.problem import Problem
from reasonloom.strategies.reasonflux import Moment, Way, answer, follow, go_on
from reasonloom.templates.library import Library
from reasonloom.templates.retrieve import Retriever
from reasonloom.trajectory import Assessment, Step

TEMPLATES = {"templates": Retriever(Library.load())}
PROBLEM = Problem("Let a be the gcd of 84 and 36. Find a + 1.", "13")
STEPS = (Step("find a: the gcd", needs=()), Step("find b: the sum", needs=(0,)))


def reply(request: Request) -> str:
    text = user(request)
    goal = re.search(r"<goal>\n(.*?)\n</goal>", text)
    if "Carry out this step only" in text:
        found = goal[1] if goal else ""
        return json.dumps({"instantiation": "i", "work": "w", "value": f"{found} is 12"})
    if "An objection was raised" in text:
        steps = [{"goal": "find c: other", "template": "", "tags": [], "needs": []}]
        return json.dumps({"steps": steps})
    if "First reach" in text:
        return json.dumps({"check": "", "action": "accept", "reason": ""})
    return json.dumps({"reasoning": "", "answer": "13"})


def context(model: Scripted, **options: Any) -> Any:
    return open_context(PROBLEM, {"default": model}, retrievers=TEMPLATES, **options)


async def moments() -> list[Moment]:
    seen: list[Moment] = []
    with context(Scripted(reply)) as ctx:
        await follow(STEPS, PROBLEM, ctx, adapt=True, watch=seen.append)
    return seen


async def test_a_watcher_sees_each_result_with_what_stands_around_it() -> None:
    first, second = await moments()
    assert (first.known, [s.goal for s in first.remaining]) == ([], ["find b: the sum"])
    assert first.result.value == "find a: the gcd is 12"
    assert (second.known, second.remaining) == (["find a: the gcd is 12"], ())
    assert second.rounds == 2


async def goals_after(moment: Moment, said: Assessment) -> list[str]:
    with context(Scripted(reply)) as ctx:
        run = await go_on(moment, said, PROBLEM, ctx, Way(adapt=True))
    return [settled.step.goal for settled in run.settled]


async def test_each_action_goes_its_own_way_from_one_moment() -> None:
    first, _ = await moments()
    before = replace(first.task)
    assert await goals_after(first, Assessment("accept")) == [s.goal for s in STEPS]
    assert await goals_after(first, Assessment("answered")) == ["find a: the gcd"]
    revised = await goals_after(first, Assessment("revise", "b is not asked for"))
    assert revised == ["find a: the gcd", "find c: other"]
    assert first.task == before


async def test_a_retry_does_the_step_once_more_and_replace_looks_for_another_template() -> None:
    first, _ = await moments()
    for action in ("retry", "replace"):
        model = Scripted(reply)
        with context(model) as ctx:
            said = Assessment(action, "look again")
            run = await go_on(first, said, PROBLEM, ctx, Way(adapt=True))
        again = [r for r in model.requests if "Carry out" in user(r)]
        assert len(again) == 2
        assert again[0].temperature > 0
        assert ("look again" in user(again[0])) is (action == "retry")
        used = run.settled[0].template
        assert (used == first.template) is (action == "retry")


async def test_the_answer_given_with_answered_is_taken() -> None:
    first, _ = await moments()
    with context(Scripted(reply)) as ctx:
        run = await go_on(first, Assessment("answered", answer="99"), PROBLEM, ctx, Way())
        solution = await answer(PROBLEM, STEPS, run, ctx)
    assert solution.answer == "99"


async def test_first_tries_are_sampled_at_the_temperature_asked_for() -> None:
    model = Scripted(reply)
    with context(model) as ctx:
        await follow(STEPS, PROBLEM, ctx, temperature=0.5)
    assert [request.temperature for request in model.requests] == [0.5, 0.5]
