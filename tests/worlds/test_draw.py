from __future__ import annotations

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracles import ORACLES

from reasonloom.errors import InputError
from reasonloom.worlds.draw import Part, WorldProblem, draw, similar
from reasonloom.worlds.families import FAMILIES
from reasonloom.worlds.wording import mend

seeds = st.integers(0, 2**32)


def evaluate(world: WorldProblem) -> str:
    """The answer by the oracles alone: each named operand is what its own part came to."""
    known: dict[str, object] = {}
    for part in world.parts:
        operands = [known[part.names[i]] if i in part.names else n for i, n in _own(part)]
        known[part.name] = ORACLES[part.family.name](*operands)
    return str(known[world.parts[-1].name])


def _own(part: Part) -> list[tuple[int, int]]:
    return list(enumerate(part.params))


@pytest.mark.parametrize("depth", range(1, 9))
def test_a_composite_comes_to_what_its_chain_comes_to(depth: int) -> None:
    rng = random.Random(depth)
    for _ in range(60):
        world = draw(rng, depth=depth, level=rng.randint(1, 3))
        assert len(world.parts) == depth == world.problem.meta["depth"]
        assert evaluate(world) == world.problem.answer
        _assert_links(world)


def _assert_links(world: WorldProblem) -> None:
    """Every part but the first takes the value of the part before it, by name."""
    for before, part in zip(world.parts, world.parts[1:], strict=False):
        assert list(part.names.values()) == [before.name]
        for slot, name in part.names.items():
            assert part.params[slot] == before.value
            assert part.operands[slot] == name
    assert all(1 <= int(p.value) <= 999 for p in world.parts[:-1])


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("depth", range(2, 9))
def test_a_composite_defines_each_name_once_and_asks_for_the_last(
    depth: int, language: str
) -> None:
    rng = random.Random(depth)
    for _ in range(20):
        world = draw(rng, depth=depth, language=language)
        names = [p.name for p in world.parts]
        assert len(set(names)) == depth
        used = re.findall(r"(?<![A-Za-z])[A-Za-z](?![A-Za-z])", world.question)
        assert all(used.count(name) >= 2 or _glued(name, world) for name in names)
        assert names[-1] in re.split(r"[.] ", world.question)[-1]
        assert not set("{}") & set(world.question)


def _glued(name: str, world: WorldProblem) -> bool:
    """An operand such as the a of `x^2 - ax + 12` stands directly before the unknown."""
    return f"{name}x" in world.question


def test_results_of_inner_parts_stay_in_the_wanted_range() -> None:
    rng = random.Random(3)
    for _ in range(40):
        world = draw(rng, depth=3, numbers=(5, 20))
        assert all(5 <= int(p.value) <= 20 for p in world.parts[:-1])


def test_goals_hold_no_numbers_so_that_a_plan_fits_similar_problems() -> None:
    rng = random.Random(4)
    for _ in range(40):
        world = draw(rng, depth=4)
        assert not any(c.isdigit() for p in world.parts for c in p.goal)


@given(seeds, st.integers(1, 8), st.integers(1, 3), st.sampled_from(["en", "ko"]))
def test_draws_depend_on_the_random_stream_alone(
    seed: int, depth: int, level: int, language: str
) -> None:
    one = draw(random.Random(seed), depth=depth, level=level, language=language)
    random.seed(seed + 1)
    two = draw(random.Random(seed), depth=depth, level=level, language=language)
    assert one == two


@given(seeds, st.integers(1, 6))
def test_a_similar_problem_has_the_same_shape_and_other_numbers(seed: int, depth: int) -> None:
    rng = random.Random(seed)
    world = draw(rng, depth=depth, level=2)
    other = similar(world, rng)
    assert [p.goal for p in other.parts] == [p.goal for p in world.parts]
    assert [p.names for p in other.parts] == [p.names for p in world.parts]
    assert other.canonical != world.canonical
    assert evaluate(other) == other.problem.answer


def test_a_similar_problem_can_be_asked_of_a_split() -> None:
    rng = random.Random(5)
    world = draw(rng, depth=2, split="dev")
    assert {similar(world, rng, split="train").split for _ in range(20)} == {"train"}


@pytest.mark.parametrize("name", FAMILIES)
def test_a_family_can_be_asked_for_alone(name: str) -> None:
    world = draw(random.Random(6), families=[name])
    assert [p.family.name for p in world.parts] == [name]
    assert world.problem.source == f"world:{name}"
    assert world.problem.topic == FAMILIES[name].topic


def test_questions_are_mended_as_a_whole() -> None:
    rng = random.Random(7)
    for _ in range(100):
        question = draw(rng, depth=rng.randint(1, 4), language="ko").question
        assert mend(question) == question


@pytest.mark.parametrize("depth", [0, 9])
def test_a_depth_out_of_range_is_refused(depth: int) -> None:
    with pytest.raises(InputError, match=f"depth={depth}: a composite has 1 to 8 parts"):
        draw(random.Random(0), depth=depth)


def test_an_unknown_family_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(InputError, match="gcd"):
        draw(random.Random(0), families=["gdc"])


def test_a_wish_that_no_draw_meets_is_refused() -> None:
    with pytest.raises(InputError, match="allow more families"):
        draw(random.Random(0), families=["fraction_sum"], depth=2)
