"""What a perturbation keeps: answer, parts, split and every number; and what it changes."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reasonloom.errors import InputError
from reasonloom.worlds import asides
from reasonloom.worlds.composite import WorldProblem
from reasonloom.worlds.draw import draw
from reasonloom.worlds.perturb import distract, renumber, reorder, rephrase

Perturbation = Callable[[WorldProblem, random.Random], WorldProblem]
untimed = settings(deadline=None)
seeds = st.integers(0, 2**32)
languages = st.sampled_from(["en", "ko"])


def distracted(world: WorldProblem, rng: random.Random) -> WorldProblem:
    return distract(world, rng, rng.randint(1, 3), held_out=rng.random() < 0.5)


KEEPING: tuple[Perturbation, ...] = (rephrase, reorder, distracted)


def drawn(seed: int, depth: int, language: str = "en") -> WorldProblem:
    return draw(random.Random(seed), depth=depth, level=1 + seed % 3, language=language)


def definitions(world: WorldProblem) -> list[str]:
    return list(world.told[:-1])


@pytest.mark.parametrize("perturb", KEEPING)
@untimed
@given(seeds, st.integers(1, 8), languages)
def test_answer_parts_and_split_are_kept(
    perturb: Perturbation, seed: int, depth: int, language: str
) -> None:
    world = drawn(seed, depth, language)
    other = perturb(world, random.Random(seed))
    assert other.parts == world.parts
    assert other.canonical == world.canonical and other.split == world.split
    assert other.problem.answer == world.problem.answer
    assert (other.level, other.language) == (world.level, world.language)


@pytest.mark.parametrize("perturb", KEEPING)
@untimed
@given(seeds, st.integers(2, 8), languages)
def test_every_number_of_a_composite_is_still_there(
    perturb: Perturbation, seed: int, depth: int, language: str
) -> None:
    world = drawn(seed, depth, language)
    shown = Counter(
        abs(n)
        for part in world.parts
        for i, n in enumerate(part.params)
        if i not in part.names and str(abs(n)) in re.findall(r"\d+", world.question)
    )
    for number in shown:
        assert str(number) in re.findall(r"\d+", perturb(world, random.Random(seed)).question)


@untimed
@given(seeds, st.integers(2, 8), languages)
def test_a_composite_is_rephrased_in_other_words(seed: int, depth: int, language: str) -> None:
    world = drawn(seed, depth, language)
    assert rephrase(world, random.Random(seed)).question != world.question


def test_a_lone_problem_is_rephrased_in_other_words() -> None:
    rng = random.Random(1)
    for n in range(300):
        world = draw(rng, level=1 + n % 3)
        if world.parts[0].family.tell is None:
            assert rephrase(world, rng).question != world.question


@untimed
@given(seeds, st.integers(1, 6))
def test_a_renumbered_problem_has_the_same_words_and_goals_but_other_numbers(
    seed: int, depth: int
) -> None:
    world = drawn(seed, depth)
    other = renumber(world, random.Random(seed))
    assert [p.goal for p in other.parts] == [p.goal for p in world.parts]
    assert [p.names for p in other.parts] == [p.names for p in world.parts]
    assert other.canonical != world.canonical
    if world.parts[0].family.tell is None:
        assert other.question != world.question
        assert words(other) == words(world)


def words(world: WorldProblem) -> str:
    """The question with each number, name or list of them taken out."""
    operand = r"(?:-?\d+(?:st|nd|rd|th)?|\b[A-Za-z]\b)"
    return re.sub(rf"{operand}(?:, {operand})*", "#", world.question)


def test_a_renumbered_problem_can_be_asked_of_a_split() -> None:
    rng = random.Random(2)
    world = draw(rng, depth=3, split="train")
    assert {renumber(world, rng, "dev").split for _ in range(20)} == {"dev"}


@untimed
@given(seeds, st.integers(3, 8))
def test_a_branch_is_told_in_another_order_in_which_each_name_is_known(
    seed: int, depth: int
) -> None:
    world = draw(random.Random(seed), depth=depth, shape="branch")
    other = reorder(world, random.Random(seed))
    assert definitions(other) != definitions(world)
    assert sorted(other.told) == sorted(world.told) and other.told[-1] == world.told[-1]
    known: set[str] = set()
    for place in other.order:
        part = world.parts[place]
        assert set(part.names.values()) <= known
        known.add(part.name)


def test_a_chain_can_be_told_in_one_order_only() -> None:
    world = draw(random.Random(3), depth=5, shape="chain")
    assert reorder(world, random.Random(3)) == world


@untimed
@given(seeds, st.integers(1, 8), st.integers(1, 4), st.booleans(), languages)
def test_distraction_adds_whole_sentences_before_the_question(
    seed: int, depth: int, sentences: int, held_out: bool, language: str
) -> None:
    world = drawn(seed, depth, language)
    other = distract(world, random.Random(seed), sentences, held_out=held_out)
    assert other.told == world.told
    assert other.question.endswith(world.told[-1])
    assert len(set(other.asides)) == sentences
    rest = other.question
    for _, aside in other.asides:
        assert re.search(r"\d", aside)
        assert aside in rest
        rest = rest.replace(f"{aside} ", "", 1)
    assert rest == world.question


@untimed
@given(seeds, st.integers(2, 8))
def test_distraction_names_no_letter_of_the_problem(seed: int, depth: int) -> None:
    world = drawn(seed, depth)
    other = distract(world, random.Random(seed), 4, held_out=bool(seed % 2))
    for _, aside in other.asides:
        assert not {p.name for p in world.parts} & set(re.findall(r"\b[A-Za-z]\b", aside))


def test_a_puzzle_about_people_is_distracted_by_nobody() -> None:
    rng = random.Random(4)
    for held_out in (False, True):
        people = {p for p in asides.stock("en", held_out) if "{who}" in p}
        assert people and not people & set(asides.stock("en", held_out, people=False))
        for _ in range(30):
            world = draw(rng, families=["ordering"])
            (_, aside), *_ = distract(world, rng, held_out=held_out).asides
            assert not any(_fits(pattern, aside) for pattern in people)


def _fits(pattern: str, aside: str) -> bool:
    return re.fullmatch(re.sub(r"\\{\w+\\}", r"\\w+", re.escape(pattern)), aside) is not None


@pytest.mark.parametrize("language", ["en", "ko"])
def test_sentences_that_are_tested_are_never_trained_on(language: str) -> None:
    trained, held = (set(asides.stock(language, held_out)) for held_out in (False, True))
    assert not trained & held and len(trained) == len(held)


def test_the_stock_has_forty_english_sentences_and_no_two_alike() -> None:
    stock = asides.stock("en", False) + asides.stock("en", True)
    assert len(set(stock)) == len(stock) >= 40
    assert all(re.search(r"\{(small|size|big|age|hour|year)\}", pattern) for pattern in stock)


@pytest.mark.parametrize("sentences", [0, 1_000])
def test_more_sentences_than_there_are_is_refused(sentences: int) -> None:
    with pytest.raises(InputError, match=f"sentences={sentences}: take 1 to"):
        distract(drawn(1, 2), random.Random(1), sentences, held_out=False)


@untimed
@given(seeds, st.integers(3, 8))
def test_perturbations_combine(seed: int, depth: int) -> None:
    world, rng = draw(random.Random(seed), depth=depth, shape="branch"), random.Random(seed)
    both = rephrase(reorder(distract(world, rng, 2, held_out=True), rng), rng)
    assert all(aside in both.question for _, aside in both.asides) and len(both.asides) == 2
    assert both.order and both.wording != world.wording
    assert both.problem.answer == world.problem.answer
