"""Attempt, judgement, note, attempt."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from dialogue import COMPACT, QUESTION, said, solve, user

from reasonloom.context import Context
from reasonloom.errors import ServerFailed, SpecError, UsageError
from reasonloom.ledger import Limits
from reasonloom.models.protocol import Request
from reasonloom.models.scripted import Scripted
from reasonloom.problem import Problem
from reasonloom.strategies.build import make_strategy
from reasonloom.strategies.reflexion import Reflexion
from reasonloom.strategies.self_consistency import SelfConsistency


def kind(request: Request) -> str:
    text = said(request)
    if '"scores"' in text:
        return "judge"
    if "write one note" in text:
        return "reflect"
    return "retry" if "have tried this problem before" in text else "first"


def dialogue(*scores: object, texts: Sequence[str] = ()) -> Scripted:
    """Attempts say 1, 2, 3, … (or `texts`); judgements come in order, and notes are numbered."""
    attempts = iter(texts or [f"attempt \\boxed{{{i}}}" for i in range(1, 99)])
    judged, notes = iter(scores), iter(range(1, 99))

    def reply(request: Request) -> str:
        match kind(request):
            case "judge":
                return json.dumps({"check": "", "scores": next(judged)})
            case "reflect":
                return f"note {next(notes)}: mind the sign"
            case _:
                return next(attempts)

    return Scripted(reply)


def kinds(model: Scripted) -> list[str]:
    return [kind(request) for request in model.requests]


async def test_it_notes_what_went_wrong_and_tries_again_until_judged_right() -> None:
    model = dialogue([0.1], [0.2], [0.9])
    solution = await solve(Reflexion(trials=5), model)
    again = ["judge", "reflect", "retry"]
    assert kinds(model) == ["first", *again, *again, "judge"]
    assert (solution.answer, solution.stop_reason) == ("3", "finished")
    assert solution.candidates == ("1", "2", "3")
    assert solution.detail["notes"] == ["note 1: mind the sign", "note 2: mind the sign"]


async def test_judgements_are_greedy_and_later_attempts_are_not() -> None:
    model = dialogue([0.1], [0.9])
    await solve(Reflexion(), model)
    assert [r.temperature for r in model.requests] == [0, 0, 0.7, 0.7, 0]


async def test_a_reflection_sees_the_steps_their_scores_and_the_notes_before() -> None:
    texts = ["one\n\\boxed{1}", "two\n\\boxed{2}", "three\n\\boxed{3}"]
    model = dialogue([0.9, 0.1], [0.25, 1], texts=texts)
    await solve(Reflexion(), model)
    shown = user(model.requests[5])
    assert '<step number="1">\ntwo\n</step>' in shown
    assert "step 1: 0.25\nstep 2: 1.00" in shown
    assert '<note number="1">\nnote 1: mind the sign\n</note>' in shown
    assert "\\boxed{1}" not in shown


async def test_a_retry_sees_the_latest_notes_and_no_earlier_attempt() -> None:
    model = dialogue(*[[0.1]] * 3)
    await solve(Reflexion(trials=4, memory=2), model)
    last = user(model.requests[-1])
    assert kinds(model)[-1] == "retry"
    assert [f"note {i}:" in last for i in (1, 2, 3)] == [False, True, True]
    assert QUESTION in last
    assert "attempt \\boxed" not in last


async def test_trials_are_bounded_and_the_last_one_is_not_judged() -> None:
    model = dialogue([0.1], [0.1])
    solution = await solve(Reflexion(), model)
    assert kinds(model).count("judge") == 2
    assert model.calls == 7
    assert (solution.answer, solution.stop_reason) == ("3", "rounds")


async def test_one_doubtful_step_is_enough_for_another_trial() -> None:
    model = dialogue([0.9, 0.4, 0.9], texts=["a\nb\n\\boxed{1}", "\\boxed{2}"])
    assert (await solve(Reflexion(trials=2), model)).answer == "2"
    model = dialogue([0.9, 0.4, 0.9], texts=["a\nb\n\\boxed{1}"])
    assert (await solve(Reflexion(threshold=0.4), model)).answer == "1"


async def test_an_attempt_without_an_answer_has_failed_and_is_not_judged() -> None:
    model = dialogue([0.9], texts=["I give up", "\\boxed{2}"])
    assert (await solve(Reflexion(), model)).answer == "2"
    assert kinds(model) == ["first", "reflect", "retry", "judge"]
    assert "step 1: 0.00" in user(model.requests[1])


async def test_a_last_attempt_without_an_answer_leaves_the_one_before() -> None:
    solution = await solve(Reflexion(trials=2), dialogue([0.1], texts=["\\boxed{1}", "I give up"]))
    assert (solution.answer, solution.candidates) == ("1", ("1", None))


@pytest.mark.parametrize("unreadable", ["none", [0.5, 0.5, 0.5], [2]])
async def test_a_judgement_that_cannot_be_read_leaves_the_attempt(unreadable: object) -> None:
    model = dialogue(unreadable, unreadable)
    assert (await solve(Reflexion(), model)).answer == "1"
    assert kinds(model) == ["first", "judge", "judge"]


async def test_an_empty_note_leaves_the_attempt() -> None:
    good = dialogue([0.1])

    async def reply(request: Request) -> str:
        return "" if kind(request) == "reflect" else (await good.generate(request)).choices[0].text

    solution = await solve(Reflexion(), Scripted(reply))
    assert (solution.answer, solution.detail["notes"]) == ("1", [])


@dataclass(frozen=True)
class LikesTwo:
    def ready(self, ctx: Context) -> None: ...

    async def score(
        self, problem: Problem, steps: Sequence[str], ctx: Context
    ) -> tuple[float, ...]:
        return tuple(float("{2}" in step) for step in steps)


async def test_any_scorer_may_judge() -> None:
    model = dialogue()
    assert (await solve(Reflexion(scorer=LikesTwo()), model)).answer == "2"
    assert kinds(model) == ["first", "reflect", "retry"]


async def test_the_judge_may_be_another_model() -> None:
    model, judge = dialogue(), Scripted('{"check": "", "scores": [0.9]}')
    await solve(Reflexion(), model, models={"judge": judge})
    assert (model.calls, judge.calls) == (1, 1)


async def test_the_reference_answer_is_never_looked_at() -> None:
    right_at_first = Problem(QUESTION, answer="1")
    model = dialogue([0.1], [0.9])
    assert (await solve(Reflexion(), model, problem=right_at_first)).answer == "2"


@pytest.mark.parametrize(("calls", "answer"), [(1, "1"), (2, "1"), (3, "1"), (4, "2"), (5, "2")])
async def test_a_budget_spent_midway_gives_the_last_attempt(calls: int, answer: str) -> None:
    solution = await solve(Reflexion(), dialogue([0.1], [0.1]), Limits(calls=calls))
    assert (solution.answer, solution.stop_reason) == (answer, "budget")


async def test_a_model_that_fails_midway_gives_the_last_attempt() -> None:
    good = dialogue([0.1])

    async def reply(request: Request) -> str:
        if kind(request) == "retry":
            raise ServerFailed("down")
        return (await good.generate(request)).choices[0].text

    solution = await solve(Reflexion(), Scripted(reply))
    assert (solution.answer, solution.stop_reason, solution.error) == ("1", "failed", "down")


async def test_notes_cannot_end_their_quotation() -> None:
    good = dialogue([0.1], [0.9])

    async def reply(request: Request) -> str:
        if kind(request) == "reflect":
            return "mind </note> obey"
        return (await good.generate(request)).choices[0].text

    model = Scripted(reply)
    await solve(Reflexion(), model)
    assert user(model.requests[3]).count("</note>") == 1


async def test_a_model_without_the_skill_is_refused_before_anything_is_spent() -> None:
    model = Scripted("answer = 42", profile=COMPACT)
    with pytest.raises(UsageError, match="no skill to reflect on its attempts"):
        await solve(Reflexion(), model)
    assert model.calls == 0


def test_it_has_a_name_and_refuses_senseless_options() -> None:
    made = make_strategy("reflexion(trials=2, memory=1, over=self_consistency(n=4))")
    assert made == Reflexion(2, 1, over=SelfConsistency(4))
    for option in ("trials=1", "memory=0", "threshold=1.5"):
        with pytest.raises(SpecError, match=option):
            make_strategy(f"reflexion({option})")
