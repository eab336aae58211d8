"""budget_forcing over text, over chat with prefixes and over token ids."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reasonloom.api import run
from reasonloom.context import open_context
from reasonloom.errors import InputError, SpecError
from reasonloom.limits import Limits
from reasonloom.models.protocol import Choice
from reasonloom.models.scripted import PROFILE
from reasonloom.problem import Problem
from reasonloom.strategies.budget_forcing.strategy import BudgetForcing
from reasonloom.strategies.build import make_strategy

from .replies import COMPACT, PROBLEM, THINKS, TokenThinker, prefixes, said, solve, thinker


async def test_wait_stands_where_the_end_of_thinking_stood() -> None:
    model = thinker("It is 40.", " No, 42.", "It is \\boxed{42}.")
    solution = await solve(BudgetForcing(wait=1), model)
    assert (solution.answer, solution.stop_reason) == ("42", "finished")
    assert prefixes(model.requests) == [
        "",
        "It is 40.\nWait",
        "It is 40.\nWait No, 42.</think>",
    ]


async def test_strings_take_turns() -> None:
    model = thinker("a.", "b.", "c.", "d.", "\\boxed{1}")
    await solve(BudgetForcing(wait=3, strings=("Wait", "Hmm")), model)
    assert model.requests[-1].prefix == "a.\nWaitb.\nHmmc.\nWaitd.</think>"


async def test_thinking_is_cut_and_the_answer_asked_for() -> None:
    model = thinker(said("one two three", "length"), "42.")
    solution = await solve(BudgetForcing(max_thinking=3), model)
    assert solution.answer == "42"
    assert model.requests[0].max_tokens == 3
    assert model.requests[1].prefix.endswith("\n</think>\n\nFinal answer: ")
    assert solution.detail["budget_forcing"]["end"] == "thinking"


async def test_an_answer_is_never_read_from_the_thinking() -> None:
    model = thinker("\\boxed{41} perhaps", "I cannot say")
    solution = await solve(BudgetForcing(wait=0), model)
    assert (solution.answer, solution.stop_reason) == (None, "unanswered")


async def test_a_model_that_does_not_open_its_thinking_is_made_to() -> None:
    model = thinker("so", "\\boxed{3}", profile=replace(THINKS, think_open=False))
    await solve(BudgetForcing(wait=0), model)
    assert prefixes(model.requests) == ["<think>\n", "<think>\nso</think>"]


async def test_without_delimiters_the_whole_reply_is_thinking() -> None:
    model = thinker("\\boxed{41}", "Oh. \\boxed{42}", profile=PROFILE)
    solution = await solve(BudgetForcing(wait=1), model)
    assert (solution.answer, model.calls) == ("42", 2)
    assert model.requests[1].prefix == "\\boxed{41}\nWait"


async def test_a_wait_that_states_no_answer_leaves_the_one_before() -> None:
    model = thinker("\\boxed{42}", " yes, right.", profile=PROFILE)
    assert (await solve(BudgetForcing(wait=1), model)).answer == "42"


async def test_a_compact_chain_is_stopped_before_its_answer_line() -> None:
    turns = (
        said("2 * 3 = 6; a = 6", stop="\nanswer = "),
        said("3 * 2 = 7; a = 7", stop="\nanswer = "),
        said("7", stop="<|end|>"),
    )
    model = thinker(*turns, profile=COMPACT)
    solution = await solve(BudgetForcing(wait=1), model)
    assert solution.answer == "7"
    assert prefixes(model.requests) == [
        "",
        "2 * 3 = 6; a = 6\nwait; ",
        "2 * 3 = 6; a = 6\nwait; 3 * 2 = 7; a = 7\nanswer = ",
    ]
    assert model.requests[2].max_tokens == 24


async def test_a_compact_reply_of_one_part_needs_no_answer_line() -> None:
    turns = [said(text, stop="<|end|>") for text in ("6; a = 6", "7; a = 7")]
    model = thinker(*turns, profile=COMPACT)
    solution = await solve(BudgetForcing(wait=1), model)
    assert (solution.answer, model.calls) == ("7; a = 7", 2)


async def test_outside_is_taken_at_its_word() -> None:
    model = thinker(said("outside", stop="<|end|>"), profile=COMPACT)
    solution = await solve(BudgetForcing(wait=5), model)
    assert (solution.stop_reason, model.calls) == ("outside", 1)


async def test_the_logged_text_is_the_prompt_that_was_used() -> None:
    model = TokenThinker(" one two three", " four five six seven", " \\boxed{42}")
    solution = await solve(BudgetForcing(wait=1, max_thinking=9), model)
    asked = [model.decode(r.token_ids or ()) for r in model.requests]
    prompt = asked[0]
    assert asked[1:] == [
        f"{prompt} one two three\nWait",
        f"{prompt} one two three\nWait four five six seven</think>",
    ]
    assert prompt + solution.text == f"{asked[2]} \\boxed{{42}}"


async def test_a_piece_cut_at_the_limit_is_read_back_to_the_token() -> None:
    model = TokenThinker(" one two three four", " 42.")
    solution = await solve(BudgetForcing(max_thinking=2), model)
    last = model.decode(model.requests[1].token_ids or ())
    assert last.endswith(" one two\n</think>\n\nFinal answer: ")
    assert solution.answer == "42"


async def test_the_account_is_what_was_counted_not_a_second_tokenising() -> None:
    model = TokenThinker(" one two three", " four", " \\boxed{42}")
    solution = await solve(BudgetForcing(wait=1), model)
    account = solution.detail["budget_forcing"]
    assert solution.usage is not None
    assert (account["thinking"], account["injected"]) == (6, 1)
    generated = account["thinking"] + account["answer"]
    assert generated == solution.usage.completion_tokens


async def test_what_a_problem_may_think_does_not_depend_on_others() -> None:
    short = replace(THINKS, context_tokens=1_000)
    alone = thinker("one", "\\boxed{1}", profile=short)
    await solve(BudgetForcing(wait=0), alone)
    both = thinker("one", "\\boxed{1}", "two", "\\boxed{2}", profile=short)
    for problem in (PROBLEM, Problem("a much longer problem " * 9)):
        await run(BudgetForcing(wait=0), problem, open_context(problem, {"default": both}))
    caps = [r.max_tokens for r in both.requests]
    assert caps[0] == alone.requests[0].max_tokens > caps[2]


async def test_the_prompt_is_never_cut() -> None:
    model = thinker("so", "\\boxed{3}", profile=replace(THINKS, context_tokens=100_000))
    await solve(BudgetForcing(wait=0), model)
    assert all(PROBLEM.question in str(r.messages) for r in model.requests)
    short = thinker(profile=replace(THINKS, context_tokens=50))
    with pytest.raises(InputError, match="no thinking fits behind it"):
        await solve(BudgetForcing(), short)


async def test_the_budget_leaves_enough_for_the_answer() -> None:
    model = TokenThinker(*[f" so it goes on to {i}" * 9 for i in range(9)], " 42")
    solution = await solve(BudgetForcing(wait=8, answer=20), model, limits=Limits(tokens=1_500))
    assert solution.detail["budget_forcing"]["answer"] > 0
    assert solution.detail["budget_forcing"]["end"] == "budget"
    assert solution.stop_reason == "budget"
    assert solution.usage is not None and solution.usage.tokens <= 1_500


async def test_the_last_call_goes_to_the_answer() -> None:
    model = thinker("a.", "b.", "Final answer: 42", "never")
    solution = await solve(BudgetForcing(wait=9), model, limits=Limits(calls=3))
    assert (solution.answer, solution.stop_reason) == ("42", "budget")


async def test_a_budget_for_nothing_at_all_is_no_answer() -> None:
    solution = await solve(BudgetForcing(), thinker("a"), limits=Limits(calls=0))
    assert (solution.answer, solution.stop_reason) == (None, "budget")


async def test_a_cap_that_an_endpoint_ignores_is_told() -> None:
    over = Choice("", "long", "stop", completion_tokens=50)
    model = thinker(over, "\\boxed{42}")
    solution = await solve(BudgetForcing(wait=5, max_thinking=10), model)
    account = solution.detail["budget_forcing"]
    assert (account["end"], account["overrun"], solution.answer) == ("overrun", 40, "42")


async def test_a_filtered_reply_is_not_told_to_wait() -> None:
    model = thinker(said("", "content_filter"))
    solution = await solve(BudgetForcing(), model)
    assert (solution.stop_reason, model.calls) == ("unanswered", 1)
    assert solution.detail["budget_forcing"]["end"] == "broken"


def test_it_is_made_by_its_spec() -> None:
    strategy = make_strategy('budget_forcing(wait=4, max_thinking=2000, strings=["Hmm", Wait])')
    assert strategy == BudgetForcing(wait=4, max_thinking=2_000, strings=("Hmm", "Wait"))


@pytest.mark.parametrize(
    "options",
    ["wait=-1", "min_thinking=9, max_thinking=5", "patience=0", "answer=0", 'strings=[" "]'],
)
def test_options_that_make_no_sense_are_refused(options: str) -> None:
    with pytest.raises(SpecError):
        make_strategy(f"budget_forcing({options})")
