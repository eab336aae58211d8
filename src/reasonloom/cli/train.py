"""`loom train`: rows and trainers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from reasonloom.cli.train_navigator import adjust, likelihood, plan, structure
from reasonloom.cli.train_scorer import scorer, scorer_rows
from reasonloom.cli.train_trajectories import trajectories

if TYPE_CHECKING:
    from reasonloom.train.recipe import Recipe

app = typer.Typer(no_args_is_help=True, help="Make data for reasoning models, and train them.")

Rows = Annotated[Path, typer.Argument(help="A JSONL file.")]
Out = Annotated[Path, typer.Argument(help="Where the run lives; a stopped run goes on.")]
Named = Annotated[
    str | None, typer.Option("--recipe", help="A YAML file, or a shipped recipe (s1, limo …).")
]
Changes = Annotated[
    list[str] | None, typer.Option("--set", help="key=value, over the recipe; may be repeated.")
]
ModelSpec = Annotated[
    str | None, typer.Option("--model", help="nano, local:PATH or local:NAME of a hub.")
]
Dry = Annotated[
    bool, typer.Option("--dry-run", help="Show recipe, data and memory; load no weights.")
]


@app.command()
def sft(
    rows: Rows,
    out: Out,
    recipe: Named = None,
    changes: Changes = None,
    model: ModelSpec = None,
    dry_run: Dry = False,
) -> None:
    """Supervised fine-tuning on prompt and completion, or on question, thinking and answer."""
    from reasonloom.train.reasoning_rows import rows_of
    from reasonloom.train.recipe import SFT
    from reasonloom.train.rows import SFT as COLUMNS

    wanted = _recipe(SFT, recipe, changes, model)
    made = rows_of(rows, wanted)
    if dry_run:
        return _show_plan(made, COLUMNS[1:], wanted)
    from reasonloom.train.sft import train_sft

    learn(train_sft, made, wanted, out)


@app.command()
def dpo(
    rows: Rows,
    out: Out,
    recipe: Named = None,
    changes: Changes = None,
    model: ModelSpec = None,
    dry_run: Dry = False,
) -> None:
    """Direct preference optimisation on prompt, chosen and rejected."""
    from reasonloom.train.recipe import DPO
    from reasonloom.train.rows import PREFERENCE, read_rows

    wanted = _recipe(DPO, recipe, changes, model)
    made = read_rows(rows, PREFERENCE)
    if dry_run:
        return _show_plan(made, PREFERENCE[1:], wanted)
    from reasonloom.train.dpo import train_dpo

    learn(train_dpo, made, wanted, out)


@app.command()
def rl(
    data: Annotated[str, typer.Argument(help="A JSONL file of rows, or problems by their spec.")],
    out: Out,
    recipe: Named = None,
    changes: Changes = None,
    model: ModelSpec = None,
    split: Annotated[
        str | None, typer.Option("--split", help="Of the problems; train of what is drawn.")
    ] = None,
    limit: Annotated[int | None, typer.Option("--limit", help="The first so many.")] = None,
    dry_run: Dry = False,
) -> None:
    """Reinforcement learning on prompt and answer, or on problems with a reference answer."""
    from reasonloom.train.rl.problem_rows import dialect_for, rows_for
    from reasonloom.train.rl.recipe import RL

    wanted = _recipe(RL, recipe, changes, model)
    dialect = dialect_for(wanted.model)
    made = rows_for(data, dialect, split=split, limit=limit, seed=wanted.seed)
    if dry_run:
        return _show_plan(made, (), wanted)
    from reasonloom.train.rl.run import train_rl

    learn(train_rl, made, wanted, out)


@app.command()
def plot(
    run: Annotated[Path, typer.Argument(help="A run of `loom train`.")],
    out: Annotated[Path | None, typer.Option("--out", "-o", help="An SVG file.")] = None,
) -> None:
    """Draw a run's curves."""
    from reasonloom.train.plot import draw

    print(f"wrote {draw(run, out)}")


app.command()(structure)
app.command()(plan)
app.command()(adjust)
app.command()(trajectories)
app.command("scorer-rows")(scorer_rows)
app.command()(scorer)
app.command()(likelihood)


@app.command()
def recipes(
    name: Annotated[str | None, typer.Argument(help="Show this one.")] = None,
    path: Annotated[bool, typer.Option("--path", help="Print its path alone.")] = False,
) -> None:
    """List the shipped recipes, or show one."""
    from reasonloom.train.recipe import find_recipe, shipped

    if name:
        found = find_recipe(name)
        print(found if path else found.read_text("utf-8").rstrip())
        return
    for each in shipped():
        print(f"{each:26}{find_recipe(each).read_text('utf-8').splitlines()[0].lstrip('# ')}")


def learn(trainer: Callable[..., Path], rows: Any, recipe: Recipe, out: Path) -> None:
    """Run a trainer behind a progress bar, and say where the model is."""
    from reasonloom.cli.progress import learning_bar

    with learning_bar() as report:
        model = trainer(rows, recipe, out, report)
    print(f"the model is in {model}: try --model local:{model}")


def _recipe(kind: Any, recipe: str | None, changes: list[str] | None, model: str | None) -> Any:
    from reasonloom.train.recipe import load_recipe

    over = [*(changes or []), *([f"model={model}"] if model else [])]
    return load_recipe(kind, recipe, over)


def _show_plan(rows: Any, replies: Any, recipe: Recipe) -> None:
    from reasonloom.cli.train_plan import show
    from reasonloom.train.dry_run import dry_run

    show(recipe, dry_run(rows, replies, recipe))
