from __future__ import annotations

import json
import random
from collections.abc import Callable

import pytest
from typer.testing import CliRunner, Result

from reasonloom.cli.worlds import app
from reasonloom.errors import InputError
from reasonloom.worlds.draw import draw
from reasonloom.worlds.families import FAMILIES

Loom = Callable[..., Result]


@pytest.fixture
def loom() -> Loom:
    def _loom(*words: str) -> Result:
        return CliRunner().invoke(app, list(words))

    return _loom


def rows(result: Result) -> list[dict[str, object]]:
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.output.splitlines()]


def test_list_names_every_family_with_its_templates(loom: Loom) -> None:
    lines = loom("list").output.splitlines()
    assert [line.split()[0] for line in lines] == list(FAMILIES)
    assert "Euclidean algorithm" in lines[0]


def test_sample_prints_question_and_answer_of_the_dev_split(loom: Loom) -> None:
    drawn = draw(random.Random(4), depth=3, split="dev").problem
    result = loom("sample", "--depth", "3", "-n", "1", "--seed", "4")
    assert result.output == f"{drawn.question}\n  = {drawn.answer}\n"


@pytest.mark.parametrize("shape", ["chain", "branch"])
def test_sample_takes_a_shape(loom: Loom, shape: str) -> None:
    found = rows(loom("sample", "--depth", "4", "--shape", shape, "--json"))
    assert [row["shape"] for row in found] == [shape] * 3
    assert all(row["depth"] == 4 for row in found)


def test_sample_draws_from_the_families_given(loom: Loom) -> None:
    found = rows(loom("sample", "gcd", "lcm", "--depth", "2", "--json", "-n", "5"))
    assert all(set(row["families"]) <= {"gcd", "lcm"} for row in found)  # type: ignore[call-overload]


@pytest.mark.parametrize("change", ["rephrase", "reorder", "distract"])
def test_a_perturbed_problem_reads_otherwise_and_keeps_its_answer(loom: Loom, change: str) -> None:
    words = ("sample", "--depth", "4", "--shape", "branch", "--json", "-n", "1")
    (plain,), (other,) = rows(loom(*words)), rows(loom(*words, "--perturb", change))
    assert plain["question"] != other["question"]
    assert plain["answer"] == other["answer"] and plain["families"] == other["families"]


def test_perturbations_add_up(loom: Loom) -> None:
    words = ("sample", "gcd", "--json", "-n", "1", "--perturb", "renumber")
    (once,) = rows(loom(*words))
    (twice,) = rows(loom(*words, "--perturb", "distract"))
    assert str(twice["question"]).endswith(str(once["question"]))
    assert len(str(twice["question"])) > len(str(once["question"]))


@pytest.mark.parametrize("option", ["--shape", "--perturb"])
def test_a_word_that_an_option_does_not_know_is_refused(loom: Loom, option: str) -> None:
    result = loom("sample", option, "sideways")
    assert result.exit_code == 2
    assert "sideways" in result.output and "is not one of" in result.output


def test_a_branch_of_two_parts_is_refused(loom: Loom) -> None:
    result = loom("sample", "--depth", "2", "--shape", "branch")
    assert isinstance(result.exception, InputError)
    assert "take 3 parts or more" in str(result.exception)


def test_an_unknown_language_is_refused(loom: Loom) -> None:
    result = loom("sample", "--language", "de")
    assert isinstance(result.exception, InputError)
    assert "take en or ko" in str(result.exception)
