"""`loom solve`: one question, with a live view of how it is solved."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from reasonloom.errors import InputError, SpecError

if TYPE_CHECKING:
    from reasonloom.models.protocol import Model
    from reasonloom.solution import Solution
    from reasonloom.spec import Spec

Text = str | None


def solve(
    question: Annotated[Text, typer.Argument(help="The question; - reads standard input.")] = None,
    file: Annotated[Path | None, typer.Option(help="Read the question from a file.")] = None,
    strategy: Annotated[
        str, typer.Option(help="How: reasonflux, direct, cot, 'self_consistency(n=8)'.")
    ] = "reasonflux",
    model: Annotated[
        str, typer.Option(help="nano, local:PATH, openai:MODEL@URL, or a name of yours.")
    ] = "nano",
    navigator: Annotated[Text, typer.Option(help="Another model to plan and assess.")] = None,
    reasoner: Annotated[Text, typer.Option(help="Another model to carry steps out.")] = None,
    library: Annotated[Path | None, typer.Option(help="A folder of templates of yours.")] = None,
    budget: Annotated[
        Text, typer.Option(help="tokens=…,calls=…,seconds=…,usd=…, any of them.")
    ] = None,
    top_k: Annotated[
        int | None, typer.Option(help="Templates shown for a step (reasonflux only).")
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of every random draw.")] = 0,
    trace: Annotated[Path | None, typer.Option(help="Append every event to this file.")] = None,
    cache: Annotated[
        Path | None, typer.Option(help="A SQLite file of replies: what stands there is free.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Solve one question."""
    clock = _Clock()
    text = read_question(question, file)
    method = _spec(strategy, top_k)
    view = None
    if not as_json:
        from reasonloom.cli.view import View

        view = View()
    solution = _run(
        clock,
        text,
        (model, navigator, reasoner),
        cache,
        strategy=method,
        library=library,
        budget=budget,
        seed=seed,
        trace=trace,
        listener=view.see if view else None,
    )
    if view:
        view.end(solution, clock.parts)
    else:
        print(json.dumps(as_object(solution), ensure_ascii=False))
    if solution.answer is None:
        raise typer.Exit(1)


def read_question(question: str | None, file: Path | None) -> bytes:
    """The question as bytes from the argument, a file or standard input; exactly one of them.

    Raises InputError when none or both are given, or the file cannot be read.
    """
    if (question is None) == (file is None):
        raise InputError(
            "give one question: as an argument, as - for standard input, or by --file"
            + (" (both an argument and --file were given)" if file else "")
        )
    if file is not None:
        try:
            return file.read_bytes()
        except OSError as bad:
            raise InputError(f"cannot read {file}: {bad.strerror}") from None
    assert question is not None
    if question == "-":
        return sys.stdin.buffer.read()
    return question.encode("utf-8", "surrogateescape")


def as_object(solution: Solution) -> dict[str, Any]:
    """What `--json` prints."""
    usage = solution.usage
    assert usage is not None
    return {
        "answer": solution.answer,
        "text": solution.text,
        "stop_reason": solution.stop_reason,
        "error": solution.error,
        "confidence": solution.confidence,
        "candidates": list(solution.candidates),
        "usage": {
            "calls": usage.calls,
            "prompt_tokens": usage.prompt_tokens,
            "completion_tokens": usage.completion_tokens,
            "seconds": round(usage.seconds, 3),
            "usd": usage.usd,
            "estimated": usage.estimated,
        },
        **{"trajectory": [], **solution.detail},
    }


class _Clock:
    """Seconds of import, load and solve, told apart."""

    def __init__(self) -> None:
        self.parts: dict[str, float] = {}
        self._last = time.perf_counter()

    def lap(self, name: str) -> None:
        now = time.perf_counter()
        self.parts[name] = now - self._last
        self._last = now


def _spec(text: str, top_k: int | None) -> Spec:
    from reasonloom.spec import Spec, parse

    spec = parse(text)
    if top_k is None:
        return spec
    if spec.name != "reasonflux":
        raise SpecError(f"--top-k is for reasonflux; {spec.name} shows no templates: leave it out")
    if "k" in spec.args:
        raise SpecError(f"--top-k and k={spec.args['k']} in {text} say it twice: keep one")
    return Spec(spec.name, {**spec.args, "k": top_k}, spec.scheme, spec.location)


def _run(
    clock: _Clock,
    text: bytes,
    models: tuple[str, str | None, str | None],
    cache: Path | None,
    **options: Any,
) -> Solution:
    import asyncio
    import importlib

    from reasonloom.api import asolve, roles
    from reasonloom.ledger import Limits
    from reasonloom.problem import Problem
    from reasonloom.strategies.build import make_strategy

    problem = Problem.from_text(text)
    options["strategy"] = make_strategy(options["strategy"])
    if options["budget"] is not None:
        options["budget"] = Limits.parse(options["budget"])
    wanted = roles(*models)
    if any(_is_local(spec) for spec in wanted.values()):
        importlib.import_module("reasonloom.models.local")
    clock.lap("import")
    opened = _open(wanted, cache)
    clock.lap("load")

    async def solve_and_close() -> Solution:
        try:
            return await asolve(
                problem,
                model=opened.get("default") or opened["reasoner"],
                navigator=opened.get("navigator"),
                reasoner=opened.get("reasoner"),
                **options,
            )
        finally:
            for model in set(opened.values()):
                await model.close()

    solution = asyncio.run(solve_and_close())
    clock.lap("solve")
    return solution


def _is_local(spec: str) -> bool:
    return spec == "nano" or spec.startswith("local:")


def _open(wanted: dict[str, str], cache: Path | None) -> dict[str, Model]:
    from reasonloom.models.resolve import resolve

    by_spec = {spec: resolve(spec, cache) for spec in dict.fromkeys(wanted.values())}
    return {role: by_spec[spec] for role, spec in wanted.items()}
