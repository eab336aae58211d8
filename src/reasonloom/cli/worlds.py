"""`loom worlds`: see the problems that nano is made of."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from reasonloom.cli import gym

if TYPE_CHECKING:
    import random

    from reasonloom.worlds.composite import WorldProblem

app = typer.Typer(no_args_is_help=True, help="Draw problems from the worlds.")


@app.command("list")
def list_families() -> None:
    """Every family, with the templates that solve it."""
    from reasonloom.worlds.families import FAMILIES

    for family in FAMILIES.values():
        print(f"{family.name:20} {'; '.join(m.template for m in family.methods)}")


Kind = Literal["chain", "branch"]


class Perturbation(StrEnum):
    rephrase = "rephrase"
    renumber = "renumber"
    reorder = "reorder"
    distract = "distract"


@app.command()
def sample(
    families: Annotated[
        list[str] | None, typer.Argument(help="Families to draw from; all if none is given.")
    ] = None,
    depth: Annotated[int, typer.Option(help="Parts that are linked, 1 to 8.")] = 1,
    shape: Annotated[
        Kind | None, typer.Option(help="How parts are linked; some of each if not given.")
    ] = None,
    level: Annotated[int, typer.Option(help="1 to 3.", min=1, max=3)] = 1,
    n: Annotated[int, typer.Option("-n", help="How many.", min=1)] = 3,
    language: Annotated[str, typer.Option(help="en or ko.")] = "en",
    perturb: Annotated[
        list[Perturbation] | None,
        typer.Option(help="Change each problem after it is drawn; give it again for more changes."),
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of the draw.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Draw problems of the dev split with their answers."""
    import json
    import random

    from reasonloom.errors import InputError
    from reasonloom.worlds.draw import draw

    if language not in ("en", "ko"):
        raise InputError(f"language {language!r} is not spoken in the worlds: take en or ko")
    rng = random.Random(seed)
    for _ in range(n):
        world = draw(
            rng,
            families=families,
            depth=depth,
            level=level,
            language=language,
            split="dev",
            shape=shape,
        )
        for change in perturb or ():
            world = _perturbed(world, change, rng)
        problem = world.problem
        if as_json:
            row = {"question": problem.question, "answer": problem.answer, **problem.meta}
            print(json.dumps(row, ensure_ascii=False))
        else:
            print(f"{problem.question}\n  = {problem.answer}")


def _perturbed(world: WorldProblem, change: Perturbation, rng: random.Random) -> WorldProblem:
    """The problem changed, with numbers and sentences that nothing is trained on."""
    from reasonloom.worlds import perturb

    match change:
        case Perturbation.rephrase:
            return perturb.rephrase(world, rng)
        case Perturbation.renumber:
            return perturb.renumber(world, rng, "dev")
        case Perturbation.reorder:
            return perturb.reorder(world, rng)
        case Perturbation.distract:
            return perturb.distract(world, rng, held_out=True)


app.command()(gym.show)
app.command()(gym.solve)
