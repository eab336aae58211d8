"""direct, cot and self_consistency."""

from __future__ import annotations

import pytest

from reasonloom.api import run
from reasonloom.context import open_context
from reasonloom.errors import ServerFailed, SpecError
from reasonloom.ledger import Limits
from reasonloom.models.protocol import Choice, Profile, Request
from reasonloom.models.scripted import Scripted
from reasonloom.problem import Problem
from reasonloom.strategies.build import make_strategy
from reasonloom.strategies.cot import Cot
from reasonloom.strategies.direct import Direct
from reasonloom.strategies.self_consistency import SelfConsistency

PROBLEM = Problem("What is 6 times 7?")
COMPACT = Profile(dialect="compact", think=None, features=frozenset({"n", "raw"}), chat=False)


async def test_direct_reads_the_box() -> None:
    solution = await run(
        Direct(), PROBLEM, open_context(PROBLEM, {"default": Scripted("\\boxed{42}")})
    )
    assert (solution.answer, solution.stop_reason) == ("42", "finished")


async def test_cot_keeps_the_text_and_reads_the_answer() -> None:
    model = Scripted("6 * 7 = 42, so the answer is \\boxed{42}.")
    solution = await run(Cot(), PROBLEM, open_context(PROBLEM, {"default": model}))
    assert solution.answer == "42"
    assert "6 * 7" in solution.text


async def test_a_reply_without_an_answer_is_unanswered_not_guessed() -> None:
    model = Scripted("I am not sure about that one.")
    solution = await run(Cot(), PROBLEM, open_context(PROBLEM, {"default": model}))
    assert (solution.answer, solution.stop_reason) == (None, "unanswered")


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("There are 3 crates, and 3 times 30 is 90.", None),
        ("The answer is 42. Let me check that: 30 and", "42"),
    ],
)
async def test_of_a_reply_cut_at_its_limit_only_an_announced_answer_is_read(
    text: str, answer: str | None
) -> None:
    model = Scripted(lambda _: Choice(text, finish_reason="length", completion_tokens=9))
    for strategy in (Cot(), Direct(), make_strategy("few_shot_cot")):
        solution = await run(strategy, PROBLEM, open_context(PROBLEM, {"default": model}))
        assert solution.answer == answer


async def test_the_compact_dialect_reads_outside() -> None:
    model = Scripted("outside", profile=COMPACT)
    for strategy in (Direct(), Cot()):
        solution = await run(strategy, PROBLEM, open_context(PROBLEM, {"default": model}))
        assert (solution.answer, solution.stop_reason) == (None, "outside")


def boxed(*values: str) -> Scripted:
    replies = iter(values)
    return Scripted(lambda request: f"so \\boxed{{{next(replies)}}}")


async def test_the_plurality_wins() -> None:
    model = boxed("7", "42", "42", "42", "5")
    solution = await run(SelfConsistency(n=5), PROBLEM, open_context(PROBLEM, {"default": model}))
    assert solution.answer == "42"


async def test_sampling_stops_and_cancels_once_the_vote_is_fixed() -> None:
    def delay(request: Request) -> float:
        order.append(1)
        return 0.01 if len(order) <= 5 else 30.0

    order: list[int] = []
    model = Scripted("\\boxed{42}", delay=delay)
    solution = await run(SelfConsistency(n=8), PROBLEM, open_context(PROBLEM, {"default": model}))
    assert solution.answer == "42"
    assert model.cancelled == 3
    assert solution.usage is not None
    assert solution.usage.estimated


async def test_a_failed_sample_is_left_out_and_all_failed_is_an_error() -> None:
    count: list[int] = []

    def some(request: Request) -> str:
        count.append(1)
        if len(count) % 2:
            raise ServerFailed("down")
        return "\\boxed{3}"

    solution = await run(
        SelfConsistency(n=4), PROBLEM, open_context(PROBLEM, {"default": Scripted(some)})
    )
    assert solution.answer == "3"

    def none(request: Request) -> str:
        raise ServerFailed("down")

    with pytest.raises(ServerFailed):
        await run(SelfConsistency(n=4), PROBLEM, open_context(PROBLEM, {"default": Scripted(none)}))


async def test_samples_are_drawn_warm_even_over_a_greedy_strategy() -> None:
    model = Scripted("\\boxed{1}")
    await run(SelfConsistency(n=2), PROBLEM, open_context(PROBLEM, {"default": model}))
    assert {r.temperature for r in model.requests} == {0.7}
    assert len({r.seeds for r in model.requests}) == 2


async def test_a_budget_for_two_samples_gives_the_vote_over_two() -> None:
    model = boxed("9", "9", "9", "9")
    solution = await run(
        SelfConsistency(n=4),
        PROBLEM,
        open_context(PROBLEM, {"default": model}, limits=Limits(calls=2)),
    )
    assert solution.answer == "9"
    assert model.calls == 2


async def test_no_budget_at_all_is_an_honest_none() -> None:
    solution = await run(
        Cot(), PROBLEM, open_context(PROBLEM, {"default": Scripted("x")}, limits=Limits(tokens=1))
    )
    assert (solution.answer, solution.stop_reason) == (None, "budget")


def test_specs_build_strategies_nested_ones_too() -> None:
    assert make_strategy("self_consistency(n=3, over=cot(temperature=0.9))") == SelfConsistency(
        3, Cot(0.9)
    )
    assert make_strategy("self_consistency(over=self_consistency(n=2))") == SelfConsistency(
        over=SelfConsistency(n=2)
    )


@pytest.mark.parametrize(
    ("spec", "says"),
    [
        ("reasonflx", "did you mean 'reasonflux'"),
        ("cot(temprature=1)", "did you mean 'temperature'"),
        ("self_consistency(n=zero)", "n takes a whole number"),
        ("self_consistency(n=0)", "n=0"),
        ("self_consistency(over=cott)", "did you mean 'cot'"),
        ("world:gcd", "unknown strategy"),
    ],
)
def test_a_bad_spec_names_what_is_wrong(spec: str, says: str) -> None:
    with pytest.raises(SpecError) as caught:
        make_strategy(spec)
    assert says in str(caught.value)
