"""Sampling that stops when the majority is almost sure."""

from __future__ import annotations

from itertools import product
from random import Random

import pytest
from dialogue import COMPACT, boxed, solve

from reasonloom.errors import ServerFailed
from reasonloom.ledger import Limits
from reasonloom.models.protocol import Request
from reasonloom.models.scripted import Scripted
from reasonloom.strategies.adaptive_consistency import AdaptiveConsistency
from reasonloom.strategies.build import make_strategy
from reasonloom.strategies.posterior import beta, dirichlet


async def test_four_that_agree_are_enough_and_run_together() -> None:
    model = Scripted("\\boxed{42}", delay=lambda request: 0.005)
    solution = await solve(AdaptiveConsistency(), model)
    assert (model.calls, model.peak) == (4, 4)
    assert solution.answer == "42"
    assert {r.temperature for r in model.requests} == {0.7}
    assert solution.detail["samples"] == 4


async def test_a_dissenting_sample_costs_only_what_the_rule_needs() -> None:
    model = Scripted(boxed(["1", "2", "1", "1", *["1"] * 40]))
    solution = await solve(AdaptiveConsistency(), model)
    assert solution.answer == "1"
    assert model.calls == 7
    assert beta([6, 1]) > 0.95 > beta([5, 1])


@pytest.mark.parametrize(("rule", "stride"), [("beta", 5), ("dirichlet", 67)])
def test_no_wave_oversteps_the_papers_one_at_a_time(rule: str, stride: int) -> None:
    strategy = make_strategy(f"adaptive_consistency(n=12, rule={rule})")
    assert isinstance(strategy, AdaptiveConsistency)
    for draws in list(product("ab", repeat=8))[::stride]:
        answers = dict(enumerate((*draws, *"abab")))
        one = next(i for i in range(13) if not strategy.wanted(_first(answers, i), 12 - i))
        seen = 0
        while more := strategy.wanted(_first(answers, seen), 12 - seen):
            seen += more
        assert seen == one


def _first(answers: dict[int, str], count: int) -> dict[int, str | None]:
    return {i: answers[i] for i in range(count)}


async def test_sampling_ends_at_n() -> None:
    model = Scripted(boxed(str(i) for i in range(99)))
    solution = await solve(AdaptiveConsistency(n=6), model)
    assert model.calls == 6
    assert solution.answer == "0"


async def test_it_ends_when_the_rest_cannot_change_the_winner() -> None:
    model = Scripted("\\boxed{5}")
    await solve(AdaptiveConsistency(n=3, confidence=0.99), model)
    assert model.calls == 2


async def test_samples_without_an_answer_abstain_but_count() -> None:
    model = Scripted("I do not know.")
    solution = await solve(AdaptiveConsistency(n=7), model)
    assert model.calls == 7
    assert (solution.answer, solution.stop_reason) == (None, "unanswered")


async def test_a_budget_spent_midway_gives_the_vote_so_far() -> None:
    model = Scripted(boxed(["1", "2", "1", "1", "1", "1"]))
    solution = await solve(AdaptiveConsistency(), model, Limits(calls=5))
    assert solution.answer == "1"
    assert model.calls == 5


async def test_a_dead_endpoint_ends_it_after_one_wave() -> None:
    def down(request: Request) -> str:
        raise ServerFailed("down")

    model = Scripted(down)
    with pytest.raises(ServerFailed):
        await solve(AdaptiveConsistency(), model)
    assert model.calls == 4


async def test_it_runs_on_the_compact_dialect() -> None:
    solution = await solve(
        AdaptiveConsistency(), Scripted("6*7 = 42\nanswer = 42", profile=COMPACT)
    )
    assert solution.answer == "42"


def test_beta_is_the_exact_tail() -> None:
    assert beta([]) == 0.5
    assert beta([1]) == 0.75
    assert beta([3, 0]) == 0.9375
    assert beta([5, 5]) == 0.5


def test_dirichlet_equals_beta_for_two_answers() -> None:
    for counts in ([1, 0], [4, 1], [9, 3], [30, 9], [5, 5]):
        assert dirichlet(counts) == pytest.approx(beta(counts), abs=1e-6)


def test_dirichlet_agrees_with_drawing_from_it() -> None:
    rng, counts = Random(1), (5, 3, 1)
    draws = [[rng.gammavariate(c + 1, 1) for c in counts] for _ in range(20_000)]
    share = sum(d[0] == max(d) for d in draws) / len(draws)
    assert dirichlet(counts) == pytest.approx(share, abs=0.015)


def test_dirichlet_stands_many_samples() -> None:
    assert dirichlet([400, 3]) == pytest.approx(1, abs=1e-5)


def test_senseless_options_are_refused() -> None:
    with pytest.raises(ValueError, match="confidence=2"):
        AdaptiveConsistency(confidence=2)
