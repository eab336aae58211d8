"""Step values by Monte Carlo, on scripted models whose chance to end right is known."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from reasonloom.errors import AuthenticationFailed, InputError, NoSkill, ServerFailed
from reasonloom.models.protocol import Choice, Profile, Request
from reasonloom.models.scripted import Scripted
from reasonloom.problem import Problem
from reasonloom.strategies.scorers import MOST_STEPS, steps_of
from reasonloom.train.rows import Row, read_rows
from reasonloom.train.scorer.rows import make_rows
from reasonloom.train.scorer.values import Valuing, cut, standard_errors

COMPACT = Profile(
    dialect="compact", think=None, features=frozenset({"n", "raw", "prefix"}), chat=False
)
FIRST, SECOND = "a | 1 + 2 | 3\n", "b | 2 * a | 6\n"
PROBLEM = Problem("what is b?", answer="6")


def chances(of: dict[str, float]) -> Callable[[Request], str]:
    """Goes on rightly with the chance that stands at the prefix, by the seed of the sample."""

    def reply(request: Request) -> str:
        if not request.prefix:
            return f"{FIRST}{SECOND}answer = 6"
        lucky = random.Random(request.seeds[0]).random() < of[request.prefix]
        return f"answer = {6 if lucky else 7}"

    return reply


def model(reply: Callable[[Request], str | Choice], profile: Profile = COMPACT) -> Scripted:
    return Scripted(reply, profile=profile, delay=lambda request: 0.001)


def problems(count: int) -> list[Problem]:
    return [Problem(f"what is b, number {i}?", answer="6") for i in range(count)]


async def rows_of(scripted: Scripted, out: Path, **options: int) -> list[Row]:
    return (await make_rows([PROBLEM], scripted, out, Valuing(**options))).rows


async def test_a_value_is_the_share_of_completions_that_end_right(tmp_path: Path) -> None:
    scripted = model(chances({FIRST: 1.0, FIRST + SECOND: 0.0}))
    (row,) = await rows_of(scripted, tmp_path / "rows.jsonl", solutions=3, completions=5)
    assert row["steps"] == ["a | 1 + 2 | 3", "b | 2 * a | 6", "answer = 6"]
    assert row["values"] == [1.0, 0.0, 1.0]
    assert row["prompt"] == "<|q|>what is b?<|cot|>"
    assert row["from"]["completions"] == 5
    assert read_rows(tmp_path / "rows.jsonl", ("prompt", "steps", "values")) == [row]


async def test_the_estimate_is_unbiased_and_its_standard_error_is_what_it_scatters(
    tmp_path: Path,
) -> None:
    scripted = model(chances({FIRST: 0.3, FIRST + SECOND: 0.8}))
    made = await make_rows(problems(150), scripted, tmp_path / "rows.jsonl", at_once=64)
    for step, chance in ((0, 0.3), (1, 0.8)):
        values = [row["values"][step] for row in made.rows]
        scatter = math.sqrt(chance * (1 - chance) / 8)
        mean = sum(values) / len(values)
        assert abs(mean - chance) < 4 * scatter / math.sqrt(len(values))
    expected = math.sqrt((0.3 * 0.7 + 0.8 * 0.2) / 2 / 8)
    assert made.standard_error == pytest.approx(expected, rel=0.1)


async def test_all_prefixes_of_a_problem_are_completed_together(tmp_path: Path) -> None:
    scripted = model(chances({FIRST: 0.5, FIRST + SECOND: 0.5}))
    await rows_of(scripted, tmp_path / "rows.jsonl", solutions=2, completions=4)
    assert (scripted.calls, scripted.peak) == (3, 2)
    assert sorted(r.n for r in scripted.requests) == [2, 4, 4]


async def test_solutions_that_share_a_step_share_its_completions(tmp_path: Path) -> None:
    answers = iter(("6", "7"))

    def reply(request: Request) -> str:
        return "answer = 6" if request.prefix else f"{FIRST}answer = {next(answers)}"

    scripted = model(reply)
    rows = await rows_of(scripted, tmp_path / "rows.jsonl", solutions=2)
    assert [row["values"] for row in rows] == [[1.0, 1.0], [1.0, 0.0]]
    assert Counter(r.prefix for r in scripted.requests) == {"": 1, FIRST: 1}


async def test_a_problem_outside_what_the_model_knows_gives_no_row(tmp_path: Path) -> None:
    assert await rows_of(model(lambda request: "outside"), tmp_path / "rows.jsonl") == []


async def test_a_chat_model_gives_rows_of_messages(tmp_path: Path) -> None:
    def reply(request: Request) -> str:
        return "So \\boxed{6}" if request.prefix else "Add.\n\nThen double.\n\n\\boxed{7}"

    scripted = Scripted(reply)
    (row,) = await rows_of(scripted, tmp_path / "rows.jsonl", solutions=1)
    assert [turn["role"] for turn in row["prompt"]] == ["system", "user"]
    assert row["values"] == [1.0, 1.0, 0.0]
    assert {r.prefix for r in scripted.requests} == {"", "Add.\n\n", "Add.\n\nThen double.\n\n"}


async def test_a_stopped_run_goes_on_where_it_was(tmp_path: Path) -> None:
    out, reply = tmp_path / "rows.jsonl", chances({FIRST: 0.5, FIRST + SECOND: 0.5})
    whole = await make_rows(problems(3), model(reply), tmp_path / "whole.jsonl")
    await make_rows(problems(2), model(reply), out)
    with (tmp_path / "rows.jsonl.journal").open("ab") as journal:
        journal.write(b'{"problem": "half wri')
    again = model(reply)
    made = await make_rows(problems(3), again, out)
    assert (made.fresh, again.calls) == (1, 3)
    assert made.rows == whole.rows
    assert out.read_bytes() == (tmp_path / "whole.jsonl").read_bytes()
    assert (await make_rows(problems(3), model(reply), out)).fresh == 0


async def test_a_journal_of_other_settings_is_not_gone_on_with(tmp_path: Path) -> None:
    reply = chances({FIRST: 0.5, FIRST + SECOND: 0.5})
    await rows_of(model(reply), tmp_path / "rows.jsonl", completions=4)
    with pytest.raises(InputError, match="begun with completions=4"):
        await rows_of(model(reply), tmp_path / "rows.jsonl", completions=8)


async def test_a_problem_that_fails_is_told_and_tried_again(tmp_path: Path) -> None:
    out, broken = tmp_path / "rows.jsonl", [True]
    right = chances({FIRST: 1, FIRST + SECOND: 1})

    def reply(request: Request) -> str:
        if broken[0] and request.prefix and "number 1" in (request.text or ""):
            raise ServerFailed("no luck")
        return right(request)

    made = await make_rows(problems(2), model(reply), out)
    assert list(made.failed.values()) == ["ServerFailed: no luck"]
    assert len(made.rows) == 1
    broken[0] = False
    assert len((await make_rows(problems(2), model(reply), out)).rows) == 2


async def test_a_refused_key_ends_the_run_at_once(tmp_path: Path) -> None:
    def reply(request: Request) -> str:
        raise AuthenticationFailed("no")

    with pytest.raises(AuthenticationFailed):
        await rows_of(model(reply), tmp_path / "rows.jsonl")


async def test_a_model_that_cannot_continue_or_hides_its_thinking_is_refused(
    tmp_path: Path,
) -> None:
    mute = model(lambda _: "answer = 6", replace(COMPACT, features=frozenset({"n"})))
    with pytest.raises(NoSkill, match="cannot go on"):
        await rows_of(mute, tmp_path / "rows.jsonl")
    thinker = Scripted(lambda _: Choice("\\boxed{6}", reasoning="hm"))
    with pytest.raises(NoSkill, match="thinks before"):
        await rows_of(thinker, tmp_path / "more.jsonl")


async def test_a_problem_without_an_answer_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="has no answer"):
        await make_rows([Problem("why?")], model(lambda _: ""), tmp_path / "rows.jsonl")


@pytest.mark.parametrize(
    "text",
    [
        "one",
        "one\ntwo\nthree",
        "a\na\na",
        "  head\n\n body\nmore\n\n\ntail ",
        "",
        "\n".join("x" * 60),
    ],
)
def test_pieces_join_to_the_solution_and_hold_one_step_each(text: str) -> None:
    pieces, steps = cut(text), steps_of(text)
    assert "".join(pieces) == (text if steps else "")
    assert [p.split() for p in pieces] == [s.split() for s in steps]
    assert len(pieces) <= MOST_STEPS


def test_standard_errors_are_unbiased_and_none_is_told_for_the_verdict() -> None:
    assert standard_errors([0.5, 1.0, 0.0], 5) == [0.25, 0.0, 0.0]
