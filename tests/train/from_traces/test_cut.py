"""Rows out of runs that a scripted chat model made."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from stored_runs import QUESTIONS, WORK, Chat, stored

from reasonloom.errors import InputError, StoreError
from reasonloom.evaluate.store import trace_path
from reasonloom.models.protocol import Choice, Request
from reasonloom.train.from_traces.cut import Kind, Wish, cut
from reasonloom.train.from_traces.taken import Cut
from reasonloom.train.rows import Row, row_id

WARM = "cot(temperature=0.7)"
SIX, TWO = QUESTIONS


def sometimes(kind: str, question: str, seed: int) -> bool:
    return kind == "cot" and seed % 2 == 0


def rows(found: Cut) -> list[Row]:
    return list(found.rows.values())


def said(row: Row, column: str = "completion") -> str:
    return str(row[column][0]["content"])


def requests(found: Cut) -> list[str]:
    return [row["from"]["request"] for row in rows(found)]


async def cut_one(path: Path, kind: Kind, **wish: Any) -> Cut:
    return await cut([path], Wish(kind, **wish))


async def test_calls_of_right_solutions_become_rows_with_where_they_come_from(
    tmp_path: Path,
) -> None:
    path = await stored(tmp_path, ["cot", "reasonflux"], Chat(lambda k, q, s: q == TWO))
    found = await cut_one(path, "sft")
    assert found.taken == {"cot": 1, "reasonflux": 4}
    assert requests(found) == ["cot", "plan", "instantiate", "assess", "answer"]
    step = rows(found)[2]
    assert step["prompt"][0]["role"] == "system" and SIX in step["prompt"][1]["content"]
    assert '"value": "it is 42"' in said(step)
    assert step["id"] == row_id(step["prompt"], step["completion"])
    source = step["from"]
    assert source["run"] == "run.db" and source["model"] == "scripted"
    assert (source["strategy"], source["span"], source["role"], source["verdict"]) == (
        "reasonflux", "step-0-try-0", "reasoner", "correct"
    )  # fmt: skip
    assert found.left["cot"] == {"led to a wrong answer": 1}
    assert found.left["reasonflux"]["led to a wrong answer"] == 4


async def test_replies_are_chosen_by_role_and_by_request(tmp_path: Path) -> None:
    path = await stored(tmp_path, ["reasonflux"], Chat())
    found = await cut_one(path, "sft", roles=("navigator",))
    assert sorted(set(requests(found))) == ["assess", "plan"]
    assert found.left["reasonflux"]["another role"] == 4
    found = await cut_one(path, "sft", requests=("plan", "answer"))
    assert sorted(set(requests(found))) == ["answer", "plan"]


async def test_a_step_that_was_rejected_is_no_example_in_a_right_solution(tmp_path: Path) -> None:
    class Retried(Chat):
        """Slips in the first try of each step, and is found out."""

        def reply(self, kind: str, answer: str, wrong: bool, user: str) -> str | dict[str, Any]:
            if kind == "instantiate" and "<objection>" not in user:
                answer = "0"
            return super().reply(kind, answer, wrong, user + " retry once")

    path = await stored(tmp_path, ["reasonflux"], Retried())
    found = await cut_one(path, "sft", requests=("instantiate",))
    assert [row["from"]["span"] for row in rows(found)] == ["step-0-try-1"] * 2
    assert found.left["reasonflux"]["rejected"] == 2
    assert not any("it is 0" in said(row) for row in rows(found))


async def test_a_sample_that_the_vote_overruled_is_judged_by_its_own_answer(
    tmp_path: Path,
) -> None:
    wrong_seeds: list[int] = []

    def one_in_three(kind: str, question: str, seed: int) -> bool:
        if question == SIX and not wrong_seeds:
            wrong_seeds.append(seed)
        return seed in wrong_seeds

    path = await stored(tmp_path, ["self_consistency(n=5)"], Chat(one_in_three))
    found = await cut_one(path, "sft")
    assert not any("boxed{0}" in said(row) for row in rows(found))
    assert found.left["self_consistency(n=5)"]["led to a wrong answer"] == 1


async def test_a_nested_solution_is_judged_by_what_its_own_branch_came_to(tmp_path: Path) -> None:
    wrong_seeds: list[int] = []

    def one_branch(kind: str, question: str, seed: int) -> bool:
        if kind == "instantiate" and question == SIX and not wrong_seeds:
            wrong_seeds.append(seed)
        return seed in wrong_seeds

    spec = "self_consistency(n=5, over=reasonflux)"
    path = await stored(tmp_path, [spec], Chat(one_branch))
    found = await cut_one(path, "sft", requests=("instantiate",))
    assert [SIX in row["prompt"][1]["content"] for row in rows(found)] == [True, False]
    assert not any("it is 0" in said(row) for row in rows(found))
    assert found.left[spec]["led to a wrong answer"] == 1


async def test_equal_replies_are_one_row(tmp_path: Path) -> None:
    path = await stored(tmp_path, ["cot"], Chat(), samples=3)
    found = await cut_one(path, "sft")
    assert len(found.rows) == 2
    assert found.left["cot"] == {"duplicate": 4}


async def test_preferences_pair_right_and_wrong_replies_to_one_prompt(tmp_path: Path) -> None:
    path = await stored(tmp_path, [WARM], Chat(sometimes), samples=6)
    found = await cut_one(path, "preference")
    assert [row["margin"] for row in rows(found)] == [1.0, 1.0]
    assert ["boxed{42}" in said(row, "chosen") for row in rows(found)] == [True, False]
    assert all("boxed{0}" in said(row, "rejected") for row in rows(found))
    source = rows(found)[0]["from"]
    assert (source["chosen"]["value"], source["rejected"]["value"]) == (1.0, 0.0)
    assert source["chosen"]["count"] + source["rejected"]["count"] == 6


async def test_only_across_strategies_are_replies_of_two_strategies_paired(tmp_path: Path) -> None:
    def half(kind: str, question: str, seed: int) -> bool:
        return halves[0]

    halves = [False]
    await stored(tmp_path, ["cot"], Chat(half))
    halves[0] = True
    path = await stored(tmp_path, ["cot", "cot(temperature=0.1)"], Chat(half))
    with pytest.raises(InputError, match="no counterpart: 4"):
        await cut_one(path, "preference")
    found = await cut_one(path, "preference", across=True)
    assert len(found.rows) == 2
    first = rows(found)[0]["from"]
    assert (first["chosen"]["strategy"], first["rejected"]["strategy"]) == (
        "cot", "cot(temperature=0.1)"
    )  # fmt: skip


async def test_runs_of_two_models_are_paired_across(tmp_path: Path) -> None:
    good = await stored(tmp_path, ["cot"], Chat(), name="good")
    bad = await stored(tmp_path, ["cot"], Chat(lambda *_: True), name="bad")
    found = await cut([bad, good], Wish("preference", across=True))
    assert {row["from"]["chosen"]["run"] for row in rows(found)} == {"good.db"}


async def test_a_plan_is_worth_what_its_solutions_came_to_on_average(tmp_path: Path) -> None:
    class Plans(Chat):
        """Plans well or badly by chance; a bad plan leads astray, a good one sometimes too."""

        def __call__(self, request: Request) -> str:
            self.odd = bool(request.seeds[0] % 2)
            return super().__call__(request)

        def reply(self, kind: str, answer: str, wrong: bool, user: str) -> str | dict[str, Any]:
            asked = super().reply(kind, answer, wrong, user)
            if kind == "plan" and self.odd:
                return json.dumps(asked).replace("greatest", "least")
            if kind == "instantiate" and ("the least common" in user or self.odd):
                return {**WORK, "value": "it is 0"}
            return asked

    path = await stored(tmp_path, ["reasonflux"], Plans(), samples=8)
    found = await cut_one(path, "preference", requests=("plan",), margin=0.1)
    assert rows(found)
    for row in rows(found):
        source = row["from"]
        assert ("greatest" in said(row, "chosen"), "least" in said(row, "rejected")) == (True, True)
        assert source["chosen"]["count"] + source["rejected"]["count"] == 8
        assert row["margin"] == source["chosen"]["value"] < 1


async def test_steps_are_worth_the_mean_of_what_came_later(tmp_path: Path) -> None:
    path = await stored(tmp_path, [WARM], Chat(sometimes), samples=4)
    found = await cut_one(path, "steps")
    by_end = {(row["from"]["problem"], row["values"][-1]): row for row in rows(found)}
    assert len(by_end) == len(rows(found)) == 4
    for row in rows(found):
        first, last = row["values"]
        right, wrong = (by_end[row["from"]["problem"], end]["from"]["counts"][1] for end in (1, 0))
        assert (right + wrong, last in (0, 1)) == (4, True)
        assert first == right / 4
        assert row["from"]["counts"][0] == 4
        assert row["steps"][0] == "First I look."


async def test_steps_of_reasonflux_are_those_it_settled(tmp_path: Path) -> None:
    path = await stored(tmp_path, ["reasonflux", "direct"], Chat(lambda k, q, s: q == TWO))
    found = await cut_one(path, "steps")
    assert [row["steps"] for row in rows(found)] == [
        ["put the numbers in\ncompute\nit is 42"],
        ["put the numbers in\ncompute\nit is 0"],
    ]
    assert [row["values"] for row in rows(found)] == [[1.0], [0.0]]
    assert found.left["direct"] == {"no steps": 2}


async def test_rl_rows_are_problems_with_how_often_they_were_solved(tmp_path: Path) -> None:
    path = await stored(tmp_path, ["cot", "direct"], Chat(lambda k, q, s: k == "cot" and q == TWO))
    found = await cut_one(path, "rl")
    assert [(r["answer"], r["from"]["right"], r["from"]["tried"]) for r in rows(found)] == [
        ("42", 2, 2), ("5", 1, 2)
    ]  # fmt: skip
    assert rows(found)[0]["prompt"][1]["content"] == f"<problem>\n{SIX}\n</problem>"


async def test_a_trace_of_before_calls_said_their_kind_gives_the_same_rows(tmp_path: Path) -> None:
    path = await stored(tmp_path, ["cot", "reasonflux"], Chat())
    found, trace = await cut_one(path, "sft"), trace_path(path)
    old = re.sub(rb',"kind":"\w*","digest"', rb',"digest"', trace.read_bytes())
    assert len(old) < trace.stat().st_size
    trace.write_bytes(old)
    assert (await cut_one(path, "sft")).rows == found.rows


async def test_replies_that_are_no_examples_say_why(tmp_path: Path) -> None:
    class Bad(Chat):
        def __call__(self, request: Request) -> str:
            text = super().__call__(request)
            first = request.messages is not None and len(request.messages) == 2
            return "no JSON" if first and '"steps"' in text else text

    path = await stored(tmp_path, ["reasonflux"], Bad())
    found = await cut_one(path, "sft")
    assert found.left["reasonflux"]["unreadable"] == 2
    assert found.left["reasonflux"]["asked again"] == 2


async def test_a_reply_that_was_cut_off_is_no_example(tmp_path: Path) -> None:
    def cut_off(request: Request) -> Any:
        return Choice("The final answer is \\boxed{42}. And", finish_reason="length")

    path = await stored(tmp_path, ["cot"], cut_off)
    with pytest.raises(InputError, match="cut off: 2"):
        await cut_one(path, "sft")


async def test_thinking_stands_before_the_reply_that_it_led_to(tmp_path: Path) -> None:
    def thinks(request: Request) -> Any:
        return Choice("It is \\boxed{42}", reasoning="six sevens")

    path = await stored(tmp_path, ["cot"], thinks)
    found = await cut_one(path, "sft")
    assert said(rows(found)[0]) == "<think>\nsix sevens\n</think>\n\nIt is \\boxed{42}"


async def test_without_its_trace_a_run_still_gives_its_problems(tmp_path: Path) -> None:
    path = await stored(tmp_path, ["cot"], Chat())
    trace_path(path).unlink()
    assert len((await cut_one(path, "rl")).rows) == 2
    with pytest.raises(InputError, match=r"nothing for sft rows \(no trace: 2\)"):
        await cut_one(path, "sft")


async def test_runs_that_cannot_be_used_are_named(tmp_path: Path) -> None:
    path = await stored(tmp_path, ["cot"], Chat())
    with pytest.raises(InputError, match="named 2 times"):
        await cut([path, path], Wish("sft"))
    with pytest.raises(StoreError, match="there is no run"):
        await cut_one(tmp_path / "none.db", "sft")


@pytest.mark.parametrize(
    ("kind", "wish", "wrong"),
    [
        ("rl", {"roles": ("reasoner",)}, "not cut by role"),
        ("steps", {"requests": ("plan",)}, "not cut by role"),
        ("sft", {"across": True}, "are no pairs"),
        ("sft", {"margin": 0.2}, "are no pairs"),
        ("sft", {"requests": ("plans",)}, "did you mean 'plan'"),
        ("preference", {"margin": 2.0}, "margin=2.0 makes no sense"),
    ],
)
def test_wishes_that_do_not_fit_are_refused(kind: Kind, wish: Any, wrong: str) -> None:
    with pytest.raises((InputError, ValueError), match=wrong):
        Wish(kind, **wish)
