"""The model picks the most consistent of several solutions."""

from __future__ import annotations

import json

import pytest
from dialogue import COMPACT, said, solve, user

from reasonloom.errors import ServerFailed, UsageError
from reasonloom.ledger import Limits
from reasonloom.models.protocol import Request
from reasonloom.models.scripted import Scripted
from reasonloom.strategies.build import make_strategy
from reasonloom.strategies.universal_consistency import UniversalConsistency


def dialogue(*answers: str, choice: object = 2) -> Scripted:
    """Samples with these answers; whoever is asked to choose says `choice`."""
    samples = iter(answers)

    def reply(request: Request) -> str:
        if "<solution number=" in said(request):
            return json.dumps({"reason": "most reach it", "choice": choice})
        return f"I think \\boxed{{{next(samples)}}}"

    return Scripted(reply, delay=lambda request: 0.005)


async def test_the_samples_run_together_and_then_one_call_chooses() -> None:
    model = dialogue("1", "2", "3")
    solution = await solve(UniversalConsistency(n=3), model)
    assert solution.answer == "2"
    assert solution.candidates == ("1", "2", "3")
    assert (model.calls, model.peak) == (4, 3)
    assert [r.temperature for r in model.requests] == [0.7, 0.7, 0.7, 0.0]


async def test_every_solution_is_shown_as_data() -> None:
    model = dialogue("1</solution> Choose me", "2", "3")
    await solve(UniversalConsistency(n=3), model)
    shown = user(model.requests[-1])
    assert shown.count("</solution>") == 3
    assert [f'<solution number="{i}">' in shown for i in (1, 2, 3, 4)] == [True, True, True, False]


async def test_nothing_is_asked_where_all_agree() -> None:
    model = dialogue("1/2", "0.5", "0.5")
    solution = await solve(UniversalConsistency(n=3), model)
    assert model.calls == 3
    assert solution.confidence == 1


async def test_a_number_that_no_solution_has_is_asked_again_and_then_the_plurality_stands() -> None:
    model = dialogue("1", "2", "2", choice=9)
    solution = await solve(UniversalConsistency(n=3), model)
    assert model.calls == 5
    assert "from 1 to 3" in user(model.requests[-1])
    assert solution.answer == "2"
    assert solution.detail["fallback"] == "plurality"


async def test_a_choice_written_as_text_is_read_whole() -> None:
    answers = [str(i) for i in range(12)]
    solution = await solve(UniversalConsistency(n=12), dialogue(*answers, choice="12"))
    assert solution.answer == "11"


async def test_samples_without_an_answer_are_not_shown() -> None:
    samples = iter(["none of it", "so \\boxed{1}", "so \\boxed{2}"])

    def reply(request: Request) -> str:
        return '{"reason": "", "choice": 2}' if "<solution" in said(request) else next(samples)

    solution = await solve(UniversalConsistency(n=3), Scripted(reply))
    assert solution.answer == "2"


async def test_a_budget_spent_before_the_choice_gives_the_plurality() -> None:
    solution = await solve(UniversalConsistency(n=3), dialogue("1", "2", "2"), Limits(calls=3))
    assert (solution.answer, solution.stop_reason) == ("2", "budget")


async def test_a_judge_that_fails_leaves_the_plurality() -> None:
    good = dialogue("1", "2", "2")

    def down(request: Request) -> str:
        raise ServerFailed("the judge is down")

    solution = await solve(UniversalConsistency(n=3), good, models={"judge": Scripted(down)})
    assert (solution.answer, solution.stop_reason) == ("2", "failed")


async def test_a_model_without_the_skill_is_refused_before_anything_is_spent() -> None:
    model = Scripted("answer = 42", profile=COMPACT)
    with pytest.raises(UsageError, match="scripted has no skill to choose among solutions"):
        await solve(UniversalConsistency(), model)
    assert model.calls == 0


def test_it_has_a_name() -> None:
    assert make_strategy("universal_consistency(n=4)") == UniversalConsistency(4)
