from __future__ import annotations

import random
import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import ORACLES

from reasonloom.errors import InputError
from reasonloom.strategies.dialects.compact import parse_plan
from reasonloom.worlds.draw import Part, WorldProblem, draw, similar
from reasonloom.worlds.families import FAMILIES
from reasonloom.worlds.part import ANSWER
from reasonloom.worlds.telling import letters, lone_letters
from reasonloom.worlds.wording import mend

untimed = settings(deadline=None)
seeds = st.integers(0, 2**32)
SINGLE = [name for name, f in FAMILIES.items() if len(f.links) == 1]
"""Families that can carry a chain on but join nothing."""


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
def test_a_composite_comes_to_what_its_parts_come_to(depth: int) -> None:
    rng = random.Random(depth)
    for _ in range(60):
        world = draw(rng, depth=depth, level=rng.randint(1, 3))
        assert len(world.parts) == depth == world.problem.meta["depth"]
        assert evaluate(world) == world.problem.answer
        _assert_links(world)


def _assert_links(world: WorldProblem) -> None:
    """Each part takes results of earlier parts, by name, and each result but the last goes on."""
    made: dict[str, Part] = {}
    for part in world.parts:
        for slot, name in part.names.items():
            assert part.params[slot] == made[name].value
            assert part.operands[slot] == name
            assert slot in part.family.links
        assert part.name not in made
        made[part.name] = part
    used = [name for part in world.parts for name in part.names.values()]
    assert sorted(used) == sorted(part.name for part in world.parts[:-1])
    assert all(1 <= int(p.value) <= 999 for p in world.parts[:-1])


def links(world: WorldProblem) -> list[int]:
    """How many earlier results each part takes."""
    return [len(part.names) for part in world.parts]


@pytest.mark.parametrize("depth", range(2, 9))
def test_a_chain_can_be_asked_for(depth: int) -> None:
    rng = random.Random(depth)
    for _ in range(20):
        world = draw(rng, depth=depth, shape="chain")
        assert links(world) == [0] + [1] * (depth - 1)
        assert world.problem.meta["shape"] == "chain" and not world.branches


@pytest.mark.parametrize("depth", range(3, 9))
def test_a_branch_can_be_asked_for(depth: int) -> None:
    rng = random.Random(depth)
    for _ in range(20):
        world = draw(rng, depth=depth, shape="branch")
        assert 2 in links(world) and set(links(world)) <= {0, 1, 2}
        assert world.problem.meta["shape"] == "branch" and world.branches
        assert evaluate(world) == world.problem.answer


@pytest.mark.parametrize("depth", [3, 6])
def test_about_half_of_all_composites_are_chains(depth: int) -> None:
    rng = random.Random(depth)
    share = sum(not draw(rng, depth=depth, split="train").branches for _ in range(300)) / 300
    assert 0.4 < share < 0.6


def test_two_parts_are_always_a_chain() -> None:
    rng = random.Random(8)
    assert all(links(draw(rng, depth=2)) == [0, 1] for _ in range(50))


@pytest.mark.parametrize(("depth", "families"), [(2, None), (4, SINGLE)])
def test_a_branch_that_cannot_be_is_refused(depth: int, families: list[str] | None) -> None:
    with pytest.raises(InputError, match="take 3 parts or more, and a family in which two"):
        draw(random.Random(0), depth=depth, families=families, shape="branch")


def test_families_that_cannot_join_are_chained() -> None:
    rng = random.Random(9)
    for _ in range(20):
        assert not draw(rng, depth=4, families=SINGLE).branches


@untimed
@given(seeds, st.integers(3, 8))
def test_a_plan_makes_waves_of_the_parts_that_need_nothing_of_each_other(
    seed: int, depth: int
) -> None:
    world = draw(random.Random(seed), depth=depth, shape="branch")
    steps = parse_plan("\n".join(f"{p.goal} | none | " for p in world.parts))
    assert isinstance(steps, tuple)
    place = {part.name: i for i, part in enumerate(world.parts)}
    for step, part in zip(steps, world.parts, strict=True):
        assert step.needs == tuple(place[name] for name in part.names.values())
    assert sum(not step.needs for step in steps) >= 2


