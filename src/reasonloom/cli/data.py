"""`loom data`: make, filter and convert what models learn from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from reasonloom.errors import InputError

app = typer.Typer(no_args_is_help=True, help="Make, filter and convert data to learn from.")

Out = Annotated[Path, typer.Option("--out", "-o", help="The JSONL file of rows to write.")]
ModelSpec = Annotated[str, typer.Option(help="As for loom solve; it must be a chat model.")]
Seed = Annotated[int, typer.Option(help="Seed of every random draw.")]
Cache = Annotated[
    Path | None, typer.Option(help="A SQLite file of replies: what stands there is free.")
]
TracePath = Annotated[
    Path | None, typer.Option("--trace", help="Append every event as a line of JSON.")
]
Concurrency = Annotated[int, typer.Option(help="Rows under way together.", min=1)]


class RowKind(StrEnum):
    sft = "sft"
    preference = "preference"
    steps = "steps"
    rl = "rl"


@app.command()
def silver(
    file: Annotated[Path, typer.Argument(help="Rows with question, solution, maybe label.")],
    out: Out,
    model: ModelSpec,
    reasoner: Annotated[
        str | None, typer.Option(help="Another model to respond to the problems.")
    ] = None,
    verify: Annotated[
        str, typer.Option(help="rule, or the model that compares the answers.")
    ] = "rule",
    responses: Annotated[int, typer.Option("-n", help="Responses to each problem.")] = 2,
    agree: Annotated[
        float, typer.Option(help="Share of them that must agree; one always must.")
    ] = 0.0,
    temperature: Annotated[float, typer.Option(help="Of the responses.")] = 1.0,
    limit: Annotated[int | None, typer.Option(help="The first so many usable rows.")] = None,
    seed: Seed = 0,
    cache: Cache = None,
    trace: TracePath = None,
    concurrency: Concurrency = 64,
) -> None:
    """Make problems with silver answers out of web solutions; the same command goes on."""
    import asyncio
    from contextlib import AsyncExitStack

    from reasonloom.api import open_models
    from reasonloom.cli.data_view import show_made, show_verifier
    from reasonloom.cli.progress import making_bar
    from reasonloom.data.outputs import Made
    from reasonloom.data.silver.make import make_silver
    from reasonloom.data.silver.stages import Silver
    from reasonloom.trace import TraceFile

    by_model = verify != "rule"
    wish = _checked(lambda: Silver(responses, agree, temperature, by_model=by_model))
    wanted = {"default": model}
    wanted |= {"reasoner": reasoner} if reasoner else {}
    wanted |= {"verifier": verify} if by_model else {}

    async def make() -> Made:
        async with AsyncExitStack() as stack:
            models = open_models(wanted, cache, stack)
            events = stack.enter_context(TraceFile(trace)) if trace else None
            with making_bar("rows") as watch:
                return await make_silver(
                    file,
                    out,
                    models,
                    wish,
                    seed=seed,
                    limit=limit,
                    trace=events,
                    at_once=concurrency,
                    watch=watch,
                )

    made = asyncio.run(make())
    show_made(out, made)
    show_verifier(dict(made.report["verifier"]))


@app.command("long-cot")
def long_cot(
    dataset: Annotated[str, typer.Argument(help="world:…, gym:…, FILE.jsonl, hf:…, …")],
    out: Out,
    model: ModelSpec,
    reflector: Annotated[str | None, typer.Option(help="Another model to reflect.")] = None,
    samples: Annotated[int, typer.Option(help="Chains of each problem.")] = 1,
    actions: Annotated[int, typer.Option(help="Of one chain at the most.")] = 40,
    tokens: Annotated[int, typer.Option(help="Completion tokens of one chain.")] = 16_384,
    temperature: Annotated[float, typer.Option(help="Of all actions but reflection.")] = 0.7,
    inline: Annotated[
        bool, typer.Option("--inline", help="No <think> marks around the chain.")
    ] = False,
    split: Annotated[str | None, typer.Option(help="train of what is drawn if not given.")] = None,
    limit: Annotated[
        int | None, typer.Option("--limit", help="The first so many problems.")
    ] = None,
    seed: Seed = 0,
    cache: Cache = None,
    trace: TracePath = None,
    concurrency: Concurrency = 64,
) -> None:
    """Build long chains of thought action by action; the same command goes on."""
    import asyncio
    from contextlib import AsyncExitStack

    from reasonloom.api import open_models
    from reasonloom.cli.data_view import show_made
    from reasonloom.cli.progress import making_bar
    from reasonloom.data.load import load
    from reasonloom.data.long_cot.machine import Bounds
    from reasonloom.data.long_cot.make import LongCot, make_long_cot
    from reasonloom.data.outputs import Made
    from reasonloom.trace import TraceFile

    wish = _checked(lambda: LongCot(samples, temperature, Bounds(actions, tokens), inline))
    drawn = load(dataset).spec.scheme is not None
    data = load(dataset, split=split or ("train" if drawn else None), limit=limit, seed=seed)
    wanted = {"default": model} | ({"reflector": reflector} if reflector else {})

    async def make() -> Made:
        async with AsyncExitStack() as stack:
            models = open_models(wanted, cache, stack)
            events = stack.enter_context(TraceFile(trace)) if trace else None
            with making_bar("chains") as watch:
                return await make_long_cot(
                    data,
                    out,
                    models,
                    wish,
                    seed=seed,
                    trace=events,
                    at_once=concurrency,
                    watch=watch,
                )

    show_made(out, asyncio.run(make()))


@app.command("from-traces")
def from_traces(
    runs: Annotated[list[Path], typer.Argument(help="The files of runs of loom eval.")],
    out: Out,
    kind: Annotated[RowKind, typer.Option(help="Rows to cut.")],
    role: Annotated[
        list[str] | None, typer.Option(help="Only replies of this role; repeat it for several.")
    ] = None,
    request: Annotated[
        list[str] | None,
        typer.Option(help="Only replies to this kind of request (plan, cot, …); likewise."),
    ] = None,
    margin: Annotated[
        float | None, typer.Option(help="Least gap of a preference; 0.5 if not given.")
    ] = None,
    across: Annotated[
        bool, typer.Option("--across", help="Pair replies of different strategies and runs.")
    ] = False,
) -> None:
    """Cut rows out of stored runs, with where each one comes from."""
    import asyncio

    from reasonloom.cli.data_view import show_cut
    from reasonloom.data.outputs import put
    from reasonloom.train.from_traces.cut import Wish, cut

    roles, requests = tuple(role or ()), tuple(request or ())
    wish = _checked(lambda: Wish(kind.value, roles, requests, margin, across))
    found = asyncio.run(cut(runs, wish))
    about = {"data": "from-traces", "runs": [run.name for run in runs], **asdict(wish)}
    put(out, found.made, about)
    show_cut(out, found)
    for split in sorted(found.measured):
        typer.echo(
            f"loom: problems of the split {split} are among these rows: what learns from them"
            " cannot be measured on them",
            err=True,
        )


T = TypeVar("T")


def _checked(make: Callable[[], T]) -> T:
    """What cannot be, as a user's error."""
    try:
        return make()
    except ValueError as bad:
        raise InputError(str(bad)) from None
