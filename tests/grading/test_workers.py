import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from reasonloom.errors import LoomError, UsageError
from reasonloom.grading.child import allowed
from reasonloom.grading.workers import WorkerPool

CANONICAL = "reasonloom.grading.canonical:canonical"
EXTRACT = "reasonloom.grading.extract:answer_text"
SYMBOLIC = "reasonloom.grading.symbolic:judge"
BOMB = "10^{10^{10}}"


@pytest.fixture
def pool() -> Iterator[WorkerPool]:
    """Light workers: they import no algebra, so they start in a few hundredths of a second."""
    pool = WorkerPool(2, preload=("reasonloom.grading.canonical",))
    yield pool
    pool.close()


def alive(pool: WorkerPool) -> set[int]:
    return {worker.process.pid for worker in pool._workers}


def environment(pid: int) -> str:
    return Path(f"/proc/{pid}/environ").read_text()


def gone(pid: int) -> bool:
    return not Path(f"/proc/{pid}").exists()


async def test_a_call_returns_its_value(pool):
    outcome = await pool.run(CANONICAL, ["3.5"])
    assert (outcome.value, outcome.failure) == ("7/2", None)


async def test_any_text_survives_the_pipe(pool):
    text = "a\nb\x00\ud800\u202e}\"'" + "x" * 1_000_000
    assert (await pool.run(EXTRACT, [text])).value == text


async def test_workers_start_lazily_and_are_kept(pool):
    assert not alive(pool)
    await pool.run(CANONICAL, ["1"])
    before = alive(pool)
    await pool.run(CANONICAL, ["2"])
    assert alive(pool) == before and len(before) == 1


async def test_calls_run_side_by_side_up_to_the_size(pool):
    outcomes = await asyncio.gather(*(pool.run(CANONICAL, [str(i)]) for i in range(20)))
    assert [outcome.value for outcome in outcomes] == [str(i) for i in range(20)]
    assert len(alive(pool)) == 2


async def test_an_exception_is_a_value_and_the_worker_lives_on(pool):
    before = await pool.run(CANONICAL, ["1"]) and alive(pool)
    outcome = await pool.run(CANONICAL, [])
    assert outcome.failure == "error" and outcome.detail.startswith("TypeError")
    assert alive(pool) == before


async def test_a_call_that_hangs_is_killed_and_replaced():
    async with WorkerPool(1) as pool:
        assert (await pool.run(SYMBOLIC, ["1", "x"], timeout=60)).value == "different"
        (before,) = alive(pool)
        assert (await pool.run(SYMBOLIC, ["7", BOMB], timeout=0.3)).failure == "timeout"
        assert gone(before)
        assert (await pool.run(SYMBOLIC, ["xy", "yx"], timeout=60)).value == "equal"


async def test_memory_is_bounded():
    light = ("reasonloom.grading.extract",)
    async with WorkerPool(1, preload=light, memory_bytes=128 << 20) as pool:
        outcome = await pool.run(EXTRACT, ["x" * (64 << 20)], timeout=60)
        assert outcome.failure in ("error", "crash")
        assert (await pool.run(EXTRACT, ["x"])).value == "x"


async def test_a_worker_that_dies_is_a_crash_and_is_replaced(pool):
    await pool.run(CANONICAL, ["1"])
    (pid,) = alive(pool)
    os.kill(pid, 9)
    assert (await pool.run(CANONICAL, ["1"])).failure == "crash"
    assert (await pool.run(CANONICAL, ["1"])).value == "1"


async def test_a_cancelled_call_leaves_no_busy_worker():
    async with WorkerPool(1) as pool:
        await pool.run(SYMBOLIC, ["1", "x"], timeout=60)
        call = asyncio.create_task(pool.run(SYMBOLIC, ["7", BOMB], timeout=30))
        waiting = asyncio.create_task(pool.run(SYMBOLIC, ["xy", "yx"], timeout=60))
        await asyncio.sleep(0.1)
        call.cancel()
        assert (await waiting).value == "equal"
        assert call.cancelled()


def test_one_pool_serves_two_event_loops(pool):
    first = asyncio.run(pool.run(CANONICAL, ["1"]))
    second = asyncio.run(pool.run(CANONICAL, ["2"]))
    assert (first.value, second.value) == ("1", "2")
    assert len(alive(pool)) == 1


async def test_closing_ends_every_process(pool):
    await asyncio.gather(*(pool.run(CANONICAL, [str(i)]) for i in range(2)))
    pids = alive(pool)
    pool.close()
    assert pids and all(gone(pid) for pid in pids)
    assert (await pool.run(CANONICAL, ["1"])).value == "1"


async def test_closing_ends_calls_in_flight():
    pool = WorkerPool(1)
    await pool.run(SYMBOLIC, ["1", "x"], timeout=60)
    call = asyncio.create_task(pool.run(SYMBOLIC, ["7", BOMB], timeout=30))
    await asyncio.sleep(0.1)
    pool.close()
    assert (await call).failure == "crash"
    assert not alive(pool)


async def test_a_worker_gets_no_key_from_the_environment(pool, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "secret")
    await pool.run(CANONICAL, ["1"])
    (pid,) = alive(pool)
    assert "PYTHONPATH" in environment(pid) and "secret" not in environment(pid)


@pytest.mark.parametrize(
    "call", ["os:system", "reasonloom.grading.child:_send", "reasonloom.models.protocol:Usage", "x"]
)
async def test_only_public_functions_of_listed_modules_are_called(pool, call):
    with pytest.raises(UsageError, match="public functions"):
        await pool.run(call, [])


async def test_names_that_a_module_only_imports_are_refused(pool):
    outcome = await pool.run("reasonloom.grading.canonical:tidy", ["5"])
    assert outcome.failure == "error" and "defined elsewhere" in outcome.detail


def test_the_allow_list_holds_templates_too():
    assert allowed("reasonloom.templates.tree:evaluate")


async def test_modules_that_cannot_be_imported_are_named():
    async with WorkerPool(1, preload=("reasonloom.grading.missing",)) as pool:
        with pytest.raises(LoomError, match=r"reasonloom\.grading\.missing"):
            await pool.run(CANONICAL, ["1"])


def test_a_pool_without_workers_is_refused():
    with pytest.raises(UsageError, match="at least 1"):
        WorkerPool(0)


def test_closing_ends_the_call_of_a_loop_that_was_stopped(pool):
    loop = asyncio.new_event_loop()
    task = loop.create_task(pool.run(CANONICAL, ["1/2"]))
    loop.run_until_complete(asyncio.sleep(0.01))
    (worker,) = pool._workers
    pool.close()
    assert worker.process.returncode is not None
    assert worker.channel.fileno() == -1
    task.cancel()
    loop.run_until_complete(asyncio.gather(task, return_exceptions=True))
    loop.close()
