"""`loom train scorer-rows` and `loom train scorer`: step values, and the model that learns them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from reasonloom.evaluate.bootstrap import Estimate
    from reasonloom.train.rows import Row
    from reasonloom.train.scorer.recipe import ScorerRecipe
    from reasonloom.train.scorer.rows import Made
    from reasonloom.train.scorer.values import Valuing

Text = str | None
TOLD = 5
"""Failed problems that are named one by one."""


def scorer_rows(
    out: Annotated[Path, typer.Argument(help="A JSONL file; a stopped run goes on.")],
    data: Annotated[
        str, typer.Option(help="Problems with answers: world:…, gym:…, FILE.jsonl, hf:….")
    ] = "world:composite(depth=3)",
    split: Annotated[Text, typer.Option(help="train of what is drawn if not given.")] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", help="Problems.")] = 100,
    model: Annotated[str, typer.Option(help="As for loom solve.")] = "nano",
    solutions: Annotated[int, typer.Option(help="Drawn a problem; their steps are valued.")] = 4,
    completions: Annotated[int, typer.Option(help="Drawn a step.")] = 8,
    temperature: Annotated[float, typer.Option(help="Of both.")] = 0.7,
    seed: Annotated[int, typer.Option(help="Seed of every draw.")] = 0,
    concurrency: Annotated[int, typer.Option(help="Problems under way together.")] = 16,
    cache: Annotated[Path | None, typer.Option(help="A SQLite file of replies.")] = None,
) -> None:
    """Value the steps of a model's solutions: how often it ends right when it goes on from them."""
    import asyncio

    from reasonloom.cli.progress import making_bar
    from reasonloom.data.load import load
    from reasonloom.models.resolve import resolve
    from reasonloom.train.scorer.rows import make_rows

    valuing = _valuing(solutions, completions, temperature, seed)
    is_drawn = data.strip().startswith(("world:", "gym:"))
    chosen = split or ("train" if is_drawn else None)
    problems = list(load(data, split=chosen, limit=limit, seed=seed))

    async def make() -> Made:
        opened = resolve(model, cache)
        try:
            return await make_rows(problems, opened, out, valuing, at_once=concurrency, watch=watch)
        finally:
            await opened.close()

    with making_bar("problems") as watch:
        made = asyncio.run(make())
    _tell(made, out)


def scorer(
    rows: Annotated[Path, typer.Argument(help="A file of `loom train scorer-rows`.")],
    out: Annotated[Path, typer.Argument(help="Where the run lives; a stopped run goes on.")],
    recipe: Annotated[Text, typer.Option(help="A YAML file.")] = None,
    changes: Annotated[
        list[str] | None, typer.Option("--set", help="key=value, over the recipe; repeatable.")
    ] = None,
    model: Annotated[Text, typer.Option(help="nano, local:PATH or local:NAME of a hub.")] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show recipe, data and memory; load no weights.")
    ] = False,
) -> None:
    """Train a step scorer, and measure it on problems that are held out."""
    from reasonloom.cli.progress import learning_bar
    from reasonloom.train.recipe import load_recipe
    from reasonloom.train.rows import read_rows
    from reasonloom.train.scorer.recipe import COLUMNS, ScorerRecipe

    over = [*(changes or []), *([f"model={model}"] if model else [])]
    wanted = load_recipe(ScorerRecipe, recipe, over)
    read = read_rows(rows, COLUMNS)
    if dry_run:
        return _show_plan(read, wanted)
    from reasonloom.train.scorer.run import held_out, train_scorer

    with learning_bar() as report:
        made = train_scorer(read, wanted, out, report)
    _show(held_out(out))
    print(f"""the scorer is in {made}: try --strategy""")
    print(f"""  'best_of_n(reduce=min, scorer=step_scorer(path="{made}"))'""")


def _valuing(solutions: int, completions: int, temperature: float, seed: int) -> Valuing:
    from reasonloom.errors import InputError
    from reasonloom.train.scorer.values import Valuing

    try:
        return Valuing(solutions, completions, temperature, seed)
    except ValueError as bad:
        raise InputError(str(bad)) from None


def _tell(made: Made, out: Path) -> None:
    """What was made; exit code 1 where some problem has no rows for a failure's sake."""
    steps = sum(len(row["steps"]) for row in made.rows)
    print(
        f"{len(made.rows)} solutions with {steps} steps in {out}; a value's standard error is"
        f" {made.standard_error:.3f}"
    )
    for problem, why in list(made.failed.items())[:TOLD]:
        print(f"problem {problem} failed: {why}")
    if made.failed:
        print(f"{len(made.failed)} problems failed: the same command tries them again")
        raise typer.Exit(1)


def _show_plan(rows: Sequence[Row], recipe: ScorerRecipe) -> None:
    """As for SFT on the solutions; but no word is predicted, so there are no logits to hold."""
    from dataclasses import replace

    from reasonloom.cli.train_plan import show
    from reasonloom.train.dry_run import dry_run

    texts = [{"prompt": row["prompt"], "completion": _as_reply(row)} for row in rows]
    plan = dry_run(texts, ("completion",), recipe)
    show(recipe, replace(plan, memory=replace(plan.memory, logits=0)))


def _as_reply(row: Row) -> Any:
    text = "\n".join(row["steps"])
    return text if isinstance(row["prompt"], str) else [{"role": "assistant", "content": text}]


def _show(told: Mapping[str, Mapping[str, Estimate]]) -> None:
    from rich.console import Console
    from rich.table import Table

    if not told:
        return
    measures = list(dict.fromkeys(name for found in told.values() for name in found))
    some = next(iter(next(iter(told.values())).values()))
    table = Table("held out", *measures, title=f"{some.clusters} problems, 95 % intervals")
    for scorer_name, found in told.items():
        table.add_row(scorer_name, *(str(found.get(name, "")) for name in measures))
    Console().print(table)
