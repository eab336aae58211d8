from __future__ import annotations

import random

from reasonloom.nano.outside import outside_question
from reasonloom.nano.skills import lines_of
from reasonloom.worlds.draw import draw


def test_patterns_are_filled_and_numbers_stay() -> None:
    rng = random.Random(1)
    for _ in range(400):
        inside = draw(rng, depth=rng.randint(1, 3)).question
        question = outside_question(rng, inside)
        assert question and question != inside
        assert not set("{}") & set(question)


def test_questions_vary_and_depend_on_the_stream_alone() -> None:
    def some() -> list[str]:
        rng = random.Random(2)
        return [outside_question(rng, "What is the gcd of 12 and 18?") for _ in range(200)]

    assert some() == some()
    assert len(set(some())) > 100


def test_the_held_out_questions_are_distinct_and_never_made_by_the_patterns() -> None:
    held = lines_of("outside.txt")
    assert len(held) == len(set(held)) >= 40
    rng = random.Random(3)
    made = {outside_question(rng, "What is the gcd of 12 and 18?") for _ in range(20_000)}
    assert not made & set(held)
