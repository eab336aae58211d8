from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pytest
from made_runs import problem, write

from reasonloom.cli.compare_view import as_object, show
from reasonloom.evaluate.comparison import Comparison, compare
from reasonloom.evaluate.entries import read
from reasonloom.evaluate.plan import Wish
from reasonloom.evaluate.runner import evaluate
from reasonloom.models.protocol import Request
from reasonloom.models.scripted import Scripted
from reasonloom.problem import Problem


def perturbed(original: Problem, question: str) -> Problem:
    meta = {"perturbed": "distract", "original": original.id}
    return Problem(question, original.answer, meta=meta)


def compared(*paths: Path) -> Comparison:
    return compare(read(paths))


def copies(count: int) -> list[Problem]:
    return [perturbed(problem(i), f"It rains. What is {i}?") for i in range(count)]


async def test_a_world_and_its_perturbed_copy_pair_up(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    drawn: dict[str, Path] = {}
    asked: list[str] = []

    def script(request: Request) -> str:
        assert request.messages
        asked.append(request.messages[-1].content)
        return f"It is \\boxed{{{random.Random(request.seeds[0]).randint(1, 9)}}}"

    for name, spec in (("plain", "world:gcd"), ("changed", "world:gcd(perturb=distract)")):
        wish = Wish(spec, ["cot(temperature=0.7)"], limit=5, samples=2)
        drawn[name] = await evaluate(wish, model=Scripted(script), path=tmp_path / f"{name}.db")
    found = compared(drawn["plain"], drawn["changed"])
    assert len(set(asked)) == 10
    assert [line.label for line in found.lines] == ["cot(temperature=0.7)"]
    (twin,) = found.twins
    assert (twin.label, twin.other) == ("cot(temperature=0.7)", "cot(temperature=0.7), distract")
    assert (twin.change, twin.problems, twin.p) == ("distract", 5, None)
    show(found)
    assert "perturbed problems" in capsys.readouterr().out


def test_accuracy_falls_by_what_the_change_breaks(tmp_path: Path) -> None:
    plain = write(tmp_path / "a.db", {"cot": "1" * 12 + "0"})
    changed = write(tmp_path / "b.db", {"cot": "11" + "0" * 10 + "1"}, problems=copies(13))
    (twin,) = compared(plain, changed).twins
    r = twin.found
    assert (r.before.mean, r.after.mean) == (12 / 13, 3 / 13)
    assert (r.lost, r.gained) == (10, 1)
    assert r.kept and r.kept.mean == pytest.approx(2 / 12)
    assert twin.clear and twin.verdict == "less accurate"
    (told,) = as_object(compared(plain, changed))["perturbed"]
    assert told["points"] == pytest.approx(-900 / 13)


def test_a_few_problems_are_not_enough_for_a_verdict(tmp_path: Path) -> None:
    plain = write(tmp_path / "a.db", {"cot": "111"})
    changed = write(tmp_path / "b.db", {"cot": "000"}, problems=copies(3))
    assert compared(plain, changed).twins[0].verdict == "not distinguishable"


def test_a_copy_that_came_back_as_it_was_is_not_counted(tmp_path: Path) -> None:
    same = problem(0)
    meta = {"perturbed": "distract", "original": same.id}
    asked = [replace(same, meta=meta), *copies(3)[1:]]
    plain = write(tmp_path / "a.db", {"cot": "111"})
    changed = write(tmp_path / "b.db", {"cot": "011"}, problems=asked)
    (twin,) = compared(plain, changed).twins
    assert (twin.problems, twin.found.lost) == (2, 0)


def test_another_model_is_no_twin_and_said_to_be_left_out(tmp_path: Path) -> None:
    plain = write(tmp_path / "a.db", {"cot": "11"})
    changed = write(tmp_path / "b.db", {"cot": "10"}, model="openai:big", problems=copies(2))
    found = compared(plain, changed)
    assert found.twins == []
    assert any("cot, distract" in remark and "left out" in remark for remark in found.remarks)


def test_perturbed_runs_alone_are_compared_with_each_other(tmp_path: Path) -> None:
    found = compared(write(tmp_path / "b.db", {"cot": "10", "direct": "11"}, problems=copies(2)))
    assert [line.label for line in found.lines] == ["cot", "direct"]
    assert (found.twins, len(found.pairs)) == ([], 1)
