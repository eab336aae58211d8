"""The puzzles of logic: what they ask, what their lines build on, how they are spread."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator

import puzzles
import pytest
from puzzle_readings import READINGS

from reasonloom.worlds.draw import draw
from reasonloom.worlds.families import FAMILIES, entailment
from reasonloom.worlds.family import Family, Params
from reasonloom.worlds.people import NAMES
from reasonloom.worlds.wording import mend

LOGIC = [f for f in FAMILIES.values() if f.topic == "logic"]
every_puzzle = pytest.mark.parametrize("family", LOGIC, ids=lambda f: f.name)


def drawn(family: Family, level: int, n: int) -> Iterator[Params]:
    rng = random.Random(f"{family.name} {level}")
    while n:
        params = family.draw(rng, level, {})
        if params is not None:
            n -= 1
            yield params


def test_there_are_three_families_of_logic() -> None:
    assert {f.name for f in LOGIC} == set(puzzles.ORACLES) == set(READINGS)


@every_puzzle
@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_puzzle_can_be_read_from_its_question(family: Family, language: str) -> None:
    rng = random.Random(1)
    assert family.tell
    for level in (1, 2, 3):
        for params in drawn(family, level, 200):
            told = family.tell(params, rng, language)
            assert READINGS[family.name](told) == params, told
            assert mend(told) == told


@every_puzzle
def test_a_drawn_puzzle_is_asked_in_its_own_words(family: Family) -> None:
    world = draw(random.Random(2), families=[family.name], level=2)
    assert READINGS[family.name](world.question) == world.parts[0].params


@every_puzzle
def test_the_instantiation_holds_every_name_and_kind_of_the_puzzle(family: Family) -> None:
    for params in drawn(family, 2, 50):
        assert family.tell
        told = family.tell(params, random.Random(0), "ko")
        stock = (*NAMES, *entailment.KINDS)
        named = {w for w in re.findall("[A-Z]?[a-z]+", told) if w in stock}
        shown = set(re.findall("[A-Z]?[a-z]+", family.bind(params, {})))
        assert named - {NAMES[params[0]]} <= shown


@every_puzzle
@pytest.mark.parametrize("level", [1, 2, 3])
def test_a_level_holds_thousands_of_short_puzzles(family: Family, level: int) -> None:
    made = list(drawn(family, level, 3_200))
    assert len(set(made)) > 3_000
    for params in made[:300]:
        for method in family.applicable(params):
            assert len("; ".join(method.work(params)[0])) <= 290


@every_puzzle
def test_levels_grow(family: Family) -> None:
    sizes = [sum(len(p) for p in drawn(family, level, 200)) for level in (1, 2, 3)]
    assert sizes == sorted(set(sizes))


@every_puzzle
def test_the_methods_differ_in_length_or_in_what_they_apply_to(family: Family) -> None:
    shorter: Counter[str] = Counter()
    for level in (1, 2, 3):
        for params in drawn(family, level, 200):
            works = {m.template: m.work(params)[0] for m in family.applicable(params)}
            shorter[min(works, key=lambda t: len("; ".join(works[t])))] += 1
    assert min(shorter[m.template] for m in family.methods) > 20


@pytest.mark.parametrize("level", [1, 2, 3])
def test_claims_are_balanced_and_their_form_tells_nothing(level: int) -> None:
    answers: dict[int, Counter[str]] = {0: Counter(), 1: Counter()}
    for params in drawn(entailment.FAMILY, level, 3_000):
        answers[params[2] % 2][puzzles.entailment(*params)] += 1
    for counts in answers.values():
        assert all(400 < counts[a] < 600 for a in ("yes", "no", "unknown")), counts


@pytest.mark.parametrize("level", [1, 2, 3])
def test_each_step_of_an_entailment_starts_from_what_is_established(level: int) -> None:
    for params in drawn(entailment.FAMILY, level, 200):
        for method in entailment.FAMILY.applicable(params):
            _assert_established(method.work(params)[0], params)


def _assert_established(written: list[str], params: Params) -> None:
    reached = {entailment.word(params[1])}
    for line in written:
        if line.startswith("suppose "):
            reached = {line.removeprefix("suppose ")}
        elif " -> " in line:
            before, new = line.split(" -> ")
            assert before in reached and new not in reached, (written, params)
            reached.add(new)
        elif "clash" in line:
            denied = entailment.word(params[1] ^ 1)
            assert (denied in reached) is (line != "no clash"), (written, params)


@pytest.mark.parametrize("level", [1, 2, 3])
def test_a_supposed_case_is_built_on_what_stands_before(level: int) -> None:
    family = FAMILIES["knights_and_knaves"]
    method = family.method("Suppose and follow")
    assert method
    for params in drawn(family, level, 200):
        if method.misfit(params):
            continue
        known: set[str] = set()
        for line in method.work(params)[0]:
            if line.startswith("suppose "):
                known = {line.removeprefix("suppose ")}
                continue
            before, _, new = line.partition("so ")
            used = before.split(": ")[0].rstrip(", ")
            assert set(filter(None, used.split(", "))) <= known, (line, params)
            known |= set(filter(None, new.split(", ")))
