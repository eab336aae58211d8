from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from reasonloom.data import load
from reasonloom.data.catalog import BENCHMARKS
from reasonloom.data.hub import hub_rows
from reasonloom.errors import InputError
from reasonloom.problem import Problem

ROWS: dict[str, dict[str, Any]] = {
    "math_500": {
        "problem": "What is $1 + 1$?",
        "solution": r"It is $\boxed{2}$.",
        "answer": "2",
        "subject": "Prealgebra",
        "level": 3,
        "unique_id": "test/prealgebra/1.json",
    },
    "aime_2024": {
        "id": 60,
        "problem": "What is $1 + 1$?",
        "solution": "Two.",
        "answer": "002",
        "url": "",
        "year": "2024",
    },
    "aime_2025": {"problem": "What is $1 + 1$?", "answer": "2", "id": "0"},
    "amc_2023": {"id": 0, "question": "What is $1 + 1$?", "answer": 2.0, "url": ""},
    "gsm8k": {"question": "What is 1 + 1?", "answer": "1 + 1 = <<1+1=2>>2\n#### 2,000"},
    "olympiadbench": {
        "id": 1606,
        "question": "What are the roots?",
        "solution": ["..."],
        "final_answer": ["$1$", "$2$"],
        "context": "Let $f$ be given.",
        "unit": None,
        "is_multiple_answer": True,
        "subfield": "Algebra",
    },
    "gaokao_2023_en": {"question": "What is $1 + 1$?", "answer": "$2$", "id": 3},
    "gpqa_diamond": {
        "Question": "Which is even?",
        "Correct Answer": "2\n",
        "Incorrect Answer 1": "1",
        "Incorrect Answer 2": "3",
        "Incorrect Answer 3": "5",
        "High-level domain": "Mathematics",
        "Subdomain": "Numbers",
        "Record ID": "rec1",
    },
    "mmlu_pro": {
        "question_id": 70,
        "question": "Which is even?",
        "options": [str(n) for n in (1, 3, 5, 7, 9, 11, 13, 15, 17, 2)],
        "answer": "J",
        "answer_index": 9,
        "category": "math",
        "src": "x",
    },
    "minerva_math": {"question": "What is $1 + 1$?", "answer": "2"},
    "hotpotqa": {
        "id": "5a",
        "question": "Who?",
        "answer": "Ada",
        "type": "bridge",
        "level": "hard",
        "supporting_facts": {"title": ["B", "B"], "sent_id": [0, 1]},
        "context": {"title": ["A", "B"], "sentences": [["a.", " b."], ["Ada", " did."]]},
    },
}
"""One row of each set in the form in which the hub gives it."""

ANSWERS = {
    "math_500": "2",
    "aime_2024": "002",
    "aime_2025": "2",
    "amc_2023": "2",
    "gsm8k": "2000",
    "olympiadbench": "$1$, $2$",
    "gaokao_2023_en": "$2$",
    "mmlu_pro": "J",
    "minerva_math": "2",
    "hotpotqa": "Ada",
}


def loaded(name: str, folder: Path, seed: int = 0) -> Problem:
    path = folder / f"{name}.jsonl"
    path.write_text(json.dumps(ROWS[name]) + "\n")
    (found,) = load(f'{name}(path="{path}")', seed=seed)
    return found


def test_every_benchmark_has_a_row_here() -> None:
    assert set(ROWS) == set(BENCHMARKS)


@pytest.mark.parametrize("name", ANSWERS)
def test_the_answer_is_read_from_a_row(name: str, tmp_path: Path) -> None:
    found = loaded(name, tmp_path)
    assert (found.answer, found.source) == (ANSWERS[name], name)


def test_topic_level_and_the_published_id_are_kept(tmp_path: Path) -> None:
    found = loaded("math_500", tmp_path)
    assert (found.topic, found.level) == ("Prealgebra", 3)
    assert found.meta["unique_id"] == "test/prealgebra/1.json"


def test_the_context_of_an_olympiad_problem_stands_before_it(tmp_path: Path) -> None:
    assert loaded("olympiadbench", tmp_path).question == "Let $f$ be given.\n\nWhat are the roots?"


def test_gpqa_options_are_drawn_by_the_seed_and_mmlu_pro_options_stand(tmp_path: Path) -> None:
    drawn = [loaded("gpqa_diamond", tmp_path, seed) for seed in range(30)]
    assert {p.answer for p in drawn} == set("ABCD") and len({p.id for p in drawn}) == 1
    assert all(f"\n{p.answer}) 2\n" in p.question for p in drawn)
    fixed = [loaded("mmlu_pro", tmp_path, seed) for seed in range(5)]
    assert len({p.question for p in fixed}) == 1
    assert "\nI) 17\nJ) 2\n" in fixed[0].question


def test_hotpot_has_its_paragraphs_in_the_question_and_apart(tmp_path: Path) -> None:
    found = loaded("hotpotqa", tmp_path)
    assert found.question == "A: a. b.\n\nB: Ada did.\n\nQuestion: Who?"
    assert found.meta["documents"] == [("A", "a. b."), ("B", "Ada did.")]
    assert (found.meta["supporting"], found.level) == (["B"], 3)


def test_a_row_without_the_columns_of_its_set_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text('{"question": "?"}\n')
    with pytest.raises(InputError, match=r"gpqa_diamond, row 1: there is no column 'Question'"):
        list(load(f'gpqa_diamond(path="{path}")'))


@pytest.mark.parametrize(
    ("name", "cell", "wrong"),
    [
        ("hotpotqa", {"context": [["A", ["a."]]]}, "holds no titles and sentences"),
        ("mmlu_pro", {"options": None}, "a list of 2 to 26 texts, not None"),
    ],
)
def test_a_cell_of_another_form_is_named(
    name: str, cell: dict[str, Any], wrong: str, tmp_path: Path
) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(json.dumps(ROWS[name] | cell) + "\n")
    with pytest.raises(InputError, match=rf"{name}, row 1: .*{wrong}"):
        list(load(f'{name}(path="{path}")'))


@pytest.fixture
def offline(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The real package, told before its import that there is no network."""
    if "datasets" in sys.modules or "huggingface_hub" in sys.modules:
        constants = pytest.importorskip("huggingface_hub").constants
        monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    config = pytest.importorskip("datasets").config
    monkeypatch.setattr(config, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(config, "HF_DATASETS_CACHE", tmp_path / "cache")


def test_a_folder_of_the_form_of_the_hub_is_streamed(offline: None, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "test.jsonl").write_text("".join(f'{{"problem": "{i}?"}}\n' for i in range(3)))
    found = load(f'hf(path="{folder}", question=problem)', limit=2)
    assert [p.question for p in found] == ["0?", "1?"]
    with pytest.raises(InputError, match=r"could not be read .*(?s:split)"):
        list(load(f'hf(path="{folder}")', split="nothing"))


def test_a_hub_that_cannot_be_reached_is_one_clear_sentence(offline: None) -> None:
    with pytest.raises(InputError) as failed:
        list(load("gsm8k"))
    said = str(failed.value)
    assert said.startswith("openai/gsm8k could not be read from the Hugging Face hub (")
    assert said.endswith("or give a copy on disk by path=FILE") and "\n" not in said


def test_a_missing_package_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "datasets", None)
    with pytest.raises(InputError, match=r"pip install 'reasonloom\[data\]'"):
        next(hub_rows("a/b", None, "test"))
