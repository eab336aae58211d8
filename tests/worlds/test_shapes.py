from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasonloom.worlds.shapes import Shape, branch, chain

DEPTHS = st.integers(3, 8)


def used(shape: Shape) -> list[int]:
    return sorted(source for fed in shape for source in fed)


@pytest.mark.parametrize("depth", range(1, 9))
def test_a_chain_feeds_each_part_with_the_one_before(depth: int) -> None:
    assert chain(depth) == ((), *((i,) for i in range(depth - 1)))


@given(st.integers(0, 2**32), DEPTHS)
def test_a_branch_uses_each_result_once_and_ends_with_one(seed: int, depth: int) -> None:
    shape = branch(random.Random(seed), depth)
    assert len(shape) == depth
    assert used(shape) == list(range(depth - 1))
    assert all(source < place for place, fed in enumerate(shape) for source in fed)


@given(st.integers(0, 2**32), DEPTHS)
def test_a_branch_joins_one_time_less_than_it_has_leaves(seed: int, depth: int) -> None:
    joins = Counter(len(fed) for fed in branch(random.Random(seed), depth))
    assert joins[2] == joins[0] - 1 >= 1


def test_every_branch_of_four_parts_is_drawn() -> None:
    rng = random.Random(1)
    drawn = {tuple(tuple(sorted(fed)) for fed in branch(rng, 4)) for _ in range(500)}
    first = {((), (), (0, 1), (2,)), ((), (), (0,), (1, 2)), ((), (), (1,), (0, 2))}
    assert drawn == {*first, ((), (0,), (), (1, 2))}
