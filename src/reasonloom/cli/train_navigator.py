"""`loom train structure`, `plan` and `adjust`: what a navigator needs, beside trajectories."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

if TYPE_CHECKING:
    from reasonloom.train.likelihood import Likelihood
    from reasonloom.train.navigator.counterfactual import Tried

Text = str | None
Learn = Callable[[Sequence[Any], Path], Path]
"""Learns rows below a folder and returns the model's."""
DATA = "world:composite(depth=3)"
PROBLEMS = 2_000
"""Drawn for gold plans where nothing else is asked for (our choice)."""
Out = Annotated[Path, typer.Argument(help="A folder; rows and runs live there.")]
Taught = Annotated[str, typer.Option("--model", help="nano, local:PATH or local:NAME: it learns.")]
Speaks = Annotated[
    Text, typer.Option("--dialect", help="compact (nano) or instruct; the model's if left out.")
]
LibraryPath = Annotated[
    Path | None, typer.Option("--library", help="A folder of templates of yours.")
]
Seed = Annotated[int, typer.Option(help="Seed of every random draw.")]
RowsOnly = Annotated[bool, typer.Option("--rows-only", help="Write the rows; train nothing.")]
Named = Annotated[Text, typer.Option("--recipe", help="A YAML file or a shipped one.")]
Changes = Annotated[
    list[str] | None, typer.Option("--set", help="key=value, over the recipe; may be repeated.")
]


def structure(
    out: Out,
    model: Taught = "nano",
    dialect: Speaks = None,
    library: LibraryPath = None,
    variants: Annotated[int, typer.Option(help="Ways to ask for a template, at the most.")] = 30,
    held_out: Annotated[float, typer.Option(help="Share of the templates left out.")] = 0.1,
    seed: Seed = 0,
    rows_only: RowsOnly = False,
    recipe: Named = None,
    changes: Changes = None,
) -> None:
    """Structure SFT: from a template's name and tags to its description and scope."""
    from reasonloom.templates.library import Library
    from reasonloom.train.navigator.structure import structure_rows
    from reasonloom.train.rows import write_rows

    learn = None if rows_only else _learner("sft", model, recipe, changes)
    made = structure_rows(
        Library.load(library),
        _dialect(model, dialect),
        variants=variants,
        held_out=held_out,
        seed=seed,
    )
    write_rows(out / "held_out.jsonl", made.held)
    _write(out, made.learnt)
    typer.echo(f"{len(made.held)} templates held out in {out / 'held_out.jsonl'}")
    if learn is None:
        return
    learnt = learn(made.learnt, out)
    for name in (model, f"local:{learnt}") if made.held else ():
        typer.echo(f"held out, {name}: {_likelihood(name, made.held)}")


def plan(
    out: Out,
    problems: Annotated[
        int | None,
        typer.Option("--problems", "-n", help=f"Drawn from worlds; {PROBLEMS} without --run."),
    ] = None,
    runs: Annotated[
        list[Path] | None,
        typer.Option("--run", help="A run of loom eval: its plans that led to right answers."),
    ] = None,
    model: Taught = "nano",
    dialect: Speaks = None,
    library: LibraryPath = None,
    seed: Seed = 0,
    rows_only: RowsOnly = False,
    recipe: Named = None,
    changes: Changes = None,
) -> None:
    """Plan SFT: trajectories of worlds' gold plans, or of stored runs that ended right."""
    from reasonloom.train.navigator.plans import plan_rows_of_run, plan_rows_of_worlds

    learn = None if rows_only else _learner("sft", model, recipe, changes)
    speaks = _dialect(model, dialect)
    count = (0 if runs else PROBLEMS) if problems is None else problems
    rows = [row for run in runs or () for row in plan_rows_of_run(run, speaks)]
    if count or not runs:
        rows += plan_rows_of_worlds(count, speaks, seed=seed, library=library)
    _write(out, rows)
    if learn:
        learn(rows, out)


