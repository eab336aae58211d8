"""Similar problems: drawn by a world, or written by a model and checked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sums import LIBRARY, WRITTEN, model, source

from reasonloom.errors import InputError
from reasonloom.strategies.dialects.base import Unreadable
from reasonloom.strategies.dialects.chat import ChatSkills
from reasonloom.train.trajectories import Settings, sources
from reasonloom.train.trajectories.bench import open_bench
from reasonloom.train.trajectories.similar import drawn, written


async def test_written_problems_are_kept_where_solutions_agree(tmp_path: Path) -> None:
    settings = Settings(m=3)
    async with open_bench(tmp_path, model=model(), library=LIBRARY) as bench:
        found = await written(source(3).problem, settings, bench)
    assert [(p.question, p.answer) for p in found] == [(WRITTEN[0], "17"), (WRITTEN[1], "27")]
    assert {p.meta["like"] for p in found} == {source(3).problem.id}


@pytest.mark.parametrize(
    ("problems", "read"),
    [
        (["2+3?", "4+5?", "6+7?"], ("2+3?", "4+5?")),
        ([{"problem": "2+3?"}, {"question": "4+5?", "answer": "9"}], ("2+3?", "4+5?")),
        ([], None),
        ([{"sum": "2+3?"}], None),
        ("2+3?", None),
    ],
)
def test_written_problems_are_read_as_texts_or_objects(
    problems: object, read: tuple[str, ...] | None
) -> None:
    found = ChatSkills().vary("1+1?", 2).parse(json.dumps({"problems": problems}))
    assert isinstance(found, Unreadable) if read is None else found == read


async def test_with_m_0_nothing_is_written(tmp_path: Path) -> None:
    sums = model()
    async with open_bench(tmp_path, model=sums, library=LIBRARY) as bench:
        assert await written(source(3).problem, Settings(m=0), bench) == ()
    assert sums.calls == 0


def test_drawn_problems_have_the_shape_and_the_split_of_the_first() -> None:
    (first,) = sources(["world:composite(depth=3)"], limit=1)
    assert first.world is not None
    found = drawn(first, 4, seed=0)
    assert first.split == first.world.split == "train"
    assert {str(p.meta["families"]) for p in found} == {str(first.problem.meta["families"])}
    assert len({p.id for p in (*found, first.problem)}) == 5
    assert drawn(first, 2, seed=0) == found[:2]


def test_problems_of_composites_for_training_hold_no_withheld_link() -> None:
    found = sources(["world:composite(depth=4)"], limit=30)
    assert not any(s.world and s.world.withheld for s in found)
    assert {s.world.split for s in found if s.world} == {"train"}


def test_depths_that_are_withheld_are_refused_for_training_alone() -> None:
    with pytest.raises(InputError, match="withheld from training"):
        sources(["world:composite(depth=7)"], limit=1)
    (held,) = sources(["world:composite(depth=7)"], limit=1, split="dev")
    assert held.split == "dev"


def test_several_specs_give_each_problem_once(tmp_path: Path) -> None:
    file = tmp_path / "own.jsonl"
    file.write_text('{"question": "1+1?", "answer": "2"}\n')
    found = sources([str(file), "world:gcd"], limit=2)
    assert [s.problem.question for s in found][:1] == ["1+1?"]
    assert len(found) == 3
    with pytest.raises(InputError, match="not there already"):
        sources([str(file), str(file)])


def test_a_problem_without_an_answer_is_named(tmp_path: Path) -> None:
    file = tmp_path / "own.jsonl"
    file.write_text('{"question": "Why?", "answer": null}\n')
    with pytest.raises(InputError, match=r"'Why\?' has no reference answer"):
        sources([str(file)])
