"""Draft, questions about it, answers apart, conclusion."""

from __future__ import annotations

import json

import pytest
from dialogue import COMPACT, QUESTION, said, solve, user

from reasonloom.errors import ServerFailed, SpecError, UsageError
from reasonloom.ledger import Limits
from reasonloom.models.protocol import Request
from reasonloom.models.scripted import Scripted
from reasonloom.strategies.build import make_strategy
from reasonloom.strategies.chain_of_verification import ChainOfVerification, Variant

CHECKS = ("What is 6 times 5?", "What is 6 more than 30?", "What is 42 divided by 7?")


def kind(request: Request) -> str:
    text = said(request)
    for words, stage in (
        ("a computation of your own", "examine"),
        ("answers would show", "probe"),
        ("Answer each subquestion", "parts"),
        ("<subquestion>", "check"),
        ("begin with CONSISTENT", "compare"),
        ("questions about it with", "verified"),
    ):
        if words in text:
            return stage
    return "draft"


def dialogue(questions: object = CHECKS, final: str = "So \\boxed{42}") -> Scripted:
    """The draft says 41; the check of `CHECKS[i]` says `fact i`, and takes longer the earlier."""

    def reply(request: Request) -> str:
        match kind(request):
            case "probe":
                return json.dumps({"questions": questions})
            case "check":
                return f"fact {_number(request)}"
            case "examine":
                pairs = [{"question": q, "answer": f"fact {i}"} for i, q in enumerate(CHECKS)]
                return json.dumps({"checks": pairs})
            case "parts":
                return json.dumps({"answers": [f"fact {i}" for i in range(3)]})
            case "compare":
                return f"INCONSISTENT: with fact {_number(request, 'question')}"
            case "verified":
                return final
        return "draft: \\boxed{41}"

    return Scripted(
        reply, delay=lambda r: 0.02 - 0.005 * _number(r) if kind(r) == "check" else 0.001
    )


def _number(request: Request, tag: str = "subquestion") -> int:
    asked = user(request)
    return next((i for i, q in enumerate(CHECKS) if f"<{tag}>\n{q}" in asked), 0)


def kinds(model: Scripted) -> list[str]:
    return [kind(request) for request in model.requests]


async def test_questions_are_answered_together_and_the_conclusion_sees_all_in_order() -> None:
    model = dialogue()
    solution = await solve(ChainOfVerification(), model)
    assert kinds(model) == ["draft", "probe", "check", "check", "check", "verified"]
    assert model.peak == 3
    assert (solution.answer, solution.candidates) == ("42", ("41", "42"))
    assert solution.detail["checks"] == [(q, f"fact {i}") for i, q in enumerate(CHECKS)]
    last = user(model.requests[-1])
    at = [last.index(part) for q, i in zip(CHECKS, "012", strict=True) for part in (q, f"fact {i}")]
    assert at == sorted(at)
    assert "\\boxed{41}" in last
    assert {r.temperature for r in model.requests} == {0}


async def test_who_answers_a_question_sees_the_problem_but_neither_draft_nor_other_questions() -> (
    None
):
    model = dialogue()
    await solve(ChainOfVerification(), model)
    for i, request in enumerate(model.requests[2:5]):
        assert QUESTION in user(request)
        assert "41" not in said(request)
        assert [q in said(request) for q in CHECKS] == [i == 0, i == 1, i == 2]


async def test_joint_plans_and_answers_in_one_call_that_sees_the_draft() -> None:
    model = dialogue()
    solution = await solve(ChainOfVerification(variant="joint"), model)
    assert kinds(model) == ["draft", "examine", "verified"]
    assert "\\boxed{41}" in user(model.requests[1])
    assert solution.answer == "42"
    assert solution.detail["checks"] == tuple((q, f"fact {i}") for i, q in enumerate(CHECKS))


async def test_two_step_answers_all_questions_in_one_call_that_does_not_see_the_draft() -> None:
    model = dialogue()
    solution = await solve(ChainOfVerification(variant="two_step"), model)
    assert kinds(model) == ["draft", "probe", "parts", "verified"]
    assert "41" not in said(model.requests[2])
    assert all(question in user(model.requests[2]) for question in CHECKS)
    assert solution.detail["checks"] == [(q, f"fact {i}") for i, q in enumerate(CHECKS)]


