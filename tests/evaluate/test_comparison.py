from __future__ import annotations

from pathlib import Path

import made_runs
import pytest
from made_runs import problem, write

from reasonloom.errors import InputError
from reasonloom.evaluate.comparison import Comparison, compare
from reasonloom.evaluate.entries import read
from reasonloom.evaluate.paired import mcnemar
from reasonloom.problem import Problem

SC4, SC8 = "self_consistency(n=4)", "self_consistency(n=8)"


def compared(*paths: Path) -> Comparison:
    return compare(read(paths))


def test_strategies_are_counted_on_the_problems_that_all_attempted(tmp_path: Path) -> None:
    found = compared(write(tmp_path / "a.db", {"cot": "111000", SC4: "0110"}))
    assert [asked.id for asked in found.problems] == ["p0", "p1", "p2", "p3"]
    assert [line.accuracy and line.accuracy.mean for line in found.lines] == [0.75, 0.5]
    assert any("tried on 4 problems, the most on 6" in remark for remark in found.remarks)


def test_failures_and_missing_answers_stay_in_the_denominator(tmp_path: Path) -> None:
    line = compared(write(tmp_path / "a.db", {"cot": "11-!"})).lines[0]
    assert line.accuracy and line.accuracy.mean == 0.5
    assert (line.failed, line.unanswered) == (1, 1)


def test_a_pair_is_tested_exactly(tmp_path: Path) -> None:
    pair = compared(write(tmp_path / "a.db", {"cot": "0" * 12, SC4: "1" * 10 + "00"})).pairs[0]
    assert pair.p == mcnemar(0, 10)
    assert pair.difference.points == pytest.approx(-1000 / 12)
    assert pair.verdict == f"{SC4} is better"


def test_a_difference_needs_both_interval_and_p_to_count(tmp_path: Path) -> None:
    pair = compared(write(tmp_path / "a.db", {"cot": "000", SC4: "111"})).pairs[0]
    assert (pair.difference.low, pair.difference.high) == (-100, -100)
    assert pair.p == 0.25
    assert pair.verdict == "not distinguishable"


def test_several_samples_of_a_problem_are_no_matter_for_mcnemar(tmp_path: Path) -> None:
    outcomes = {"cot": ["10", "00", "11", "01"], SC4: ["11", "11", "11", "11"]}
    pair = compared(write(tmp_path / "a.db", outcomes)).pairs[0]
    assert pair.p is None
    assert pair.difference.points == -50
    assert pair.difference.problems == 4


def test_what_costs_more_and_is_no_better_is_dominated(tmp_path: Path) -> None:
    found = compared(write(tmp_path / "a.db", {"cot": "1000", SC4: "1110", SC8: "1100"}))
    assert [(line.on_frontier, line.dominated_by) for line in found.lines] == [
        (True, None),
        (True, None),
        (False, SC4),
    ]


def test_settings_of_one_strategy_are_a_curve_at_equal_tokens(tmp_path: Path) -> None:
    path = write(tmp_path / "a.db", {"reasonflux": "0011", SC4: "1000", SC8: "1111"})
    (found,) = compared(path).equal_tokens
    assert (found.one, found.two) == ("reasonflux", "self_consistency")
    assert found.settings == (["reasonflux"], [SC4, SC8])
    assert found.gap.tokens == made_runs.TOKENS[SC4]
    assert found.gap.points == 25


def test_a_strategy_that_the_model_cannot_serve_is_told_apart(tmp_path: Path) -> None:
    found = compared(write(tmp_path / "a.db", {"cot": "10", "debate": ""}))
    assert [line.label for line in found.lines] == ["cot"]
    assert found.lacks == {"debate": "no attempt is finished"}


def test_equal_strategies_of_two_runs_are_named_by_their_models(tmp_path: Path) -> None:
    one = write(tmp_path / "a.db", {"cot": "10"})
    two = write(tmp_path / "b.db", {"cot": "11"}, model="openai:big@http://localhost:1/v1")
    found = compared(one, two)
    assert [line.label for line in found.lines] == ["cot, nano", "cot, big"]
    assert any("different units" in remark for remark in found.remarks)


def test_equal_models_too_are_named_by_their_runs(tmp_path: Path) -> None:
    paths = [write(tmp_path / name, {"cot": "10"}) for name in ("a.db", "b.db")]
    assert [line.label for line in compared(*paths).lines] == ["cot, a", "cot, b"]


def test_problems_of_one_id_and_two_questions_are_not_shared(tmp_path: Path) -> None:
    one = write(tmp_path / "a.db", {"cot": "1"})
    other = [Problem("What else?", "7", "p0")]
    two = write(tmp_path / "b.db", {"cot": "1"}, problems=other)
    with pytest.raises(InputError, match="no problem was attempted by all"):
        compared(one, two)


def test_without_reference_answers_there_are_tokens_and_no_verdicts(tmp_path: Path) -> None:
    untold = [problem(i, answer=None) for i in range(2)]
    found = compared(write(tmp_path / "a.db", {"cot": "11", SC4: "11"}, problems=untold))
    assert [line.accuracy for line in found.lines] == [None, None]
    assert [line.tokens for line in found.lines] == [100, 400]
    assert (found.pairs, found.equal_tokens) == ([], [])


def test_a_run_that_is_named_twice_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a.db", {"cot": "1"})
    with pytest.raises(InputError, match="named 2 times"):
        read([path, path])
