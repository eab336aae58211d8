from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from reasonloom.data import load
from reasonloom.errors import InputError, SpecError
from reasonloom.spec import parse


def file_of(folder: Path, rows: Sequence[Mapping[str, Any]], name: str = "a.jsonl") -> Path:
    path = folder / name
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_columns_are_mapped_by_the_spec(tmp_path: Path) -> None:
    rows = [{"text": "1 + 1?", "worked out": r"It is \boxed{2}.", "area": "sums", "hard": "Lv 3"}]
    path = file_of(tmp_path, rows)
    (found,) = load(f'{path}(question=text, answer="worked out", topic=area, level=hard)')
    assert (found.question, found.answer, found.topic, found.level) == ("1 + 1?", "2", "sums", 3)
    assert (found.source, found.meta["row"]) == ("a.jsonl", 1)


def test_the_usual_columns_need_no_mapping(tmp_path: Path) -> None:
    rows = [{"problem": "1 + 1?", "answer": 2.0, "subject": "sums", "level": 1}]
    (found,) = load(str(file_of(tmp_path, rows)))
    assert (found.question, found.answer, found.topic, found.level) == ("1 + 1?", "2", "sums", 1)


def test_a_parsed_spec_and_the_long_form_name_the_same_file(tmp_path: Path) -> None:
    path = file_of(tmp_path, [{"text": "1?"}])
    short, long = load(f"{path}(question=text)"), load(f'file(path="{path}", question=text)')
    again = load(parse(f'file(path="{path}", question=text)'))
    assert list(short) == list(long) == list(again)


def test_problems_without_answers_are_taken(tmp_path: Path) -> None:
    path = file_of(tmp_path, [{"question": "1?"}, {"question": "2?", "answer": ""}])
    assert [p.answer for p in load(str(path))] == [None, None]


def test_a_missing_column_is_answered_by_those_there_are(tmp_path: Path) -> None:
    path = file_of(tmp_path, [{"question": "1?", "answer": "1"}, {"question": "2?"}])
    with pytest.raises(
        InputError, match=r"row 1: there is no column 'text': there are 'question', 'answer'"
    ):
        list(load(f"{path}(question=text)"))
    with pytest.raises(InputError, match=r"row 2: there is no column 'answer'"):
        list(load(f"{path}(answer=answer)"))


def test_repeated_problems_are_left_out_and_reported(tmp_path: Path) -> None:
    rows = [("1?", 1), ("2?", 2), ("1?", 1), (" 2? ", 5)]
    data = load(str(file_of(tmp_path, [{"question": q, "answer": a} for q, a in rows])))
    for _ in range(2):
        assert [p.question for p in data] == ["1?", "2?"]
        assert [(d.row, d.same_answer) for d in data.duplicates] == [(3, True), (4, False)]
    assert data.report == "2 repeated problems left out (rows 3, 4; 1 with another answer)"


