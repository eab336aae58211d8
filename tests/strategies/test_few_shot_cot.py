"""Worked examples before the problem."""

from __future__ import annotations

import pytest
from dialogue import COMPACT, QUESTION, solve, user

from reasonloom.grading.canonical import canonical
from reasonloom.ledger import Limits
from reasonloom.models.scripted import Scripted
from reasonloom.strategies.build import make_strategy
from reasonloom.strategies.few_shot_cot import FewShotCot
from reasonloom.strategies.self_consistency import SelfConsistency
from reasonloom.strategies.shots import SHOTS
from reasonloom.templates.library import Library
from reasonloom.templates.retrieve import Retriever


async def test_eight_examples_stand_before_the_problem_as_turns() -> None:
    model = Scripted("so \\boxed{42}")
    solution = await solve(FewShotCot(), model)
    (request,) = model.requests
    assert request.messages is not None
    assert [m.role for m in request.messages] == ["system", *["user", "assistant"] * 8, "user"]
    assert QUESTION in user(request)
    assert request.messages[2].content.endswith("\\boxed{18}")
    assert request.temperature == 0
    assert solution.answer == "42"


async def test_the_examples_are_asked_as_the_problem_is() -> None:
    model = Scripted("\\boxed{1}")
    await solve(FewShotCot(shots=1), model)
    assert model.requests[0].messages is not None
    example, asked = model.requests[0].messages[1].content, user(model.requests[0])
    assert example.replace(SHOTS[0].problem, QUESTION) == asked


async def test_a_raw_model_reads_the_examples_as_earlier_text() -> None:
    model = Scripted("6*7 = 42\nanswer = 42", profile=COMPACT)
    solution = await solve(FewShotCot(shots=2), model)
    text = model.requests[0].text
    assert text is not None
    assert text.count("<|q|>") == 3
    assert text.count("<|end|>") == 2
    assert f"answer = {SHOTS[0].answer}<|end|><|q|>{SHOTS[1].problem}" in text
    assert solution.answer == "42"


async def test_nearest_examples_come_from_the_library_the_nearest_last() -> None:
    model = Scripted("\\boxed{1}")
    retriever = Retriever(Library.load())
    await solve(FewShotCot(shots=3, nearest=True), model, retrievers={"templates": retriever})
    best = retriever.retrieve(QUESTION, k=1)[0].template.example
    assert model.requests[0].messages is not None
    assert best.problem in model.requests[0].messages[-3].content


async def test_without_a_library_nearest_takes_the_fixed_examples() -> None:
    model = Scripted("\\boxed{1}")
    await solve(FewShotCot(shots=1, nearest=True), model)
    assert model.requests[0].messages is not None
    assert SHOTS[0].problem in model.requests[0].messages[1].content


async def test_self_consistency_over_it_samples_warm() -> None:
    model = Scripted("\\boxed{1}")
    await solve(SelfConsistency(n=2, over=FewShotCot()), model)
    assert {r.temperature for r in model.requests} == {0.7}


async def test_no_room_for_the_call_is_an_honest_none() -> None:
    solution = await solve(FewShotCot(), Scripted("x"), Limits(tokens=50))
    assert (solution.answer, solution.stop_reason) == (None, "budget")


def test_the_examples_end_in_the_answer_that_they_state() -> None:
    for shot in SHOTS:
        tail = shot.work.replace("*17.", ".").rstrip(".").split()[-15:]
        assert canonical(shot.answer) in {canonical(word.rstrip(".,")) for word in tail}


def test_it_has_a_name_and_refuses_what_it_cannot_show() -> None:
    assert make_strategy("few_shot_cot(shots=2, nearest=true)") == FewShotCot(2, True)
    with pytest.raises(ValueError, match="shots=9"):
        FewShotCot(shots=9)
