from __future__ import annotations

import json
import random
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from made_runs import write

from reasonloom.cli.compare_view import as_object, show
from reasonloom.cli.eval_view import as_objects, show_table
from reasonloom.evaluate import store
from reasonloom.evaluate.at_k import at_k, common_k
from reasonloom.evaluate.comparison import compare
from reasonloom.evaluate.entries import read
from reasonloom.evaluate.plan import Wish
from reasonloom.evaluate.runner import evaluate
from reasonloom.evaluate.sampling import maj_at_k, pass_at_k
from reasonloom.evaluate.summary import Summary, summarise
from reasonloom.models.protocol import Request
from reasonloom.models.scripted import Scripted

Sample = Callable[[int], Awaitable[Path]]
WARM = "cot(temperature=0.7)"
SC3 = "self_consistency(n=3)"


def guess(request: Request) -> str:
    return f"It is \\boxed{{{random.Random(request.seeds[0]).randint(1, 3)}}}"


@pytest.fixture
def data(tmp_path: Path) -> str:
    rows = [{"question": f"What is {i} mod 3, plus 1?", "answer": str(i % 3 + 1)} for i in range(6)]
    path = tmp_path / "six.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return str(path)


@pytest.fixture
def sample(data: str, tmp_path: Path) -> Sample:
    async def run(samples: int) -> Path:
        wish = Wish(data, [WARM, SC3], samples=samples)
        return await evaluate(wish, model=Scripted(guess), path=tmp_path / f"{samples}.db")

    return run


def summaries(path: Path) -> list[Summary]:
    with store.open_run(path) as run:
        return summarise(run)


async def test_several_samples_show_any_of_k_and_the_vote_of_k(
    sample: Sample, capsys: pytest.CaptureFixture[str]
) -> None:
    path = await sample(4)
    first = summaries(path)[0]
    with store.open_run(path) as run:
        made = store.attempts(run, WARM)
    by_problem = [
        [a for a in made if a.problem == p] for p in dict.fromkeys(a.problem for a in made)
    ]
    assert first.at_k and first.at_k.k == 4
    any_of = [pass_at_k(4, sum(a.correct for a in mine), 4) for mine in by_problem]
    vote = [maj_at_k([(a.answer, a.correct) for a in mine], 4) for mine in by_problem]
    assert first.at_k.any.mean == pytest.approx(sum(any_of) / 6)
    assert first.at_k.vote.mean == pytest.approx(sum(vote) / 6)
    show_table(summaries(path))
    show(compare(read([path])))
    eval_table, compare_table = capsys.readouterr().out.split("6 problems", 1)
    for table in (eval_table, compare_table):
        assert "pass@4" in table and "maj@4" in table
        assert f"{100 * first.at_k.vote.mean:.1f} % [" in table


async def test_one_sample_shows_neither(sample: Sample, capsys: pytest.CaptureFixture[str]) -> None:
    path = await sample(1)
    show_table(summaries(path))
    show(compare(read([path])))
    assert "@" not in capsys.readouterr().out
    assert as_objects(summaries(path))[0]["at_k"] is None


def test_k_is_what_all_with_several_samples_allow(tmp_path: Path) -> None:
    outcomes = {"cot": ["110", "000"], SC3: ["10101", "11111"], "direct": ["1", "0"]}
    path = write(tmp_path / "a.db", outcomes)
    ks = {line.arm.spec: line.at_k and line.at_k.k for line in summaries(path)}
    assert ks == {"cot": 3, SC3: 3, "direct": None}
    lines = {line["label"]: line["at_k"] for line in as_object(compare(read([path])))["strategies"]}
    assert lines["cot"]["any"]["mean"] == 0.5
    assert lines["direct"] is None


def test_a_vote_that_is_always_right_keeps_an_honest_interval(tmp_path: Path) -> None:
    (line,) = summaries(write(tmp_path / "a.db", {"cot": ["110", "101"]}))
    assert line.at_k and line.at_k.vote.mean == 1
    assert line.at_k.vote.low == pytest.approx(0.025**0.5)


def test_nothing_made_has_no_k() -> None:
    assert common_k([[]]) == 1
    assert at_k([], 2) is None