def adjust(
    out: Out,
    data: Annotated[
        list[str] | None,
        typer.Option(help=f"world:…, FILE.jsonl, …; repeat it for several; {DATA} if left out."),
    ] = None,
    model: Annotated[str, typer.Option(help="As for loom solve.")] = "nano",
    navigator: Annotated[Text, typer.Option(help="Another model to assess: it learns.")] = None,
    reasoner: Annotated[Text, typer.Option(help="Another model to carry steps out.")] = None,
    library: LibraryPath = None,
    limit: Annotated[
        int | None, typer.Option("--limit", "-n", help="Problems of each --data.")
    ] = None,
    split: Annotated[Text, typer.Option(help="train if not given; a file has none.")] = None,
    states: Annotated[int, typer.Option(help="States of each problem's run.")] = 2,
    rollouts: Annotated[int, typer.Option(help="Roll-outs of each of the five actions.")] = 4,
    temperature: Annotated[float, typer.Option(help="Of plans and first tries.")] = 0.7,
    margin: Annotated[float, typer.Option(help="Least difference of accuracies in a pair.")] = 0.5,
    fewer_tokens: Annotated[
        bool, typer.Option("--fewer-tokens", help="Break ties of right actions by their cost.")
    ] = False,
    concurrency: Annotated[int | None, typer.Option(help="Problems at once.")] = None,
    cache: Annotated[Path | None, typer.Option(help="A SQLite file of replies.")] = None,
    seed: Seed = 0,
    rows_only: RowsOnly = False,
    recipe: Named = None,
    changes: Changes = None,
) -> None:
    """Learn which of the five actions to take: try all from one state, and prefer by DPO."""
    import asyncio

    from reasonloom.cli.progress import making_bar
    from reasonloom.train.navigator.adjust import adjust_rows, check_margin
    from reasonloom.train.navigator.counterfactual import AT_ONCE, Trial
    from reasonloom.train.trajectories import sources

    check_margin(margin)
    trial = Trial(states, rollouts, temperature, seed=seed)
    learn = None if rows_only else _learner("dpo", navigator or model, recipe, changes)
    wanted = [s.problem for s in sources(data or [DATA], split=split, limit=limit, seed=seed)]
    with making_bar("problems") as watch:
        tried = asyncio.run(
            _try(
                (model, navigator, reasoner),
                cache,
                wanted,
                out,
                trial,
                library=library,
                at_once=AT_ONCE if concurrency is None else concurrency,
                watch=watch,
            )
        )
    rows = list(adjust_rows(tried.entries, margin=margin, fewer_tokens=fewer_tokens))
    _write(out, rows)
    _tell(tried)
    if learn:
        learn(rows, out)


def likelihood(
    rows: Annotated[Path, typer.Argument(help="SFT rows, such as held_out.jsonl.")],
    model: Annotated[str, typer.Option(help="As for loom solve.")] = "nano",
) -> None:
    """How likely a model finds the completions of rows; templates are resampled for intervals."""
    from reasonloom.train.rows import SFT, read_rows

    typer.echo(str(_likelihood(model, read_rows(rows, SFT))))


async def _try(
    specs: tuple[str, Text, Text],
    cache: Path | None,
    problems: Any,
    out: Path,
    *how: Any,
    **more: Any,
) -> Tried:
    from contextlib import AsyncExitStack

    from reasonloom.api import open_models, roles
    from reasonloom.train.navigator.counterfactual import try_actions

    async with AsyncExitStack() as stack:
        models = open_models(roles(*specs), cache, stack)
        return await try_actions(problems, models, out, *how, **more)


def _tell(tried: Tried) -> None:
    states = [state for entry in tried.entries for state in entry["states"]]
    typer.echo(f"{len(states)} states of {len(tried.entries)} problems")
    for problem, error in tried.failed:
        typer.echo(f"left out: problem {problem.id}: {error}", err=True)


def _likelihood(spec: str, rows: Sequence[Any]) -> Likelihood:
    import asyncio

    from reasonloom.models.resolve import resolve
    from reasonloom.train.likelihood import likelihood as measure

    async def measured() -> Likelihood:
        model = resolve(spec)
        try:
            return await measure(model, rows)
        finally:
            await model.close()

    return asyncio.run(measured())


def _dialect(model: str, dialect: str | None) -> str:
    if dialect is not None:
        return dialect
    if model == "nano":
        return "compact"
    from reasonloom.train.rl.problem_rows import dialect_for

    return dialect_for(model)


def _write(out: Path, rows: Sequence[Any]) -> None:
    from reasonloom.train.rows import write_rows

    write_rows(out / "rows.jsonl", rows)
    typer.echo(f"{len(rows)} rows in {out / 'rows.jsonl'}")


def _learner(
    kind: Literal["sft", "dpo"], model: str, recipe: str | None, changes: list[str] | None
) -> Learn:
    """What learns the rows, in a folder of its own; its recipe is checked before any is made.

    Raises InputError for a model that cannot be trained here and for a recipe that cannot be used.
    """
    from reasonloom.errors import InputError
    from reasonloom.train.recipe import DPO, SFT, load_recipe

    if model != "nano" and not model.startswith("local:"):
        raise InputError(
            f"{model} cannot be trained here: add --rows-only to make the rows alone, or take nano"
            " or local:PATH"
        )
    over = [f"model={model}", *(changes or [])]
    wanted = load_recipe(SFT, recipe, over) if kind == "sft" else load_recipe(DPO, recipe, over)

    def learn_rows(rows: Sequence[Any], out: Path) -> Path:
        from reasonloom.cli.train import learn

        if not rows:
            raise InputError(
                "there are no rows to learn from: lower --margin, or take more problems, states or"
                " roll-outs"
            )
        learn(_trainer(kind), rows, wanted, out / kind)
        return out / kind / "model"

    return learn_rows


def _trainer(kind: Literal["sft", "dpo"]) -> Callable[..., Path]:
    if kind == "sft":
        from reasonloom.train.sft import train_sft

        return train_sft
    from reasonloom.train.dpo import train_dpo

    return train_dpo
