"""Measure the grader: agreement with expected verdicts, and speed, beside math-verify alone.

    python benchmarks/grading.py [--math-verify-cases DIR_OR_FILE] [--pairs 5000]

"Directly" means `verify(parse(gold), parse(reply))` with math-verify's defaults, as its readme has
it; a reference of ours that is a bare formula is put between dollars for it first.
`--math-verify-cases` reads the (gold, pred, expected) tables of math-verify's own test files,
checked out by you; they are read as syntax, never run. Not measured: cold starts and memory.
"""

from __future__ import annotations

import argparse
import ast
import asyncio
import logging
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from reasonloom.grading import Grader

OWN_CASES = Path(__file__).parent.parent / "tests" / "grading" / "cases.yaml"
REPEATS = 5


class Case(NamedTuple):
    where: str
    gold: str
    reply: str
    correct: bool


def own_cases() -> list[Case]:
    topics = yaml.safe_load(OWN_CASES.read_text("utf-8"))
    return [
        Case(topic, gold, reply, outcome == "correct")
        for topic, cases in topics.items()
        for gold, reply, outcome in cases
    ]


def math_verify_cases(path: Path) -> list[Case]:
    """The literal rows of every `parametrize("gold, pred, …, expected")` in test files."""
    files = sorted(path.glob("test_*.py")) if path.is_dir() else [path]
    return [case for file in files for case in _file_cases(file)]


def _file_cases(file: Path) -> Iterator[Case]:
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef):
            for table in node.decorator_list:
                for row in _rows(table):
                    expected = row.get("expected", row.get("result"))
                    where = f"{file.stem}::{node.name}"
                    yield Case(where, str(row["gold"]), str(row["pred"]), bool(expected))


def _rows(decorator: ast.expr) -> Iterator[dict[str, Any]]:
    if not isinstance(decorator, ast.Call) or len(decorator.args) != 2:
        return
    names, table = decorator.args
    columns = [name.strip() for name in str(_literal(names)).split(",")]
    if {"gold", "pred"} <= set(columns) and isinstance(table, ast.List):
        for row in table.elts:
            values = _literal(row)
            if values is not None and None not in values:
                yield dict(zip(columns, values, strict=True))


def _literal(node: ast.expr) -> Any:
    """The value of a constant or of a tuple of constants; None for anything that would compute."""
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Tuple | ast.List):
        return [_literal(element) for element in node.elts]
    return None


def directly(gold: str, reply: str) -> bool:
    from math_verify import parse, verify

    return bool(verify(parse(gold), parse(reply)))


async def ours(grader: Grader, cases: Sequence[Case]) -> list[bool]:
    return [(await grader.grade(case.reply, case.gold)).correct for case in cases]


def report(title: str, cases: Sequence[Case], verdicts: Sequence[bool], verbose: bool) -> None:
    agreed = sum(case.correct == verdict for case, verdict in zip(cases, verdicts, strict=True))
    print(f"{title}: {agreed} of {len(cases)} verdicts as expected")
    for case, verdict in zip(cases, verdicts, strict=True):
        if verbose and case.correct != verdict:
            expected = "correct" if case.correct else "wrong"
            print(f"    {case.where}: {case.gold[-60:]!r} / {case.reply[-60:]!r}, not {expected}")


async def agreement(name: str, cases: Sequence[Case], dollared: Sequence[Case]) -> None:
    async with Grader() as grader:
        report(f"{name}, reasonloom", cases, await ours(grader, cases), verbose=True)
    direct = [directly(case.gold, case.reply) for case in dollared]
    report(f"{name}, math-verify directly", cases, direct, verbose=True)


async def speed(pairs: int) -> None:
    """Numbers that no memo has seen, half of them equal; then algebra, one call at a time."""
    rates = []
    for repeat in range(REPEATS):
        async with Grader() as grader:
            replies = [rf"So we get \boxed{{{i}/{repeat + 7}}}." for i in range(pairs)]
            golds = [f"{2 * i + i % 2}/{2 * (repeat + 7)}" for i in range(pairs)]
            start = time.perf_counter()
            for reply, gold in zip(replies, golds, strict=True):
                await grader.grade(reply, gold)
            rates.append(pairs / (time.perf_counter() - start))
    print(f"numeric pairs, reasonloom: {statistics.median(rates):,.0f} a second")
    print(f"numeric pairs, math-verify directly: {_rate(200, _direct_number):,.0f} a second")
    async with Grader() as grader:
        await grader.equal("ab", "ba")
        start = time.perf_counter()
        for i in range(200):
            await grader.grade(rf"\boxed{{{i}x + 1}}", f"1 + {i}x")
        print(f"algebra, one worker: {200 / (time.perf_counter() - start):,.0f} a second")


def _direct_number(i: int) -> None:
    directly(f"${2 * i}/14$", rf"So we get \boxed{{{i}/7}}.")


def _rate(count: int, work: Callable[[int], None]) -> float:
    start = time.perf_counter()
    for i in range(count):
        work(i)
    return count / (time.perf_counter() - start)


def main() -> None:
    parser = argparse.ArgumentParser(description="agreement and speed of the grader")
    parser.add_argument("--math-verify-cases", type=Path, metavar="PATH")
    parser.add_argument("--pairs", type=int, default=5_000)
    options = parser.parse_args()
    logging.getLogger("math_verify").setLevel(logging.ERROR)
    own = own_cases()
    asyncio.run(speed(options.pairs))
    asyncio.run(agreement("our cases", own, [case._replace(gold=f"${case.gold}$") for case in own]))
    if options.math_verify_cases:
        cases = math_verify_cases(options.math_verify_cases)
        asyncio.run(agreement("math-verify's cases", cases, cases))


if __name__ == "__main__":
    main()