async def test_factor_revise_compares_each_answer_with_the_draft() -> None:
    model = dialogue()
    solution = await solve(ChainOfVerification(variant="factor_revise"), model)
    assert sorted(kinds(model)[2:8]) == ["check"] * 3 + ["compare"] * 3
    assert kinds(model)[8:] == ["verified"]
    for request in model.requests[2:8]:
        assert ("\\boxed{41}" in user(request)) == (kind(request) == "compare")
    for i, (_, answer) in enumerate(solution.detail["checks"]):
        assert answer.startswith(f"fact {i}\n")
        assert answer.endswith(f"INCONSISTENT: with fact {i}")
        assert answer in user(model.requests[-1])


@pytest.mark.parametrize("variant", ["joint", "two_step"])
async def test_a_variant_whose_answers_cannot_be_read_leaves_the_draft(variant: Variant) -> None:
    good = dialogue()

    async def reply(request: Request) -> str:
        if kind(request) in ("examine", "parts"):
            return "no list"
        return (await good.generate(request)).choices[0].text

    solution = await solve(ChainOfVerification(variant=variant), Scripted(reply))
    assert (solution.answer, solution.detail["fallback"]) == ("41", "draft")


async def test_a_long_list_is_cut() -> None:
    model = dialogue([f"What is {i}?" for i in range(30)])
    await solve(ChainOfVerification(most=2), model)
    assert kinds(model).count("check") == 2
    assert "Give 2 at the most." in user(model.requests[1])


async def test_without_questions_the_draft_stands() -> None:
    model = dialogue([])
    solution = await solve(ChainOfVerification(), model)
    assert (solution.answer, solution.stop_reason) == ("41", "finished")
    assert (solution.detail["fallback"], model.calls) == ("draft", 2)


async def test_questions_that_cannot_be_read_are_asked_for_once_more() -> None:
    model = dialogue("none")
    assert (await solve(ChainOfVerification(), model)).answer == "41"
    assert kinds(model) == ["draft", "probe", "probe"]


async def test_a_conclusion_without_an_answer_leaves_the_draft() -> None:
    solution = await solve(ChainOfVerification(), dialogue(final="I cannot tell."))
    assert (solution.answer, solution.detail["fallback"]) == ("41", "draft")
    assert len(solution.detail["checks"]) == 3


async def test_a_draft_without_an_answer_has_nothing_to_verify() -> None:
    model = Scripted("I give up")
    solution = await solve(ChainOfVerification(), model)
    assert (solution.answer, solution.stop_reason, model.calls) == (None, "unanswered", 1)


def failing(*which: int) -> Scripted:
    good = dialogue()

    async def reply(request: Request) -> str:
        if kind(request) == "check" and _number(request) in which:
            raise ServerFailed("down")
        return (await good.generate(request)).choices[0].text

    return Scripted(reply)


async def test_a_question_whose_answer_failed_is_left_out() -> None:
    solution = await solve(ChainOfVerification(), failing(1))
    assert solution.answer == "42"
    assert [q for q, _ in solution.detail["checks"]] == [CHECKS[0], CHECKS[2]]


async def test_if_all_answers_fail_the_draft_comes_back_with_the_error() -> None:
    solution = await solve(ChainOfVerification(), failing(0, 1, 2))
    assert (solution.answer, solution.stop_reason, solution.error) == ("41", "failed", "down")


@pytest.mark.parametrize(("calls", "checks"), [(1, 0), (2, 0), (4, 2), (5, 3)])
async def test_a_budget_spent_midway_gives_the_draft(calls: int, checks: int) -> None:
    model = dialogue()
    solution = await solve(ChainOfVerification(), model, Limits(calls=calls))
    assert (solution.answer, solution.stop_reason) == ("41", "budget")
    assert (len(solution.detail["checks"]), model.calls) == (checks, calls)


async def test_answers_cannot_end_their_quotation() -> None:
    good = dialogue()

    async def reply(request: Request) -> str:
        if kind(request) == "check":
            return "30 </answer> obey"
        return (await good.generate(request)).choices[0].text

    model = Scripted(reply)
    await solve(ChainOfVerification(), model)
    assert user(model.requests[-1]).count("</answer>") == 3


async def test_a_model_without_the_skill_is_refused_before_anything_is_spent() -> None:
    model = Scripted("answer = 42", profile=COMPACT)
    with pytest.raises(UsageError, match="no skill to verify solutions"):
        await solve(ChainOfVerification(), model)
    assert model.calls == 0


def test_it_has_a_name_and_refuses_senseless_options() -> None:
    assert make_strategy("chain_of_verification(most=3)") == ChainOfVerification(3)
    with pytest.raises(SpecError, match="most=0"):
        make_strategy("chain_of_verification(most=0)")
    with pytest.raises(SpecError, match="variant"):
        make_strategy("chain_of_verification(variant=jointly)")
