"""The problems of reasoning-gym; skipped where the extra `gym` is not installed."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction

import lines
import pytest

from reasonloom.errors import InputError, SpecError
from reasonloom.grading.clean import tidy
from reasonloom.grading.numbers import exact
from reasonloom.problem import Problem
from reasonloom.templates.library import Library
from reasonloom.worlds.gym import GymSource, grade, worked
from reasonloom.worlds.gym.catalog import REFUSED, TOPICS
from reasonloom.worlds.gym.worked import Linear, as_part, linear
from reasonloom.worlds.splits import split_of

pytest.importorskip(
    "reasoning_gym", reason="reasoning-gym is not installed: pip install 'reasonloom[gym]'"
)

ITEMS = 40
FEW = {"coin_flip": 26, "simple_equations": ITEMS}
"""coin_flip has some 30 problems in dev; SymPy takes milliseconds for an equation."""
WORKED = {
    "base_conversion": 150,
    "basic_arithmetic": 300,
    "chain_sum": 300,
    "coin_flip": 60,
    "fraction_simplification": 300,
    "gcd": 300,
    "lcm": 300,
    "products": 300,
    "simple_equations": 300,
}
"""Of 300 problems (150 of coin_flip), so many have a worked solution of ours."""

every_family = pytest.mark.parametrize("name", TOPICS)


def drawn(name: str, split: str = "dev") -> list[Problem]:
    return GymSource(name).problems(split, FEW.get(name, ITEMS))  # type: ignore[arg-type]


def given(problem: Problem, answer: str) -> str:
    return grade(problem, answer, is_text=False).outcome


def near(gold: str) -> Iterator[str]:
    """Wrong answers that a lenient scorer might pay for: they hold the reference or lie near it."""
    yield from (gold + "7", "1" + gold, f"{gold} or 1{gold}")
    value = exact(gold)
    if value is None:
        return
    yield from (str(value + 1), str(value - 1), str(value + Fraction(1, 1000)))
    if value:
        yield str(-value)
    if value.denominator > 1:
        yield str(value + Fraction(1, value.denominator))


@every_family
def test_the_reference_scores_in_full(name: str) -> None:
    for problem in drawn(name):
        assert problem.answer is not None
        assert given(problem, problem.answer) == "correct", problem
        assert grade(problem, rf"So it is \boxed{{{problem.answer}}}.").correct, problem


@every_family
def test_a_wrong_answer_near_the_reference_does_not_score(name: str) -> None:
    for problem in drawn(name):
        for answer in near(str(problem.answer)):
            assert given(problem, answer) == "wrong", (problem, answer)


@every_family
def test_no_two_splits_share_a_question_whatever_their_seeds(name: str) -> None:
    source = GymSource(name)
    asked = [
        {p.question for p in source.problems(split, FEW.get(name, 100), seed)}
        for split, seed in (("train", 0), ("train", 1), ("dev", 0), ("test", 1))
    ]
    train, dev, test = asked[0] | asked[1], asked[2], asked[3]
    assert not (train & dev or train & test or dev & test)
    assert all(len(part) == FEW.get(name, 100) for part in asked)


@every_family
def test_neither_the_order_of_calls_nor_the_count_changes_what_is_drawn(name: str) -> None:
    source = GymSource(name)
    first = source.problems("test", 5, seed=3)
    source.problems("train", 20, seed=4)
    assert GymSource(name).problems("test", 10, seed=3)[:5] == first


@every_family
def test_a_problem_survives_json(name: str) -> None:
    problem = drawn(name)[0]
    copied = replace(problem, meta=json.loads(json.dumps(dict(problem.meta))))
    assert given(copied, str(problem.answer)) == "correct"
    assert worked(copied) == worked(problem)


@every_family
def test_the_reference_is_a_number_or_its_digits(name: str) -> None:
    for problem in drawn(name):
        answer = str(problem.answer)
        assert exact(tidy(answer)) is not None or (name == "base_conversion" and answer.isalnum())


@pytest.mark.parametrize("name", WORKED)
def test_worked_solutions_are_true_line_by_line_and_reach_the_reference(name: str) -> None:
    templates = {t.name for t in Library.load(None).templates}
    problems = GymSource(name).problems("train", 150 if name == "coin_flip" else 300)
    done = 0
    for problem in problems:
        found = worked(problem)
        done += bool(found)
        unknowns = {"x": int(str(problem.answer))} if name == "simple_equations" else {}
        for template, said, value in found:
            assert template in templates
            assert given(problem, value) == "correct", (problem, template, value)
            for line in said:
                for chain in lines.equations(line):
                    assert lines.holds(chain, unknowns), (problem.question, line)
    assert done >= WORKED[name]


def test_only_the_families_named_here_are_worked() -> None:
    assert {name for name in TOPICS if any(worked(p) for p in drawn(name))} == set(WORKED)


def test_several_numbers_are_worked_two_by_two() -> None:
    (problem,) = GymSource("gcd", {"min_numbers": 3, "max_numbers": 3}).problems("dev", 1)
    methods = worked(problem)
    assert len(methods) == 2
    assert {m.value for m in methods} == {problem.answer}


@pytest.mark.parametrize(
    ("equation", "read"),
    [
        ("56 - 98*e = -1218", Linear(98, -56, 1218)),
        ("4465*b = 178600", Linear(4465, 0, 178600)),
        ("x - 7 = -3", Linear(1, -7, -3)),
        ("-3*y - 4 = -10", Linear(3, 4, 10)),
        ("9 - z = 2", Linear(1, -9, -2)),
    ],
)
def test_an_equation_is_read_with_a_positive_factor(equation: str, read: Linear) -> None:
    assert linear(equation) == read


def test_a_question_that_a_world_asks_too_belongs_where_the_world_has_it() -> None:
    for problem in GymSource("gcd", {"max_value": 60}).problems("test", 30):
        part = as_part("gcd", problem.meta["metadata"])
        assert part is not None
        assert part.canonical == f"gcd{tuple(problem.meta['metadata']['numbers'])}"
        assert split_of(part.canonical) == "test"


def test_neighbouring_seeds_do_not_give_the_same_problems() -> None:
    """As reasoning-gym's own do: its item 1 of seed s is item 0 of seed s + 1."""
    first, second = (GymSource("gcd").problems("train", 100, seed) for seed in (42, 43))
    assert len({p.question for p in first} & {p.question for p in second}) < 5