@pytest.mark.parametrize("language", ["en", "ko"])
def test_no_name_is_a_letter_that_a_family_of_the_problem_writes(language: str) -> None:
    rng = random.Random(10)
    for _ in range(300):
        world = draw(rng, depth=rng.randint(2, 8), language=language)
        for part in world.parts:
            plain = part.family.noun(["7"] * len(part.params), rng, language)
            assert not set(lone_letters(plain)) & {p.name for p in world.parts}


def test_a_letter_of_a_phrase_is_no_name() -> None:
    assert {"C", "a"} <= letters(FAMILIES["binomial"])
    assert {"x", "f"} <= letters(FAMILIES["polynomial_value"])
    assert {"x", "y"} <= letters(FAMILIES["linear_system"])
    assert lone_letters("dy/dx at x = 3 modulo 12x, cm") == ["d", "d", "x", "x"]


def test_no_two_parts_ask_for_the_same() -> None:
    rng = random.Random(11)
    for _ in range(200):
        world = draw(rng, depth=8, families=["gcd", "lcm", "arithmetic_term"])
        assert len({part.canonical for part in world.parts}) == 8


def _swapped(world: WorldProblem) -> WorldProblem:
    """The same problem with its first two parts, which are independent, in the other order."""
    one, two, *rest = world.parts
    return replace(world, parts=(two, one, *rest))


def test_a_problem_has_one_form_in_whatever_order_its_parts_stand() -> None:
    rng = random.Random(12)
    worlds = [draw(rng, depth=5, shape="branch") for _ in range(100)]
    worlds = [world for world in worlds if links(world)[1] == 0]
    assert len(worlds) > 20
    for world in worlds:
        assert _swapped(world).canonical == world.canonical


def test_the_form_says_which_part_feeds_which_operand() -> None:
    gcd, term = FAMILIES["gcd"], FAMILIES["arithmetic_term"]
    one, two = Part(gcd, (12, 8), "a"), Part(gcd, (8, 20), "b")
    ends = [Part(term, (4, 4, 7), "c", {0: x, 1: y}) for x, y in ("ab", "ba")]
    forms = {WorldProblem((one, two, end), 1, "en").canonical for end in ends}
    assert len(forms) == 2


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("depth", range(2, 9))
def test_a_composite_defines_each_name_once_and_asks_for_the_last(
    depth: int, language: str
) -> None:
    rng = random.Random(depth)
    worlds = [draw(rng, depth=depth, language=language) for _ in range(20)]
    for world in worlds:
        names = [p.name for p in world.parts]
        assert len(set(names)) == depth
        used = re.findall(r"(?<![A-Za-z])[A-Za-z](?![A-Za-z])", world.question)
        named = [name for name in names if name != ANSWER]
        assert all(used.count(name) >= 2 or _glued(name, world) for name in named)
        asked = world.told[-1]
        assert set(world.parts[-1].names.values()) <= set(asked) or names[-1] in asked
        assert not set("{}") & set(world.question)
    assert 1 <= sum(w.parts[-1].name == ANSWER for w in worlds) < 20


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


@untimed
@given(seeds, st.integers(1, 8), st.integers(1, 3), st.sampled_from(["en", "ko"]))
def test_draws_depend_on_the_random_stream_alone(
    seed: int, depth: int, level: int, language: str
) -> None:
    one = draw(random.Random(seed), depth=depth, level=level, language=language)
    random.seed(seed + 1)
    two = draw(random.Random(seed), depth=depth, level=level, language=language)
    assert one == two


@untimed
@given(seeds, st.integers(1, 6))
def test_a_similar_problem_has_the_same_shape_and_other_numbers(seed: int, depth: int) -> None:
    rng = random.Random(seed)
    world = draw(rng, depth=depth, level=2)
    other = similar(world, rng)
    assert [p.goal for p in other.parts] == [p.goal for p in world.parts]
    assert [p.names for p in other.parts] == [p.names for p in world.parts]
    assert other.canonical != world.canonical
    assert evaluate(other) == other.problem.answer
    _assert_links(other)


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


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("depth", [1, 2])
def test_one_question_never_has_two_answers(depth: int, language: str) -> None:
    rng, answers = random.Random(13), dict[str, str | None]()
    for _ in range(4_000):
        problem = draw(rng, depth=depth, language=language).problem
        assert answers.setdefault(problem.question, problem.answer) == problem.answer


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
