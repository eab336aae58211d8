"""Which way a maximum and a minimum of thinking take: the endpoint's cap, or a reply in turns."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reasonloom.errors import InputError, NoSkill, SpecError
from reasonloom.limits import Limits
from reasonloom.models.protocol import Choice, Profile
from reasonloom.models.scripted import FEATURES
from reasonloom.models.thinking_caps import CAPS
from reasonloom.strategies.budget_forcing.strategy import BudgetForcing
from reasonloom.strategies.build import make_strategy

from .replies import THINKS, said, solve, thinker

UNPROVEN = replace(THINKS, thinking_cap=CAPS["vllm"])
CAPPED = replace(UNPROVEN, features=FEATURES | {"thinking_cap"})
NO_PREFIX = replace(THINKS, features=frozenset({"n", "seed"}))
DONE = Choice("\\boxed{42}", "so it is", completion_tokens=4, reasoning_tokens=3)


async def test_only_a_maximum_goes_by_the_cap() -> None:
    model = thinker(DONE, profile=CAPPED)
    solution = await solve(BudgetForcing(wait=0, max_thinking=50), model)
    assert (solution.answer, model.calls) == ("42", 1)
    assert model.requests[0].extra == {"thinking_token_budget": 50}
    assert model.requests[0].prefix == ""


async def test_a_cap_that_probing_did_not_prove_gives_way_to_turns_that_it_did() -> None:
    model = thinker("so it is", "\\boxed{42}", profile=UNPROVEN)
    await solve(BudgetForcing(wait=0), model)
    assert [bool(request.extra) for request in model.requests] == [False, False]
    for profile in (UNPROVEN, replace(UNPROVEN, features=None)):
        through = "native" if profile.features else "auto"
        model = thinker(DONE, profile=profile)
        await solve(make_strategy(f"budget_forcing(wait=0, through={through})"), model)
        assert [bool(request.extra) for request in model.requests] == [True]


@pytest.mark.parametrize(
    "strategy",
    [
        BudgetForcing(wait=1),
        BudgetForcing(wait=0, min_thinking=2),
        BudgetForcing(wait=0, through="continuation"),
    ],
)
async def test_a_minimum_stays_with_continuation(strategy: BudgetForcing) -> None:
    model = thinker("It is 40.", " No, 42.", "\\boxed{42}", profile=CAPPED)
    solution = await solve(strategy, model)
    assert all(not request.extra for request in model.requests)
    assert model.requests[1].prefix
    assert "native" not in solution.detail["budget_forcing"]


async def test_without_a_cap_the_native_way_says_what_to_do_instead() -> None:
    model = thinker(DONE)
    with pytest.raises(NoSkill, match="name its kind as thinking_cap"):
        await solve(BudgetForcing(wait=0, through="native"), model)
    assert model.calls == 0


@pytest.mark.parametrize(
    ("wait", "profile", "instead"),
    [
        (0, NO_PREFIX, "token_conditional, or a thinking_cap"),
        (2, NO_PREFIX, "token_conditional, or a thinking_cap"),
        (2, replace(CAPPED, features=NO_PREFIX.features), "wait=0 and its native cap"),
    ],
)
async def test_a_model_with_no_way_at_all_says_so_before_a_call(
    wait: int, profile: Profile, instead: str
) -> None:
    model = thinker(DONE, profile=profile)
    with pytest.raises(NoSkill, match=instead):
        await solve(BudgetForcing(wait=wait), model)
    assert model.calls == 0


async def test_a_cap_works_where_no_reply_can_be_continued() -> None:
    model = thinker(DONE, profile=replace(CAPPED, features=NO_PREFIX.features))
    assert (await solve(BudgetForcing(wait=0), model)).answer == "42"


async def test_the_context_bounds_the_cap_and_the_whole_reply() -> None:
    model = thinker(DONE, profile=replace(CAPPED, context_tokens=1_000))
    await solve(BudgetForcing(wait=0), model)
    (request,) = model.requests
    room = 1_000 - request.prompt_bytes
    assert request.max_tokens == room
    assert request.extra["thinking_token_budget"] == room - room // 2 - 16
    full = thinker(DONE, profile=replace(CAPPED, context_tokens=50))
    with pytest.raises(InputError, match="no thinking fits behind it"):
        await solve(BudgetForcing(wait=0), full)


async def test_a_reply_cut_short_by_money_says_so() -> None:
    cut = Choice("", "so it", "length", completion_tokens=20, reasoning_tokens=20)
    model = thinker(cut, profile=replace(CAPPED, usd_per_million=(0.0, 0.0, 1.0)))
    solution = await solve(BudgetForcing(wait=0), model, limits=Limits(usd=20e-6))
    assert model.requests[0].max_tokens == 20
    assert solution.detail["budget_forcing"]["end"] == solution.stop_reason == "budget"


async def test_a_filtered_reply_is_broken_not_kept() -> None:
    model = thinker(said("", "content_filter"), profile=CAPPED)
    solution = await solve(BudgetForcing(wait=0), model)
    assert solution.detail["budget_forcing"]["end"] == "broken"


def test_a_native_minimum_is_refused() -> None:
    with pytest.raises(SpecError, match="only sets a maximum"):
        make_strategy("budget_forcing(through=native)")
    assert make_strategy("budget_forcing(wait=0, through=native)")
    with pytest.raises(SpecError):
        make_strategy("budget_forcing(wait=0, through=nativ)")
