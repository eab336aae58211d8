from __future__ import annotations

import random
from dataclasses import replace

from reasonloom.worlds.build import Piece, build
from reasonloom.worlds.families import FAMILIES

GCD, COUNT = FAMILIES["gcd"], FAMILIES["divisor_count"]


def anything(place: int, piece: Piece) -> bool:
    return True


def test_linked_operands_hold_the_results_that_they_are_linked_to() -> None:
    rng = random.Random(1)
    for _ in range(50):
        made = build(rng, [(COUNT, {}), (COUNT, {}), (GCD, {0: 1, 1: 0})], 2, anything)
        if made:
            assert made[2].params == (made[1].value, made[0].value)


def test_a_family_that_does_not_keep_a_fixed_operand_is_never_linked() -> None:
    careless = replace(GCD, draw=lambda rng, level, fixed: (96, 36))
    assert build(random.Random(2), [(COUNT, {}), (careless, {0: 0})], 1, anything) is None
    alone = build(random.Random(2), [(careless, {})], 1, anything)
    assert alone and alone[0].params == (96, 36)


def test_a_part_that_finds_no_numbers_has_what_feeds_it_drawn_anew() -> None:
    """The second family takes a 12 alone, which the first one draws seldom."""
    picky = replace(
        GCD, draw=lambda rng, level, fixed: (12, 18) if fixed.get(0, 12) == 12 else None
    )
    rng = random.Random(3)
    made = [build(rng, [(COUNT, {}), (picky, {0: 0})], 3, anything) for _ in range(300)]
    assert any(made)
    assert all(pieces[0].value == 12 for pieces in made if pieces)


def test_a_family_whose_answer_is_no_whole_number_feeds_nothing() -> None:
    fraction = FAMILIES["fraction_sum"]
    assert build(random.Random(4), [(fraction, {}), (COUNT, {0: 0})], 1, anything) is None


def test_no_piece_comes_twice() -> None:
    only = replace(GCD, draw=lambda rng, level, fixed: (12, 18))
    assert build(random.Random(5), [(only, {}), (only, {})], 1, anything) is None
