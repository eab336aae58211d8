"""Which trajectories make a pair, and the rows to compare pairs with."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasonloom.problem import Problem
from reasonloom.train.rows import Row
from reasonloom.train.trajectories import Outcome, Rolled, Scored, Settings, best_of, shuffled
from reasonloom.train.trajectories.pairs import apart
from reasonloom.trajectory import Step

N = 5


def scored(name: str, solved: int, draws: Sequence[str] = ("plan-0",)) -> Scored:
    outcomes = tuple(Outcome(i < solved) for i in range(N))
    return Scored((Step(name),), tuple(draws), name, outcomes)


def rolled(*found: Scored) -> Rolled:
    return Rolled(Problem("q"), (), "prompt", found, 0, 0)


@given(
    st.lists(st.integers(0, N), max_size=8),
    st.sampled_from([0.2, 0.4, 0.6, 1.0]),
    st.integers(1, 9),
)
def test_pairs_lie_the_margin_apart_and_those_furthest_apart_come_first(
    solved: list[int], margin: float, cap: int
) -> None:
    found = rolled(*(scored(f"t{i}", n) for i, n in enumerate(solved)))
    pairs = apart(found, Settings(margin=margin, per_problem=cap))
    gaps = [round(N * (good.reward - bad.reward)) for good, bad in pairs]
    every = sorted(
        (a - b for a in solved for b in solved if a - b >= round(margin * N)), reverse=True
    )
    assert gaps == every[:cap]
    assert len({(good.text, bad.text) for good, bad in pairs}) == len(pairs)


def test_among_equals_no_trajectory_is_preferred() -> None:
    found = rolled(*(scored(f"good{i}", 5) for i in range(6)), scored("bad", 0))
    chosen = {apart(found, Settings(per_problem=1, seed=seed))[0][0].text for seed in range(20)}
    assert len(chosen) > 2


def test_the_best_is_a_sample_the_most_frequent_among_equals() -> None:
    often = scored("often", 4, ["greedy", "plan-1", "plan-2"])
    found = rolled(scored("greedy", 5, ["greedy"]), scored("once", 4), often)
    assert best_of(found) == often
    assert best_of(rolled(scored("greedy", 5, ["greedy"]))) is None


@pytest.mark.parametrize("size", [0, 1, 2, 7, 100])
def test_shuffled_labels_are_swapped_in_half_of_the_rows(size: int) -> None:
    rows: list[Row] = [
        {"prompt": "p", "chosen": f"c{i}", "rejected": f"r{i}", "id": str(i), "from": {}}
        for i in range(size)
    ]
    mixed = shuffled(rows)
    swapped = [m["from"]["swapped"] for m in mixed]
    assert sum(swapped) == size // 2
    assert [m["chosen"] for m in mixed] == [
        f"r{i}" if s else f"c{i}" for i, s in enumerate(swapped)
    ]
    assert len({m["id"] for m in mixed}) == size
    assert shuffled(list(reversed(rows))) == list(reversed(mixed))
