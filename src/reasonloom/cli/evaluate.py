"""`loom eval` and `loom grade`: strategies on a dataset, in a run that can stop at any point."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from reasonloom.cli.eval_view import ProgressView
    from reasonloom.evaluate.plan import Task, Wish
    from reasonloom.evaluate.records import Attempt
    from reasonloom.evaluate.runner import Session

Text = str | None
PILOT = 3
"""Problems from which the cost of a paid run is told (our choice)."""


def evaluate(
    dataset: Annotated[str, typer.Argument(help="world:…, gym:…, FILE.jsonl, hf:…, math_500, …")],
    strategy: Annotated[
        list[str], typer.Option("--strategy", "-s", help="A strategy; repeat it for several.")
    ],
    model: Annotated[str, typer.Option(help="As for loom solve.")] = "nano",
    navigator: Annotated[Text, typer.Option(help="Another model to plan and assess.")] = None,
    reasoner: Annotated[Text, typer.Option(help="Another model to carry steps out.")] = None,
    samples: Annotated[int, typer.Option(help="Attempts of each strategy on each problem.")] = 1,
    limit: Annotated[
        int | None, typer.Option("--limit", "-n", help="The first so many problems.")
    ] = None,
    split: Annotated[Text, typer.Option(help="dev of what is drawn if not given.")] = None,
    seed: Annotated[int, typer.Option(help="Seed of every random draw.")] = 0,
    concurrency: Annotated[
        int | None, typer.Option(help="Attempts, and calls to an endpoint, at once.")
    ] = None,
    budget: Annotated[
        Text, typer.Option(help="Of one attempt: tokens=…,calls=…,seconds=…,usd=….")
    ] = None,
    library: Annotated[Path | None, typer.Option(help="A folder of templates of yours.")] = None,
    cache: Annotated[
        Path | None, typer.Option(help="A SQLite file of replies: what stands there is free.")
    ] = None,
    run: Annotated[
        Path | None, typer.Option(help="The run's file; made of the settings if not given.")
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask what may cost.")] = False,
    retry_failed: Annotated[
        bool, typer.Option("--retry-failed", help="Make failed attempts again.")
    ] = False,
    recover: Annotated[
        bool, typer.Option("--recover", help="Begin a damaged run anew from its trace.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Measure strategies on problems; the same command goes on with a run that was stopped."""
    import asyncio

    from reasonloom.evaluate.plan import Wish
    from reasonloom.ledger import Limits

    limits = None if budget is None else Limits.parse(budget)
    wish = Wish(dataset, strategy, split, limit, samples, seed, limits, library)
    options = {
        "model": model,
        "navigator": navigator,
        "reasoner": reasoner,
        "path": run,
        "concurrency": concurrency,
        "cache": cache,
        "recover": recover,
        "retry_failed": retry_failed,
    }
    asyncio.run(_evaluate(wish, yes, as_json, options))


def grade(
    run: Annotated[Path, typer.Argument(help="The file of a run.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Grade the answers of a run again; no model is called."""
    import asyncio

    from reasonloom.evaluate import store
    from reasonloom.evaluate.judge import grade_run
    from reasonloom.evaluate.lock import locked

    store.open_run(run).close()
    with locked(run), store.open_to_write(run) as opened:
        done = asyncio.run(grade_run(opened))
        _show(opened, as_json)
    typer.echo(f"{done.graded} attempts graded, {done.changed} verdicts changed", err=True)


async def _evaluate(wish: Wish, yes: bool, as_json: bool, options: dict[str, Any]) -> None:
    from reasonloom.cli.eval_view import ProgressView
    from reasonloom.evaluate.runner import open_session

    async with open_session(wish, **options) as session:
        plan = session.plan
        told = [p.id for p in plan.problems if p.answer is not None]
        view = ProgressView(plan.done, plan.todo, told)
        view.say(_opening(session))
        try:
            todo = await _agreed(session, yes, view)
            with view:
                await session.make(todo, view.see)
        except BaseException:
            if view.fresh:
                view.say(f"stopped: the same command goes on with {session.run.path}")
            raise
        _show(session.run, as_json)


def _opening(session: Session) -> str:
    plan = session.plan
    held = f", {len(plan.done)} of them are there already" if plan.done else ""
    total = len(plan.done) + len(plan.todo)
    return f"run {session.run.path}: {len(plan.problems)} problems, {total} attempts{held}"


async def _agreed(session: Session, yes: bool, view: ProgressView) -> list[Task]:
    """What is left to do, once the user has agreed to what it may cost; nothing if not."""
    from reasonloom.evaluate.summary import forecast

    plan, todo = session.plan, list(session.plan.todo)
    prices = [m.usd_per_million for m in plan.settings.models.values()]
    if not todo or not any(any(p) for p in prices if p):
        return todo
    made = list(plan.done)
    if len({a.problem for a in made}) < PILOT:
        pilot, todo = _split(todo)
        costs = "; ".join(f"{p[0]:g} / {p[2]:g} USD" for p in prices if p)
        view.say(f"the model costs {costs} per million prompt / completion tokens")
        if not _asked(f"Run {len(pilot)} attempts first, to tell what all will cost?", yes):
            return []

        def see(attempt: Attempt) -> None:
            made.append(attempt)
            view.see(attempt)

        with view:
            await session.make(pilot, see)
    ahead = forecast(made, todo)
    spent = sum(a.usd for a in made)
    view.say(
        f"{len(made)} attempts took {spent:.4f} USD; the other {ahead.attempts} take about"
        f" {ahead.usd:.4f} USD and {ahead.tokens:,.0f} tokens"
    )
    return todo if not todo or _asked("Go on?", yes) else []


def _split(todo: list[Task]) -> tuple[list[Task], list[Task]]:
    """The attempts at the first few problems, once each, and the rest."""
    first = list(dict.fromkeys(task.problem.id for task in todo))[:PILOT]
    pilot = [t for t in todo if t.problem.id in first and t.key.sample == 0]
    return pilot, [t for t in todo if t not in pilot]


def _asked(question: str, yes: bool) -> bool:
    from reasonloom.errors import InputError

    if yes:
        return True
    if not sys.stdin.isatty():
        raise InputError("this run calls a model that costs money: add --yes to agree to that")
    return typer.confirm(question, err=True)


def _show(run: Any, as_json: bool) -> None:
    from reasonloom.cli.eval_view import as_objects, show_table
    from reasonloom.evaluate.summary import summarise

    lines = summarise(run)
    if not as_json:
        show_table(lines)
        return
    import json

    print(json.dumps({"run": str(run.path), "strategies": as_objects(lines)}))
