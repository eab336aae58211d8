"""`loom train trajectories`: preference over plans, from roll-outs to the DPO trainer."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from reasonloom.train.recipe import DPO
    from reasonloom.train.trajectories import Report

Text = str | None
DATA = "world:composite(depth=3)"


def trajectories(
    out: Annotated[Path, typer.Argument(help="A folder; a stopped command goes on from it.")],
    data: Annotated[
        list[str] | None,
        typer.Option(help=f"world:…, FILE.jsonl, …; repeat it for several; {DATA} if left out."),
    ] = None,
    model: Annotated[str, typer.Option(help="As for loom solve.")] = "nano",
    navigator: Annotated[
        Text, typer.Option(help="Another model to plan: the one to train.")
    ] = None,
    reasoner: Annotated[Text, typer.Option(help="Another model to carry steps out.")] = None,
    library: Annotated[Path | None, typer.Option(help="A folder of templates of yours.")] = None,
    k: Annotated[int, typer.Option(help="Trajectories sampled for a problem.")] = 8,
    m: Annotated[int, typer.Option(help="Similar problems that score a trajectory too.")] = 4,
    margin: Annotated[float, typer.Option(help="Least difference of rewards in a pair.")] = 0.4,
    per_problem: Annotated[
        int, typer.Option(help="Pairs of a problem at the most; 1 is best against worst.")
    ] = 4,
    temperature: Annotated[float, typer.Option(help="Of planning.")] = 1.0,
    checks: Annotated[
        int, typer.Option(help="Solutions that check a similar problem which a model wrote.")
    ] = 5,
    agree: Annotated[float, typer.Option(help="Share of them that must agree.")] = 0.8,
    limit: Annotated[
        int | None, typer.Option("--limit", "-n", help="Problems of each --data.")
    ] = None,
    split: Annotated[Text, typer.Option(help="train if not given; a file has none.")] = None,
    seed: Annotated[int, typer.Option(help="Seed of every random draw.")] = 0,
    concurrency: Annotated[int | None, typer.Option(help="Roll-outs at once.")] = None,
    cache: Annotated[Path | None, typer.Option(help="A SQLite file of replies.")] = None,
    trace: Annotated[Path | None, typer.Option(help="Append every event to this file.")] = None,
    pairs_only: Annotated[
        bool, typer.Option("--pairs-only", help="Write the pairs and the report; train nothing.")
    ] = False,
    format: Annotated[
        str, typer.Option(help="trl, or llamafactory for its files beside ours.")
    ] = "trl",
    controls: Annotated[
        bool, typer.Option("--controls", help="Also shuffled pairs, and SFT rows of the best.")
    ] = False,
    recipe: Annotated[Text, typer.Option(help="Of DPO: a YAML file or a shipped one.")] = None,
    changes: Annotated[
        list[str] | None, typer.Option("--set", help="key=value, over the recipe.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Learn which plans of templates work: sample, score by roll-outs, pair, and train by DPO."""
    import asyncio

    from reasonloom.cli.progress import making_bar
    from reasonloom.train.trajectories import Settings, make_pairs, sources

    settings = Settings(k, m, margin, per_problem, temperature, checks, agree, seed)
    learnt = None if pairs_only else _recipe(navigator or model, recipe, changes)
    found = sources(data or [DATA], split=split, limit=limit, seed=seed)
    with making_bar("problems") as watch:
        made = asyncio.run(
            make_pairs(
                found,
                out,
                settings,
                format=_format(format),
                controls=controls,
                watch=watch,
                model=model,
                navigator=navigator,
                reasoner=reasoner,
                library=library,
                cache=cache,
                trace=trace,
                at_once=concurrency,
            )
        )
    _show(made.report, out, as_json)
    if learnt is not None:
        _train(made.rows, learnt, out)


def _format(name: str) -> Any:
    from reasonloom.errors import InputError
    from reasonloom.spec import unknown

    if name not in ("trl", "llamafactory"):
        raise InputError(unknown("format", name, ("trl", "llamafactory")))
    return name


def _recipe(planner: str, recipe: str | None, changes: list[str] | None) -> DPO:
    """Before anything is rolled out: the planner is what learns, so it must be one that can."""
    from reasonloom.errors import InputError
    from reasonloom.train.recipe import DPO, load_recipe

    if planner != "nano" and not planner.startswith("local:"):
        raise InputError(
            f"{planner} cannot be trained here: add --pairs-only to make the pairs alone, or take"
            " nano or local:PATH as the navigator"
        )
    return load_recipe(DPO, recipe, [f"model={planner}", *(changes or [])])


def _train(rows: list[Any], recipe: DPO, out: Path) -> None:
    from reasonloom.cli.train import learn
    from reasonloom.errors import InputError
    from reasonloom.train.dpo import train_dpo

    if not rows:
        raise InputError(
            "no two trajectories of a problem lie so far apart, so there is nothing to learn:"
            " lower --margin, raise --k or --temperature, or take other problems"
        )
    learn(train_dpo, rows, recipe, out / "dpo")


def _show(report: Report, out: Path, as_json: bool) -> None:
    if as_json:
        import json

        print(json.dumps(report.as_json()))
        return
    for name, told in lines(report):
        typer.echo(f"{name:<22}{told}")
    for left in report.left_out:
        typer.echo(f"left out: problem {left.problem}: {left.why}", err=True)
    typer.echo(f"{report.pairs} pairs in {out / 'pairs.jsonl'}")


def lines(report: Report) -> list[tuple[str, str]]:
    """The report as it is printed: a name and what is told under it."""
    spread = "  ".join(f"{reward}: {count}" for reward, count in report.histogram.items())
    failed = f"{report.unreadable} unreadable, {report.outside} outside"
    short = f", {report.short} with fewer than {report.settings.m} similar ones"
    refused = f" ({report.refused} refused)" if report.refused else ""
    cost = report.costs
    tokens = cost["prompt_tokens"] + cost["completion_tokens"]
    return [
        ("problems", f"{report.problems}{short if report.short else ''}"),
        ("trajectories", f"{report.samples} sampled, {failed}; {report.distinct:.1f} different"),
        ("roll-outs", f"{report.rollouts}{refused}, R in steps of {report.granularity:.2f}"),
        ("mean R, sampled", str(report.sampled)),
        ("mean R, greedy", str(report.greedy)),
        ("mean R, best of K", f"{report.best}  (oracle: chosen by the R it is told by)"),
        ("... chosen apart", str(report.best_apart or "n/a")),
        ("samples by R", spread),
        ("variance in a problem", _number(report.variance)),
        (
            "... by chance",
            f"{_number(report.noise)}, standard error {_number(report.standard_error)}",
        ),
        ("problems with a pair", str(report.usable)),
        ("cost", f"{cost['calls']:,.0f} calls, {tokens:,.0f} tokens, {cost['usd']:.4f} USD"),
    ]


def _number(value: float | None) -> str:
    return "n/a" if value is None else f"{value:.4f}"