def test_a_limit_counts_different_problems_and_reads_no_further(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [{"question": q} for q in ("1?", "1?", "2?")]
    path = file_of(tmp_path, [*rows, {"no": "question"}])
    assert [p.question for p in load(str(path), limit=2)] == ["1?", "2?"]


def test_an_id_depends_on_the_question_alone(tmp_path: Path) -> None:
    here = file_of(tmp_path, [{"question": "1?", "answer": "1"}])
    there = file_of(tmp_path, [{"x": 0}, {"text": "1?"}][1:], "b.jsonl")
    (one,), (two,) = load(str(here)), load(f"{there}(question=text)", seed=4)
    assert one.id == two.id


def test_options_are_shown_with_letters_and_shuffled_by_the_seed(tmp_path: Path) -> None:
    rows = [{"question": "Prime?", "answer": "7", "options": ["4", "6", "7", "9", "10"]}]
    path = file_of(tmp_path, rows)
    (plain,) = load(f"{path}(choices=options)")
    assert plain.question.startswith("Prime?\n\nA) 4\nB) 6\nC) 7\nD) 9\nE) 10\n\nAnswer with")
    assert plain.answer == "C"
    drawn = [next(iter(load(f"{path}(choices=options, shuffle=true)", seed=s))) for s in range(20)]
    assert {p.id for p in drawn} == {plain.id}
    assert len({p.answer for p in drawn}) == 5
    for p in drawn:
        assert f"{p.answer}) 7\n" in p.question
    assert drawn[3] == next(iter(load(f"{path}(choices=options, shuffle=true)", seed=3)))


@pytest.mark.parametrize(
    ("answer", "right"), [("B", "B"), ("(b)", "B"), (1, "B"), ("six", "B"), (None, None)]
)
def test_an_option_is_named_by_place_letter_or_text(
    tmp_path: Path, answer: object, right: str | None
) -> None:
    rows = [{"question": "?", "answer": answer, "options": ["four", "six"]}]
    (found,) = load(f"{file_of(tmp_path, rows)}(choices=options)")
    assert found.answer == right


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        ({"question": "?", "answer": "Z", "options": ["a", "b"]}, "'Z' is none of the 2 options"),
        ({"question": "?", "answer": "A", "options": ["a"]}, "a list of 2 to 26 texts"),
        ({"question": " ", "answer": "A", "options": ["a", "b"]}, "the question is empty"),
        ({"question": {"a": 1}, "answer": "A", "options": ["a", "b"]}, "a cell holds a dict"),
        ({"question": "\x00", "answer": "A", "options": ["a", "b"]}, "control characters"),
    ],
)
def test_a_row_that_cannot_be_used_is_named(
    tmp_path: Path, row: dict[str, Any], wrong: str
) -> None:
    with pytest.raises(InputError, match=rf"a\.jsonl, row 1: .*{wrong}"):
        list(load(f"{file_of(tmp_path, [row])}(choices=options)"))


@pytest.mark.parametrize(
    ("spec", "wrong"),
    [
        ("math_50", "did you mean 'math_500'"),
        ("world:gdc", "did you mean 'gcd'"),
        ("world:gcd(level=4)", "level is 1, 2 or 3"),
        ("world:gcd(depth=2)", "unknown option 'depth'"),
        ("gym:gdc", "did you mean 'gcd'"),
        ("a.jsonl(queston=x)", "did you mean 'question'"),
        ("a.jsonl(path=x)", "names a path twice"),
        ("file", "path is missing"),
        ("hf", "path is missing"),
        ("gsm8k(answer=x)", "unknown option 'answer'"),
    ],
)
def test_what_is_unknown_is_refused_before_anything_is_read(spec: str, wrong: str) -> None:
    with pytest.raises(SpecError, match=wrong):
        load(spec)


def test_splits_and_limits_that_mean_nothing_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="limit=0"):
        load("world:gcd", limit=0)
    with pytest.raises(InputError, match="there is no split 'validation'"):
        list(load("world:gcd", split="validation"))
    with pytest.raises(InputError, match="has no split 'test'"):
        list(load(str(file_of(tmp_path, [{"question": "1?"}])), split="test"))


def test_worlds_are_drawn_from_dev_and_begin_the_same_whatever_the_limit() -> None:
    short, long = (list(load("world:gcd(level=2)", limit=n)) for n in (3, 10))
    assert short == long[:3]
    assert {p.level for p in long} == {2} and len({p.id for p in long}) == 10
    other = list(load("world:gcd(level=2)", limit=10, seed=1))
    assert other != long
    test = list(load("world:gcd(level=2)", limit=10, split="test"))
    assert {p.id for p in test}.isdisjoint(p.id for p in long)


def test_worlds_are_drawn_one_at_a_time() -> None:
    found = list(islice(load("world:composite(depth=3, families=[gcd, remainder])"), 2))
    assert all(p.meta["depth"] == 3 for p in found)
    assert {f for p in found for f in p.meta["families"]} <= {"gcd", "remainder"}


def test_perturbed_problems_name_the_original() -> None:
    plain = list(load("world:gcd", limit=4))
    changed = list(load("world:gcd(perturb=distract)", limit=4))
    assert [p.meta["original"] for p in changed] == [p.id for p in plain]
    assert [p.answer for p in changed] == [p.answer for p in plain]
    assert all(c.id != p.id for c, p in zip(changed, plain, strict=True))


def test_problems_of_reasoning_gym_are_loaded_with_their_options() -> None:
    pytest.importorskip("reasoning_gym")
    found = list(load("gym:gcd(max_value=50)", limit=3))
    assert [p.source for p in found] == ["gym:gcd(max_value=50)"] * 3
