"""The problems to learn from, each with what its similar ones are drawn from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from reasonloom.data import drawn
from reasonloom.data.load import load
from reasonloom.errors import InputError
from reasonloom.problem import Problem
from reasonloom.spec import Spec
from reasonloom.worlds.composite import WorldProblem
from reasonloom.worlds.splits import WITHHELD_DEPTHS, Split


@dataclass(frozen=True)
class Source:
    """A problem; `world` where it was drawn, from `split`, so that similar ones can be too."""

    problem: Problem
    world: WorldProblem | None = None
    split: Split | None = None


def sources(
    specs: Sequence[str], *, split: str | None = None, limit: int | None = None, seed: int = 0
) -> list[Source]:
    """The problems of several data specs, each once.

    split  train if not given, save of a file, which has no splits; so nothing that is kept for
           measuring, in worlds or in a benchmark, is learnt from unasked
    limit  problems of each spec; all of them, or 100 of what is drawn without end, if not given

    Raises InputError for a spec without a problem, and for a problem without a reference answer:
    R(T) cannot be told of it.
    """
    found: dict[str, Source] = {}
    for text in specs:
        before = len(found)
        for source in _of(text, split, limit, seed):
            found.setdefault(source.problem.id, source)
        if len(found) == before:
            raise InputError(f"{text} holds no problem that is not there already: leave it out")
    for source in found.values():
        if source.problem.answer is None:
            raise InputError(
                f"the problem {source.problem.question[:60]!r} has no reference answer, so"
                " trajectories for it cannot be scored: add an answer or leave the problem out"
            )
    return list(found.values())


def _of(text: str, split: str | None, limit: int | None, seed: int) -> Iterator[Source]:
    data = load(text, limit=limit, seed=seed)
    if data.spec.scheme == "world":
        part = drawn.as_split(split or "train")
        spec = _trainable(data.spec) if part == "train" else data.spec
        for world, problem in drawn.worlds(spec, part, limit, seed):
            yield Source(problem, world, part)
        return
    chosen = data.spec.name == "file" or "split" in data.spec.args
    data.split = split if split or chosen else "train"
    yield from map(Source, data)


def _trainable(spec: Spec) -> Spec:
    """The spec without the links that training never shows.

    Raises InputError for a depth that is withheld from training.
    """
    if spec.name != "composite":
        return spec
    if spec.args.get("depth") in WITHHELD_DEPTHS:
        raise InputError(
            f"depth {spec.args['depth']} is withheld from training: take one below"
            f" {min(WITHHELD_DEPTHS)}, or --split dev to measure only"
        )
    return replace(spec, args={"withheld": False, **spec.args})
