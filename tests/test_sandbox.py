import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasonloom.sandbox import MAX_PROGRAM_BYTES, Failed, Ran, Sandbox


@pytest.fixture(scope="module")
def box() -> Iterator[Sandbox]:
    with Sandbox(seconds=0.3, memory_bytes=32 * 2**20) as sandbox:
        yield sandbox


def test_the_last_expression_is_the_value(box: Sandbox) -> None:
    assert box.run("c = a + b\nc * 2", {"a": 3, "b": 4}) == Ran(14)


def test_print_is_kept_apart_from_the_value(box: Sandbox) -> None:
    assert box.run("print('hi')\n'x'") == Ran("x", "hi\n")


def test_tuples_and_sets_come_back_as_lists(box: Sandbox) -> None:
    assert box.run("{'a': (1, 2), 'b': {3, 1}}") == Ran({"a": [1, 2], "b": [1, 3]})


def test_programs_do_not_see_each_other(box: Sandbox) -> None:
    box.run("left_behind = 1")
    outcome = box.run("left_behind")
    assert isinstance(outcome, Failed) and outcome.kind == "error"


def test_random_draws_repeat(box: Sandbox) -> None:
    program = "import random\nrandom.random()"
    assert box.run(program) == box.run(program)


@pytest.mark.parametrize(
    ("program", "kind", "word"),
    [
        ("x =", "syntax", "expression"),
        ("1 / 0", "error", "ZeroDivisionError"),
        ("open('/etc/passwd').read()", "error", "PermissionError"),
        ("import os\nos.listdir('/')", "error", "PermissionError"),
        ("import socket", "error", "ModuleNotFoundError"),
        ("while True: pass", "time", "TimeoutError"),
        ("import time\ntime.sleep(60)", "time", "TimeoutError"),
        ("10 ** 10 ** 10", "memory", "MemoryError"),
        ("'a' * 10 ** 12", "memory", "MemoryError"),
        ("def f(): return f()\nf()", "memory", "RecursionError"),
        ("for i in range(10 ** 6): print('x' * 1000)", "memory", "MemoryError"),
        ("class A: pass\nA()", "value", "numbers, text"),
        ("list(range(100000))", "value", "parts"),
    ],
)
def test_a_bad_program_fails_with_its_kind(
    box: Sandbox, program: str, kind: str, word: str
) -> None:
    start = time.monotonic()
    outcome = box.run(program)
    assert isinstance(outcome, Failed)
    assert outcome.kind == kind
    assert word in outcome.message
    assert time.monotonic() - start < 5


def test_a_failure_leaves_the_sandbox_usable(box: Sandbox) -> None:
    box.run("while True: pass")
    assert box.run("1 + 1") == Ran(2)


def test_a_program_over_the_size_limit_is_not_run(box: Sandbox) -> None:
    outcome = box.run("1\n" * MAX_PROGRAM_BYTES)
    assert isinstance(outcome, Failed) and outcome.kind == "syntax"


def test_parameters_that_are_no_plain_data_are_refused(box: Sandbox) -> None:
    outcome = box.run("x", {"x": object()})
    assert isinstance(outcome, Failed) and outcome.kind == "value"


def test_a_closed_sandbox_starts_again() -> None:
    sandbox = Sandbox()
    assert sandbox.run("1") == Ran(1)
    sandbox.close()
    assert sandbox.run("2") == Ran(2)
    sandbox.close()


@given(text=st.text(max_size=200))
def test_no_text_raises(text: str) -> None:
    with Sandbox(seconds=0.2) as sandbox:
        assert isinstance(sandbox.run(text), Ran | Failed)
