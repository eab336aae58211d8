"""Nothing of dev or test is ever trained on."""

from __future__ import annotations

import random
import re
from collections import Counter
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reasonloom.nano import examples
from reasonloom.templates.library import Library
from reasonloom.worlds import asides
from reasonloom.worlds.draw import WorldProblem, draw
from reasonloom.worlds.families import FAMILIES
from reasonloom.worlds.splits import (
    SHARE,
    WITHHELD_DEPTHS,
    WITHHELD_TEMPLATES,
    Split,
    split_of,
    withheld_pair,
)

untimed = settings(deadline=None)
DRAWS = 5_000
HELD_OUT: tuple[Split, ...] = ("dev", "test")


@cache
def trained() -> tuple[list[examples.Example], list[WorldProblem]]:
    """Training examples, with the problems that they were made from."""
    worlds: list[WorldProblem] = []

    def seen(*args: object, **options: object) -> WorldProblem:
        worlds.append(draw(*args, **options))  # type: ignore[arg-type]
        return worlds[-1]

    rng, library = random.Random(11), Library.load()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(examples, "draw", seen)
        made = [examples.example(rng, library, examples.SKILLS) for _ in range(DRAWS)]
    return made, worlds


def forms(world: WorldProblem) -> set[str]:
    """The canonical forms that a problem shows: the whole and every part."""
    return {world.canonical, *(part.canonical for part in world.parts)}


@cache
def trained_forms() -> frozenset[str]:
    return frozenset(form for world in trained()[1] for form in forms(world))


def test_training_shows_only_forms_whose_hash_is_of_train() -> None:
    assert len(trained()[1]) == DRAWS
    assert {split_of(form) for form in trained_forms()} == {"train"}


@pytest.mark.parametrize("split", HELD_OUT)
def test_no_held_out_problem_occurs_among_many_training_draws(split: Split) -> None:
    rng = random.Random(12)
    for n in range(600):
        world = draw(rng, depth=1 + n % 6, level=1 + n % 3, split=split)
        assert world.split == split
        assert world.canonical not in trained_forms()


@untimed
@given(st.integers(0, 2**32), st.integers(1, 8), st.sampled_from(HELD_OUT))
def test_a_held_out_problem_is_in_no_training_draw(seed: int, depth: int, split: Split) -> None:
    assert draw(random.Random(seed), depth=depth, split=split).canonical not in trained_forms()


@untimed
@given(st.integers(0, 2**32), st.integers(1, 8))
def test_a_problem_with_a_held_out_part_is_never_of_train(seed: int, depth: int) -> None:
    world = draw(random.Random(seed), depth=depth)
    held = any(split_of(form) != "train" for form in forms(world))
    assert (world.split == "train") is not held


@pytest.mark.parametrize("split", HELD_OUT)
def test_a_lone_held_out_problem_is_no_part_of_a_training_problem(split: Split) -> None:
    rng = random.Random(13)
    for n in range(1_000):
        world = draw(rng, level=1 + n % 3, split=split)
        assert split_of(world.parts[0].canonical) == split


def test_the_splits_have_about_their_shares() -> None:
    counts = Counter(split_of(f"form {n}") for n in range(20_000))
    for split in HELD_OUT:
        assert abs(100 * counts[split] / 20_000 - SHARE[split]) < 1


def test_training_never_chains_a_withheld_pair() -> None:
    assert not any(world.withheld for world in trained()[1])
    pairs = [(a, b) for a in FAMILIES for b in FAMILIES if FAMILIES[a].chains]
    share = sum(withheld_pair(a, b) for a, b in pairs) / len(pairs)
    assert 0.05 < share < 0.16


def test_withheld_chains_can_be_asked_for() -> None:
    rng = random.Random(14)
    assert all(draw(rng, depth=3, withheld=True).withheld for _ in range(20))


def test_training_shows_chains_and_branches() -> None:
    deep = [world for world in trained()[1] if len(world.parts) > 2]
    assert 0.4 < sum(world.branches for world in deep) / len(deep) < 0.6


def test_training_shows_no_distracting_sentence_that_is_held_out() -> None:
    def shown(held_out: bool) -> int:
        patterns = [p for lang in ("en", "ko") for p in asides.stock(lang, held_out)]
        sentences = re.compile(
            "|".join(re.sub(r"\\{\w+\\}", r"\\w+", re.escape(p)) for p in patterns)
        )
        return sum(bool(sentences.search(example.prompt)) for example in trained()[0])

    assert shown(held_out=False) > 50
    assert shown(held_out=True) == 0


def test_training_never_shows_a_withheld_depth() -> None:
    depths = {len(world.parts) for world in trained()[1]}
    assert depths == set(examples.DEPTHS)
    assert not depths & WITHHELD_DEPTHS


def test_training_never_plans_or_carries_out_a_withheld_template() -> None:
    for example in trained()[0]:
        assert not any(name in example.reply for name in WITHHELD_TEMPLATES)
        assert "assume " not in example.reply


def test_withheld_templates_are_methods_of_families() -> None:
    taught = {m.template for f in FAMILIES.values() for m in f.methods}
    assert taught >= WITHHELD_TEMPLATES


def test_training_never_shows_a_withheld_template() -> None:
    for example in trained()[0]:
        assert not any(name in example.prompt for name in WITHHELD_TEMPLATES)
