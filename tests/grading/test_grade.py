import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from reasonloom.grading import Grader, WorkerPool

CASES = [
    pytest.param(*case, id=f"{topic}: {case[0]} / {case[1]}")
    for topic, cases in yaml.safe_load(Path(__file__).with_name("cases.yaml").read_text()).items()
    for case in cases
]


PATIENT = 30.0
"""Seconds for algebra that comes to an end, which a busy machine may take long for."""


@pytest.fixture(scope="module")
def pool() -> Iterator[WorkerPool]:
    """One pool for all tests, although each test has an event loop of its own."""
    pool = WorkerPool()
    yield pool
    pool.close()


@pytest.fixture(scope="module")
def grader(pool: WorkerPool) -> Grader:
    return Grader(pool, seconds=PATIENT)


@pytest.mark.parametrize(("gold", "reply", "outcome"), CASES)
async def test_verdicts_on_our_own_cases(grader, gold, reply, outcome):
    assert (await grader.grade(reply, gold)).outcome == outcome


@pytest.mark.parametrize(("gold", "reply", "outcome"), CASES)
async def test_a_reference_grades_itself_as_correct(grader, gold, reply, outcome):
    if gold:
        assert (await grader.grade(gold, gold, is_text=False)).correct


def test_there_are_at_least_a_hundred_cases():
    assert len(CASES) >= 100


async def test_an_answer_need_not_be_text(grader):
    assert (await grader.grade("3.5", "7/2", is_text=False)).correct
    assert (await grader.grade(r"\boxed{3.5}", "7/2", is_text=False)).correct
    assert not (await grader.grade("about 3.5 or so", "7/2", is_text=False)).correct


async def test_no_answer_is_wrong_and_no_reference_is_ungradable(grader):
    assert (await grader.grade(None, "5")).outcome == "wrong"
    assert (await grader.grade("5", None)).outcome == "ungradable"
    assert (await grader.grade("5", " ")).outcome == "ungradable"


async def test_equality_does_not_depend_on_the_order(grader):
    pairs = [("x > 3", r"(3, \infty)"), ("2 < x < 5", "(2,5)"), ("x=5", "5"), ("xy", "yx")]
    for one, other in pairs:
        assert await grader.equal(one, other) and await grader.equal(other, one)
    assert not await grader.equal("x > 3", "x < 3")


async def test_plain_numbers_never_start_a_worker():
    async with Grader() as grader:
        for i in range(50):
            await grader.grade(f"The answer is {i}/7.", f"{2 * i}/14")
            await grader.grade(f"The answer is {i}.5", f"{i}")
        assert not grader.pool._workers


async def test_a_remembered_verdict_needs_no_worker():
    async with Grader(seconds=PATIENT) as grader:
        first = await grader.grade(r"\boxed{(a+b)^2 - a^2}", "2ab + b^2")
        grader.close()
        assert await grader.grade(r"\boxed{(a+b)^2 - a^2}", "2ab + b^2") == first
        assert first.correct and not grader.pool._workers


async def test_a_worker_ended_from_outside_costs_no_verdict():
    async with WorkerPool(1) as pool, Grader(pool, PATIENT) as grader:
        assert await grader.equal("xy", "yx")
        (worker,) = pool._workers
        os.kill(worker.process.pid, signal.SIGKILL)
        assert await grader.equal("xyz", "zyx")


async def test_a_shared_pool_is_left_open():
    async with WorkerPool(1) as pool:
        async with Grader(pool, PATIENT) as grader:
            assert await grader.equal("xy", "yx")
        assert pool._workers


HOSTILE = {
    "a tower of powers": r"\boxed{10^{10^{10}}}",
    "an unbraced tower": r"\boxed{10^10^10}",
    "a huge power": r"\boxed{9^{9^{9}} + 1}",
    "a huge factorial": r"\boxed{99999999999!}",
    "a huge binomial": r"\boxed{\binom{10^9}{5 \cdot 10^8}}",
    "a huge exponent": r"\boxed{1e999999999}",
    "a long number": r"\boxed{" + "9" * 3_900 + "}",
    "a long product": r"\boxed{\prod_{k=1}^{10^9} k}",
    "a hard integral": r"\boxed{\int_0^\infty \frac{\sin(x^7) e^x}{x^5+x+1} dx}",
    "a wide power": r"\boxed{(" + "+".join(f"x_{{{i}}}" for i in range(99)) + ")^{50}}",
    "deep parentheses": r"\boxed{" + "(" * 1_500 + "1" + ")" * 1_500 + "}",
    "deep fractions": r"\boxed{" + r"\frac{1}{" * 300 + "1" + "}" * 300 + "}",
    "fractions at the depth that is read": r"\boxed{" + r"\frac{1}{" * 59 + "2" + "}" * 59 + "}",
    "deep boxes": r"\boxed{" * 100_000 + "1" + "}" * 100_000,
    "a huge matrix": r"\boxed{\begin{pmatrix}" + r"1 & 2 \\ " * 400 + r"\end{pmatrix}}",
    "a megabyte in a box": r"\boxed{" + "x" * 1_000_000 + "}",
    "a megabyte of digits": "1" * 1_000_000,
    "a megabyte of words": "wait " * 200_000,
    "code": r"\boxed{__import__('os').system('touch loom_was_here')}",
    "a file to include": r"\boxed{\input{/etc/passwd}}",
    "null bytes": "\\boxed{\x00\x00}",
    "a lone surrogate": "\\boxed{\ud800 x}",
    "direction marks": "\\boxed{\u202e21\u202c}",
    "a format string": r"\boxed{%s%n{0.__class__}}",
}
OWN_SECONDS = 10.0
"""CPU time of the grading process alone: a slow machine needs a tenth, quadratic search hours."""
SLOW = {
    "a huge power",
    "a huge factorial",
    "a long product",
    "a hard integral",
    "a wide power",
    "a huge binomial",
}


@pytest.mark.parametrize(
    "name",
    [pytest.param(n, marks=pytest.mark.slow) if n in SLOW else n for n in HOSTILE],
)
async def test_hostile_text_gets_a_verdict_in_time_and_grading_goes_on(pool, grader, name):
    started = time.process_time()
    verdict = await Grader(pool).grade(HOSTILE[name], "x^2 + 7")
    assert verdict.outcome in ("wrong", "ungradable")
    assert time.process_time() - started < OWN_SECONDS
    assert await grader.equal(f"{len(name)}pq", f"q{len(name)}p")


def test_code_in_an_answer_does_not_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    async def grade_code() -> None:
        async with Grader() as grader:
            for gold in ("x^2 + 7", "7"):
                await grader.grade(HOSTILE["code"], gold)

    asyncio.run(grade_code())
    assert not list(tmp_path.iterdir())


def test_importing_grading_loads_neither_algebra_nor_asyncio():
    program = "import sys, reasonloom.grading; print({'sympy', 'asyncio'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.strip() == "set()"


def test_two_programs_one_after_another_share_a_grader(grader):
    async def once() -> bool:
        return await grader.equal("2(a+b)", "2a+2b")

    assert asyncio.run(once()) and asyncio.run(once())
