"""Does it matter which template a step names? Each part by every template that applies.

python experiments/templates_matter.py                        the test split
python experiments/templates_matter.py --split dev --each 10  while working on it

The model gets the part's goal, the true results before it and one template, and works greedily.
What a better choice could gain is measured by halves: the best template of a family is chosen on
every second part and counted on the others, both ways.
"""

from __future__ import annotations

import argparse
import asyncio
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from statistics import fmean
from typing import NamedTuple

from reasonloom.api import TemplatesOnDemand
from reasonloom.errors import InputError
from reasonloom.evaluate.paired import difference
from reasonloom.models.protocol import Model
from reasonloom.models.resolve import resolve
from reasonloom.nano.examples import around, methods
from reasonloom.nano.skills import context, together
from reasonloom.rates import Rate, show_rate
from reasonloom.seeds import derive
from reasonloom.strategies.ask import ask, speak
from reasonloom.templates.library import Library
from reasonloom.trajectory import Step, StepResult
from reasonloom.worlds.draw import WorldProblem, draw
from reasonloom.worlds.families import FAMILIES
from reasonloom.worlds.splits import Split

PAGE = Path(__file__).parents[1] / "docs" / "results" / "templates_matter.md"
SEED = 20_261_122
DEPTHS = (1, 3, 5)


class Trial(NamedTuple):
    """One template on one part: `part` names the part, `problem` what it belongs to."""

    family: str
    template: str
    problem: int
    part: int
    right: bool
    tokens: int


class Place(NamedTuple):
    world: WorldProblem
    index: int
    problem: int


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--split", choices=("dev", "test"), default="test")
    parser.add_argument("--each", type=int, default=60, help="parts a family")
    parser.add_argument("--model", default="nano")
    parser.add_argument("--page", type=Path, help="default: in docs/results for the test split")
    given = parser.parse_args()
    model = resolve(given.model)
    trials = asyncio.run(measure(model, list(places(given.split, given.each))))
    command = f"python experiments/templates_matter.py --split {given.split} --each {given.each}"
    text = page(trials, command, model.name)
    shown = given.page or (PAGE if given.split == "test" else None)
    if shown:
        shown.write_text(text)
    print(text)


def places(split: Split, each: int) -> Iterator[Place]:
    """`each` parts of every family that has two templates or more which training shows."""
    for family in FAMILIES.values():
        rng = random.Random(derive(SEED, split, family.name))
        found: dict[str, Place] = {}
        for turn in range(20 * each):
            world = _around(family.name, rng, turn, split)
            for index, part in enumerate(world.parts):
                if part.family is family and len(methods(part)) > 1:
                    found.setdefault(part.canonical, Place(world, index, turn))
            if len(found) >= each:
                break
        yield from list(found.values())[:each]


def _around(family: str, rng: random.Random, turn: int, split: Split) -> WorldProblem:
    """A problem with a part of the family: alone, or fed by and feeding parts of others."""
    wanted = partial(draw, rng, level=1 + turn % 3, split=split, withheld=False)
    others = [name for name, other in FAMILIES.items() if other.chains and other.links]
    depth = DEPTHS[turn % len(DEPTHS)] if FAMILIES[family].links else 1
    try:
        return wanted(depth=depth, families=[family, *rng.sample(others, depth - 1)])
    except InputError:  # so few may hold no such problem
        return wanted(families=[family])


async def measure(model: Model, wanted: Sequence[Place]) -> list[Trial]:
    library, templates = Library.load(), TemplatesOnDemand()

    async def one(number: int, place: Place, name: str) -> Trial:
        world, part = place.world, place.world.parts[place.index]
        known, _ = around(world, place.index)
        template = library.get(name)
        with context(world.problem, model, templates) as ctx:
            request = speak(ctx, "reasoner").instantiate(
                world.question, Step(part.goal), [template] if template else [], known
            )
            result = await ask(ctx, request, role="reasoner")
        right = isinstance(result, StepResult) and result.value == f"{part.name} = {part.value}"
        spent = ctx.ledger.spent.completion_tokens
        return Trial(part.family.name, name, place.problem, number, right, spent)

    jobs = [
        partial(one, number, place, method.template)
        for number, place in enumerate(wanted)
        for method in methods(place.world.parts[place.index])
    ]
    try:
        return await together(jobs)
    finally:
        await model.close()


def page(trials: Sequence[Trial], command: str, model: str) -> str:
    chosen, drawn, clusters = gain(trials)
    found = difference(chosen, drawn, clusters=clusters)
    return "\n".join(
        [
            "# Does it matter which template a step names?",
            "",
            f"Model: {model}. Command: `{command}`. {len(chosen)} parts of problems; each worked",
            "greedily by every template that applies, with the true results before it.",
            "",
            f"- A template drawn uniformly: {100 * fmean(drawn):.1f} % of the parts right.",
            f"- The best template of each family: {100 * fmean(chosen):.1f} %"
            f" (**{found} points**, chosen on one half of the parts and counted on the other).",
            "",
            "| family | template | right (95 % interval) | n | tokens a reply |",
            "|---|---|---|---|---|",
            *_rows(trials),
            "",
        ]
    )


def _rows(trials: Sequence[Trial]) -> Iterator[str]:
    groups: dict[tuple[str, str], list[Trial]] = defaultdict(list)
    for trial in trials:
        groups[trial.family, trial.template].append(trial)
    for (family, template), group in groups.items():
        rate = Rate(sum(t.right for t in group), len(group))
        tokens = fmean(t.tokens for t in group)
        yield f"| {family} | {template} | {show_rate(rate)} | {len(group)} | {tokens:.0f} |"


def gain(trials: Sequence[Trial]) -> tuple[list[float], list[float], list[tuple[str, int]]]:
    """For each part: whether its family's best template, chosen on the other half, is right; the
    share of its templates that are; and the problem it belongs to."""
    parts: dict[int, list[Trial]] = defaultdict(list)
    for trial in trials:
        parts[trial.part].append(trial)
    ranks = [_ranks([t for t in trials if t.part % 2 == half]) for half in (0, 1)]
    chosen, drawn, clusters = [], [], []
    for number, tried in parts.items():
        best = max(tried, key=lambda t: ranks[1 - number % 2].get((t.family, t.template), 0.0))
        chosen.append(float(best.right))
        drawn.append(fmean(t.right for t in tried))
        clusters.append((best.family, best.problem))
    return chosen, drawn, clusters


def _ranks(trials: Sequence[Trial]) -> dict[tuple[str, str], float]:
    marks: dict[tuple[str, str], list[bool]] = defaultdict(list)
    for trial in trials:
        marks[trial.family, trial.template].append(trial.right)
    return {key: fmean(values) for key, values in marks.items()}


if __name__ == "__main__":
    main()
