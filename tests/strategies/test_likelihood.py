"""Solutions scored by how likely their own words are."""

from __future__ import annotations

from dataclasses import replace
from math import exp

import pytest
from dialogue import COMPACT, QUESTION, solve

from reasonloom.context import open_context
from reasonloom.errors import NoSkill
from reasonloom.models.protocol import Request
from reasonloom.models.scripted import PROFILE, Scripted, pieces
from reasonloom.problem import Problem
from reasonloom.strategies.best_of_n import BestOfN
from reasonloom.strategies.build import make_strategy
from reasonloom.strategies.scorers import Likelihood, steps_of

FEATURES = frozenset({"n", "raw", "echo_logprobs"})
ECHOES = replace(PROFILE, features=FEATURES)


def sampler(*texts: str) -> Scripted:
    """Samples with these texts; a token's log-probability is minus its length."""
    samples = iter(texts)

    def reply(request: Request) -> str:
        return "" if request.echo_logprobs else next(samples)

    return Scripted(reply, profile=ECHOES, delay=lambda request: 0.005)


async def score(text: str) -> tuple[float, ...]:
    problem = Problem(QUESTION)
    ctx = open_context(problem, {"default": sampler()})
    scored = await Likelihood().score(problem, steps_of(text), ctx)
    assert isinstance(scored, tuple)
    return scored


@pytest.mark.parametrize("text", ["6 * 7 = 42", "six\nsevens\n\\boxed{42}", "a b\nc\n\nd\n\n42"])
async def test_a_score_is_the_mean_over_the_solutions_own_tokens(text: str) -> None:
    words = pieces(text)
    mean = sum(len(word) for word in words) / len(words)
    assert await score(text) == (pytest.approx(exp(-mean)),)


async def test_the_solution_whose_words_are_likelier_wins_however_long_it_is() -> None:
    model = sampler("a long word: \\boxed{1}", *["i say so: 2 it is \\boxed{2}"])
    solution = await solve(BestOfN(n=2, scorer=Likelihood()), model)
    assert (solution.answer, model.calls) == ("2", 4)
    assert all(0 < s < 1 for s in solution.detail["scores"])


@pytest.mark.parametrize("reduce", ["product", "min", "last"])
async def test_one_number_is_the_same_however_steps_are_reduced(reduce: str) -> None:
    strategy = make_strategy(f"best_of_n(n=1, scorer=likelihood, reduce={reduce})")
    solution = await solve(strategy, sampler("so\n\\boxed{7}"))
    assert solution.detail["scores"] == [pytest.approx(exp(-(2 + 10) / 2))]


async def test_another_model_may_score() -> None:
    mine, other = sampler("\\boxed{1}"), sampler()
    strategy = make_strategy("best_of_n(n=1, scorer=likelihood(role=critic))")
    await solve(strategy, mine, models={"critic": other})
    assert (mine.calls, other.calls) == (1, 1)


async def test_a_model_that_takes_only_text_is_shown_its_own_prompt() -> None:
    asked: list[Request] = []

    def reply(request: Request) -> str:
        asked.append(request)
        return "6 * 7 = 42; answer = 42"

    model = Scripted(reply, profile=replace(COMPACT, features=FEATURES))
    await solve(BestOfN(n=1, scorer=Likelihood()), model)
    sample, scored = asked
    assert (scored.text, scored.prefix) == (sample.text, "6 * 7 = 42; answer = 42")


async def test_a_model_without_echoed_scores_is_refused_before_anything_is_spent() -> None:
    model = Scripted("\\boxed{42}")
    with pytest.raises(NoSkill, match="a server with echo, or self_judgement"):
        await solve(BestOfN(scorer=Likelihood()), model)
    assert model.calls == 0
