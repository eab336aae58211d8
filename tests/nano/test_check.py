from __future__ import annotations

import math
from dataclasses import replace
from random import Random
from typing import Any

import pytest
from perfect import Perfect

from reasonloom.errors import InputError
from reasonloom.models.scripted import PROFILE, Scripted
from reasonloom.nano.check import (
    STRATEGIES,
    Results,
    compare,
    draw_many,
    measure,
)
from reasonloom.nano.skills import everyday, lines_of
from reasonloom.rates import Rate, show_rate
from reasonloom.strategies.dialects import compact
from reasonloom.worlds.draw import WorldProblem, draw
from reasonloom.worlds.families import FAMILIES

COMPACT = replace(PROFILE, dialect="compact")


@pytest.mark.parametrize(
    ("hits", "trials", "low", "high"),
    [
        (0, 10, 0.0, 27.75),
        (5, 10, 23.66, 76.34),
        (8, 10, 49.02, 94.33),
        (10, 10, 72.25, 100.0),
        (50, 100, 40.38, 59.62),
    ],
)
def test_intervals_are_wilsons(hits: int, trials: int, low: float, high: float) -> None:
    assert Rate(hits, trials).interval == pytest.approx((low, high), abs=0.01)


def test_nothing_tried_is_nothing_known() -> None:
    assert math.isnan(Rate(0, 0).percent)
    assert Rate(0, 0).interval == (0.0, 100.0)


def test_a_rate_is_shown_with_its_interval() -> None:
    assert show_rate(Rate(8, 10)) == "80 % [49, 94]"


def test_just_the_skills_that_fell_by_more_than_two_points_are_told() -> None:
    before = {
        "skills": {
            "plan": [900, 1000],
            "work": [900, 1000],
            "answer": [900, 1000],
            "assess": [900, 1000],
            "dance": [900, 1000],
        }
    }
    now = Results("nano")
    now.skills = {
        "plan": Rate(879, 1000),
        "work": Rate(880, 1000),
        "answer": Rate(1000, 1000),
        "assess": Rate(500, 1000),
        "sing": Rate(0, 1000),
    }
    told = compare(before, now)
    assert [line.partition(":")[0] for line in told] == ["plan", "assess", "dance"]
    assert told[0] == "plan: 90 % [88, 92] before, 88 % [86, 90] now"
    assert told[2] == "dance: 90 % [88, 92] before, gone now"


def test_results_compare_with_themselves_as_no_worse() -> None:
    results = Results("nano", skills={"plan": Rate(3, 4)})
    assert compare(results.as_json(), results) == []


def test_problems_are_distinct_of_dev_and_repeatable() -> None:
    worlds = draw_many(20, 3, depth=2)
    assert [w.question for w in worlds] == [w.question for w in draw_many(20, 3, depth=2)]
    assert len({w.canonical for w in worlds}) == 20
    assert {w.split for w in worlds} == {"dev"}
    assert {w.level for w in worlds} == {1, 2, 3}


def test_a_level_without_dev_problems_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def narrow(rng: Random, *, level: int, **wishes: Any) -> WorldProblem:
        if level == 1:
            raise InputError("no problem of level 1")
        return draw(rng, level=level, **wishes)

    monkeypatch.setattr("reasonloom.nano.check.draw", narrow)
    worlds = draw_many(6, 0, families=["quadratic_root"])
    assert len(worlds) == 6 and {w.level for w in worlds} == {2, 3}


def test_a_wish_that_no_level_meets_is_refused() -> None:
    with pytest.raises(InputError, match="allow more families"):
        draw_many(1, 0, depth=2, families=["fraction_sum"])


def worlds_of_a_check(problems: int, seed: int) -> list[WorldProblem]:
    worlds = [w for f in FAMILIES for w in draw_many(problems, seed, families=[f])]
    worlds += [w for d in range(1, 9) for w in draw_many(problems, seed, depth=d)]
    return worlds + [w for d in range(1, 7) for w in draw_many(problems, seed + 1, depth=d)]


def use(monkeypatch: pytest.MonkeyPatch, model: Scripted) -> None:
    monkeypatch.setattr("reasonloom.models.resolve.resolve", lambda spec: model)


async def test_a_perfect_model_gets_everything_right(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, Scripted(Perfect(worlds_of_a_check(1, 0)), profile=COMPACT))
    results = await measure("scripted", problems=1)
    assert set(results.accuracy) == {f"family {f}" for f in FAMILIES} | {
        f"depth {d}" for d in range(1, 9)
    }
    for group, rates in results.accuracy.items():
        assert set(rates) == set(STRATEGIES)
        assert all(rate == Rate(1, 1) for rate in rates.values()), group
        assert all(spent > 0 for spent in results.tokens[group].values())
    questions = len(lines_of("outside.txt"))
    assert results.skills.pop("declines what lies outside") == Rate(questions, questions)
    assert results.skills.pop("assess: own wrong caught") == Rate(0, 0)
    assert results.skills.pop("everyday words: cot") == Rate(len(everyday()), len(everyday()))
    assert results.skills.pop("everyday words: reasonflux").hits == len(everyday())
    assert len(results.skills) == 10
    assert all(rate == Rate(6, 6) for rate in results.skills.values()), results.skills


async def test_a_model_that_declines_everything_gets_just_that_right(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    use(monkeypatch, Scripted(compact.OUTSIDE, profile=COMPACT))
    monkeypatch.setattr("reasonloom.nano.check.FAMILIES", {"gcd": FAMILIES["gcd"]})
    results = await measure("scripted", problems=1)
    assert all(rate.hits == 0 for rates in results.accuracy.values() for rate in rates.values())
    declined = results.skills.pop("declines what lies outside")
    assert declined.hits == declined.trials > 0
    assert all(rate.hits == 0 for rate in results.skills.values()), results.skills
