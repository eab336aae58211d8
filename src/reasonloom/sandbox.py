"""Run a small Python program that nobody trusts: no files, no network, bounded time and memory.

The programs run in pydantic-monty, an interpreter of a subset of Python in a worker process: it
has `math` and `itertools`, but no `fractions`, no sympy and no host functions. A program sees its
parameters as variables, and the value of its last expression is its result. The clock stands still
and `random` starts from seed 0, so that a program gives the same result each time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self, TypeAlias

if TYPE_CHECKING:
    import pydantic_monty

MAX_PROGRAM_BYTES = 20_000
"""Longer programs are not run (our choice: some 500 lines)."""
MAX_PRINTED_BYTES = 64_000
"""A program that prints more than this ends with kind "memory"."""
MAX_VALUE_NODES = 10_000
"""A result with more parts than this is refused."""

Value: TypeAlias = "bool | int | float | str | list[Value] | dict[str, Value] | None"
FailureKind = Literal["syntax", "error", "time", "memory", "value", "crash"]
"""Why a program gave no result.

syntax  it does not parse, or is longer than MAX_PROGRAM_BYTES
error   it raised; the message names the exception
time    it ran past its time limit
memory  it asked for more memory, recursion or output than it may have
value   a parameter or its result is not plain data (numbers, text, lists, maps)
crash   the worker died; the next program gets a fresh one
"""


@dataclass(frozen=True, slots=True)
class Ran:
    """What a program gave back; tuples and sets come back as lists."""

    value: Value
    printed: str = ""


@dataclass(frozen=True, slots=True)
class Failed:
    kind: FailureKind
    message: str


class Sandbox:
    """A warm worker for programs; a context manager, started at the first program.

    seconds       time limit of one program (default 1 s, our choice)
    memory_bytes  heap limit of one program (default 64 MiB, our choice)

    One sandbox serves one thread at a time; each program starts from a clean slate.
    """

    def __init__(self, seconds: float = 1.0, memory_bytes: int = 64 * 2**20) -> None:
        self.seconds, self.memory_bytes = seconds, memory_bytes
        self._pool: pydantic_monty.Monty | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the worker; a later `run` starts a new one."""
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.__exit__(None, None, None)

    def run(self, program: str, params: Mapping[str, Any] | None = None) -> Ran | Failed:
        """Run `program` with `params` as its variables. Never raises for what the program does."""
        import pydantic_monty as monty

        if len(program.encode("utf-8", "replace")) > MAX_PROGRAM_BYTES:
            return Failed("syntax", f"the program has more than {MAX_PROGRAM_BYTES:,} bytes")
        printed = monty.CollectString(max_bytes=MAX_PRINTED_BYTES)
        try:
            with self._session() as session:
                raw = session.feed_run(program, inputs=dict(params or {}), print_callback=printed)
            return Ran(_plain(raw, [MAX_VALUE_NODES]), printed.output)
        except monty.MontySyntaxError as bad:
            return Failed("syntax", _first_line(bad))
        except monty.MontyConversionError as bad:
            return Failed("value", _first_line(bad))
        except monty.MontyCrashedError as bad:
            return Failed("crash", _first_line(bad))
        except monty.MontyRuntimeError as bad:
            return Failed(_kind(bad.exception()), _first_line(bad))
        except (_NotPlain, ValueError, RecursionError) as bad:
            return Failed("value", _first_line(bad))

    def _session(self) -> pydantic_monty.MontySession:
        import pydantic_monty as monty

        if self._pool is None:
            wait = self.seconds + 5.0
            pool = monty.Monty(max_processes=1, request_timeout=wait, checkout_timeout=wait)
            self._pool = pool.__enter__()
        return self._pool.checkout(
            limits=monty.ResourceLimits(
                max_feed_duration_secs=self.seconds,
                max_memory=self.memory_bytes,
                max_recursion_depth=400,
                max_total_sleep_secs=0.0,
                max_suspensions=8,
            ),
            os_policy=monty.OSPolicy(
                datetime=datetime(2000, 1, 1, tzinfo=UTC), random_start={"seed": 0}
            ),
        )


class _NotPlain(Exception):
    pass


def _plain(value: Any, left: list[int]) -> Value:
    left[0] -= 1
    if left[0] < 0:
        raise _NotPlain(f"the result has more than {MAX_VALUE_NODES:,} parts")
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, list | tuple):
        return [_plain(v, left) for v in value]
    if isinstance(value, set | frozenset):
        return [_plain(v, left) for v in sorted(value, key=repr)]
    if isinstance(value, dict):
        return {str(k): _plain(v, left) for k, v in value.items()}
    raise _NotPlain(f"the result is a {type(value).__name__}: return numbers, text, lists or maps")


def _kind(error: BaseException) -> FailureKind:
    if isinstance(error, TimeoutError):
        return "time"
    return "memory" if isinstance(error, MemoryError | RecursionError) else "error"


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return lines[0][:300] if lines else type(error).__name__