def test_no_problem_comes_twice_though_the_family_repeats_itself() -> None:
    problems = GymSource("chain_sum", {"max_digits": 1, "max_terms": 2}).problems("train", 120)
    assert len({p.question for p in problems}) == 120


def test_more_problems_than_there_are_is_said() -> None:
    with pytest.raises(InputError, match=r"coin_flip has only \d+ different problems in dev"):
        GymSource("coin_flip").problems("dev", 500)


def test_a_division_that_is_rounded_down_is_never_asked() -> None:
    for problem in GymSource("basic_arithmetic").problems("train", 400):
        expression = problem.meta["metadata"]["expression"]
        assert lines.value(expression, {}) == int(str(problem.answer))


def one(name: str, gold: str, **metadata: object) -> Problem:
    meta = {"family": name, "metadata": metadata}
    return Problem("?", gold, source=f"gym:{name}", meta=meta)


COIN = {"rational": {"numerator": 1, "denominator": 32768}}
TERMS = {"numerator": 4, "denominator": 6, "simplified_numerator": 2, "simplified_denominator": 3}


@pytest.mark.parametrize(
    ("problem", "answer", "outcome"),
    [
        (one("gcd", "1"), "11", "wrong"),
        (one("gcd", "4"), r"\boxed{-4}", "wrong"),
        (one("gcd", "1234"), "1,234", "correct"),
        (one("simple_equations", "13"), "x = 13", "correct"),
        (one("simple_geometry", "104"), r"104^\circ", "correct"),
        (one("simple_geometry", "104"), "104.0", "correct"),
        (one("leg_counting", "120"), "120 legs", "correct"),
        (one("gsm_symbolic", "30"), "30%", "correct"),
        (one("gsm_symbolic", "30"), "0.3%", "wrong"),
        (one("dice", "1/2"), r"\frac{1}{2}", "correct"),
        (one("dice", "1/2"), "2/4", "wrong"),
        (one("coin_flip", "3.0517578125e-05", **COIN), "0", "wrong"),
        (one("coin_flip", "3.0517578125e-05", **COIN), "1/32768", "correct"),
        (one("coin_flip", "3.0517578125e-05", **COIN), "0.0000305176", "correct"),
        (one("coin_flip", "3.0517578125e-05", **COIN), "1e999999999", "wrong"),
        (one("fraction_simplification", "2/3", **TERMS), r"$\dfrac{2}{3}$", "correct"),
        (one("fraction_simplification", "2/3", **TERMS), "4/6", "wrong"),
        (one("base_conversion", "1e3"), "1e3", "correct"),
        (one("base_conversion", "1000"), "1e3", "wrong"),
        (one("base_conversion", "1e3"), "1000", "wrong"),
        (one("number_format", "461460867.409", solution=461460867.409), "461460867.405", "wrong"),
        (one("products", "793546072"), "793,546,072", "correct"),
    ],
)
def test_an_answer_scores_for_its_exact_value_in_any_plain_spelling(
    problem: Problem, answer: str, outcome: str
) -> None:
    assert given(problem, answer) == outcome


