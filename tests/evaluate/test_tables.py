from __future__ import annotations

import pytest

from reasonloom.evaluate.robustness import robustness
from reasonloom.evaluate.tables import Sample, by, by_level, by_topic, rounds_by_level

SAMPLES = [
    Sample("p1", True, 100, 2, "algebra", 3),
    Sample("p1", False, 200, 2, "algebra", 5),
    Sample("p2", True, 50, 1, "sums", 1),
    Sample("p3", True, 70, None, None),
]


def test_levels_come_in_order_and_what_has_none_last() -> None:
    lines = by_level(SAMPLES, draws=200)
    assert [line.key for line in lines] == [1, 2, None]
    assert (lines[1].problems, lines[1].samples, lines[1].tokens) == (1, 2, 150)
    assert lines[1].accuracy.mean == 0.5 and lines[1].accuracy.clusters == 1


def test_topics_and_any_other_key_make_a_table() -> None:
    assert [line.key for line in by_topic(SAMPLES, draws=200)] == ["algebra", "sums", None]
    assert [line.key for line in by(SAMPLES, lambda s: s.problem, draws=200)] == ["p1", "p2", "p3"]


def test_rounds_count_only_where_a_method_has_them() -> None:
    lines = rounds_by_level(SAMPLES, draws=200)
    assert [(line.level, line.rounds.mean, line.samples) for line in lines] == [
        (1, 1, 1),
        (2, 4, 2),
    ]


def test_robustness_pairs_each_problem_with_its_original() -> None:
    original = {(f"p{i}", 0): i < 8 for i in range(10)}
    changed = {(f"p{i}", 0): i < 4 or i == 9 for i in range(10)}
    found = robustness(original, changed)
    assert found.drop.points == pytest.approx(-30)
    assert found.kept is not None and found.kept.mean == 0.5
    assert (found.lost, found.gained) == (4, 1)
    assert (found.before.mean, found.after.mean) == (0.8, 0.5)


def test_robustness_takes_samples_of_a_problem_together() -> None:
    original = {("a", 0): True, ("a", 1): True, ("b", 0): False, ("b", 1): True}
    found = robustness(original, original | {("a", 1): False})
    assert (found.drop.points, found.drop.problems) == (-25, 2)
    assert found.kept is not None and found.kept.clusters == 2


def test_nothing_solved_leaves_nothing_to_keep() -> None:
    assert robustness({("a", 0): False}, {("a", 0): True}).kept is None


def test_a_problem_without_its_pair_is_named() -> None:
    with pytest.raises(ValueError, match=r"alone: \[\('b', 0\)\]"):
        robustness({("a", 0): True}, {("a", 0): True, ("b", 0): True})
