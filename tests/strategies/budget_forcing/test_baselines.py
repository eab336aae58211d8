"""Rejection sampling, and length by request."""

from __future__ import annotations

import pytest

from reasonloom.errors import NoSkill, SpecError
from reasonloom.limits import Limits
from reasonloom.strategies.budget_forcing.rejection import RejectionSampling
from reasonloom.strategies.budget_forcing.told import ClassConditional, TokenConditional
from reasonloom.strategies.build import make_strategy

from .replies import COMPACT, PROBLEM, said, solve, thinker


async def test_samples_are_drawn_until_one_stays_within_the_length() -> None:
    model = thinker(said("too long", "length"), "short.", "\\boxed{42}")
    solution = await solve(RejectionSampling(max_thinking=5), model)
    assert (solution.answer, solution.detail["attempts"]) == ("42", 2)
    assert len({r.seeds for r in model.requests}) == 3
    assert {r.temperature for r in model.requests} == {1.0}


async def test_a_rejected_sample_pays_for_no_answer() -> None:
    model = thinker(said("a b c d e", "length"), said("f g h i j", "length"))
    solution = await solve(RejectionSampling(max_thinking=5, attempts=2), model)
    assert (solution.answer, solution.stop_reason, model.calls) == (None, "rounds", 2)


async def test_a_budget_ends_the_attempts_too() -> None:
    model = thinker(*[said("a b c d e", "length")] * 8)
    solution = await solve(RejectionSampling(max_thinking=5), model, limits=Limits(calls=3))
    assert (solution.answer, solution.stop_reason, model.calls) == (None, "budget", 3)


@pytest.mark.parametrize(
    ("tokens", "told"), [(1, 1), (1_000, 1_024), (1_024, 1_024), (1_025, 2_048)]
)
async def test_the_tokens_told_are_rounded_up_to_a_power_of_two(tokens: int, told: int) -> None:
    model = thinker("\\boxed{42}")
    solution = await solve(TokenConditional(tokens=tokens), model)
    messages = model.requests[0].messages
    assert solution.answer == "42" and messages is not None
    assert messages[-1].content.endswith(
        f"</problem>\n\nThink for up to {told} tokens, then answer."
    )


async def test_the_two_classes_are_told_apart() -> None:
    asked = set()
    for length in ("short", "long"):
        model = thinker("\\boxed{42}")
        await solve(make_strategy(f"class_conditional(length={length})"), model)
        messages = model.requests[0].messages
        assert messages is not None and PROBLEM.question in messages[-1].content
        asked.add(messages[-1].content.rpartition("\n")[2])
    assert len(asked) == 2


async def test_a_model_that_takes_no_instructions_cannot_be_told() -> None:
    with pytest.raises(NoSkill, match="takes no instructions"):
        await solve(ClassConditional(), thinker(profile=COMPACT))


@pytest.mark.parametrize(
    "spec",
    [
        "rejection_sampling(attempts=0)",
        "rejection_sampling(temperature=0)",
        "token_conditional(tokens=0)",
        "class_conditional(length=medium)",
    ],
)
def test_options_that_make_no_sense_are_refused(spec: str) -> None:
    with pytest.raises(SpecError):
        make_strategy(spec)