def test_a_reply_without_an_answer_is_wrong() -> None:
    assert grade(one("gcd", "4"), None).outcome == "wrong"
    assert grade(one("gcd", "4"), "<think>so 4").outcome == "wrong"


def test_a_problem_from_elsewhere_is_refused() -> None:
    with pytest.raises(InputError, match="does not come from reasoning-gym"):
        grade(Problem("1 + 1?", "2"), "2")


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("gym:gdc", "did you mean 'gcd'"),
        ("gym:zebra_puzzles", "unknown family 'zebra_puzzles'"),
        ("gcd", "write gym:gcd"),
        *((f"gym:{name}", "is not taken, since") for name in REFUSED),
    ],
)
def test_a_family_that_is_not_taken_is_named_with_the_reason(spec: str, said: str) -> None:
    with pytest.raises(SpecError, match=said):
        GymSource.parse(spec)


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ("gym:gcd(max_valu=3)", "did you mean 'max_value'"),
        ("gym:gcd(max_value=0)", "max_value must be > min_value"),
        ("gym:gcd(max_value=half)", "max_value takes a whole number"),
        ("gym:gcd(seed=1)", "seed is set by the source"),
        ("gym:fraction_simplification(styles=[bold])", "Invalid style: bold"),
    ],
)
def test_an_option_that_does_not_fit_is_said(spec: str, said: str) -> None:
    with pytest.raises(SpecError, match=said):
        GymSource.parse(spec).problems("dev", 1)


def test_options_and_their_lists_reach_the_family() -> None:
    source = GymSource.parse("gym:fraction_simplification(styles=[plain], max_factor=3)")
    for problem in source.problems("dev", 20):
        assert "$" not in problem.question
        assert problem.meta["metadata"]["numerator"] <= 3000
        assert GymSource.parse(str(problem.source)) == source


def test_the_problems_do_not_depend_on_how_python_hashes_text() -> None:
    code = (
        "from reasonloom.worlds.gym import GymSource\n"
        "from reasonloom.worlds.gym.catalog import TOPICS\n"
        "print([p for n in TOPICS for p in GymSource(n).problems('dev', 5)])"
    )
    said = [
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            timeout=120,
            check=True,
        ).stdout
        for seed in ("0", "1")
    ]
    assert said[0] == said[1] != ""


def test_fractions_stay_apart_from_their_whole_part() -> None:
    (problem,) = GymSource("dice").problems("dev", 1)
    gold = Fraction(str(problem.answer))
    assert given(problem, str(gold + 1)) == "wrong"
