"""`loom nano`: build the embedded model, check it, show its card."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(no_args_is_help=True, help="Build and check the embedded model.")


@app.command()
def build(
    folder: Annotated[Path, typer.Argument(help="Where the run lives; a stopped run goes on.")],
    steps: Annotated[
        int | None, typer.Option(help="Updates; the recipe's own if left out.")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of data and weights.")] = None,
    out: Annotated[
        Path | None, typer.Option(help="Where the finished model goes; FOLDER/model if left out.")
    ] = None,
    device: Annotated[str, typer.Option(help="cpu or cuda.")] = "cpu",
    workers: Annotated[int, typer.Option(help="Processes that make examples meanwhile.")] = 0,
    processes: Annotated[
        int, typer.Option(help="Processes that share each batch, and the cores.")
    ] = 1,
) -> None:
    """Train nano from nothing, or go on where a run in FOLDER stopped, and export it."""
    from dataclasses import replace

    from reasonloom.cli.progress import training_bar
    from reasonloom.nano.export import export
    from reasonloom.nano.recipe import Recipe
    from reasonloom.nano.train import train

    usual = Recipe()
    recipe = replace(
        usual,
        steps=usual.steps if steps is None else steps,
        seed=usual.seed if seed is None else seed,
    )
    with training_bar(recipe.steps) as report:
        train(recipe, folder, report=report, device=device, workers=workers, processes=processes)
    print(f"exported to {export(folder, out or folder / 'model')}")


@app.command("export")
def export_run(
    folder: Annotated[Path, typer.Argument(help="A run of `loom nano build`.")],
    out: Annotated[Path, typer.Argument(help="Where the model goes.")],
) -> None:
    """Write the last checkpoint of a run as a model folder."""
    from reasonloom.nano.export import export

    print(f"exported to {export(folder, out)}")


@app.command()
def check(
    model: Annotated[str, typer.Option(help="The model to check.")] = "nano",
    problems: Annotated[int, typer.Option("-n", help="Problems a family and a depth.")] = 50,
    against: Annotated[
        Path | None, typer.Option(help="Results of an earlier check to compare with.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Write the results as JSON.")] = None,
    markdown: Annotated[Path | None, typer.Option(help="Write the tables as Markdown.")] = None,
    seed: Annotated[int, typer.Option(help="Seed of the problems.")] = 0,
    jobs: Annotated[int, typer.Option(help="Processes that share the work.")] = 2,
) -> None:
    """Accuracy per family and depth on the dev split, skills, and questions from outside.

    With --against, exit code 1 when a skill is worse by more than 2 points.
    """
    import json

    from reasonloom.cli.check_table import as_markdown, show
    from reasonloom.nano.check import compare, measure_in_processes

    results = measure_in_processes(model, problems=problems, seed=seed, jobs=jobs)
    show(results)
    if out:
        out.write_text(json.dumps(results.as_json(), indent=1) + "\n")
    if markdown:
        markdown.write_text(as_markdown(results))
    if against:
        worse = compare(json.loads(against.read_text()), results)
        for line in worse:
            print(f"worse: {line}")
        raise typer.Exit(1 if worse else 0)


@app.command()
def curve(
    runs: Annotated[list[Path], typer.Argument(help="Runs of `loom nano build`.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="An SVG file.")] = Path("curve.svg"),
) -> None:
    """Draw the learning curves of runs: loss on new examples against the tokens seen."""
    from reasonloom.nano.curve import draw

    print(f"wrote {draw(runs, out)}")
