"""What is compared: every strategy of every run, and the problems that they share."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import NamedTuple

from reasonloom.errors import InputError
from reasonloom.evaluate import store
from reasonloom.evaluate.records import Arm, Attempt, Settings
from reasonloom.problem import Problem
from reasonloom.spec import parse


class Asked(NamedTuple):
    """What makes two problems of different runs the same."""

    id: str
    question: str
    answer: str | None


@dataclass(frozen=True, slots=True)
class Source:
    """A run as it was read; `problems` in the dataset's order."""

    path: Path
    settings: Settings
    problems: Mapping[Asked, Problem]

    @property
    def name(self) -> str:
        return self.path.name.removesuffix(".db")

    @property
    def change(self) -> str | None:
        """How all its problems were perturbed (`distract`, say); None for problems as drawn."""
        found = {problem.meta.get("perturbed") for problem in self.problems.values()}
        return str(found.pop()) if len(found) == 1 and None not in found else None

    @property
    def priced(self) -> bool:
        """Whether the prices of all its models are known, so that 0 USD means free."""
        return all(m.usd_per_million is not None for m in self.settings.models.values())


@dataclass(frozen=True, slots=True)
class Entry:
    """One strategy of one run; `label` is unlike every other's. Problems without attempts lack."""

    label: str
    source: Source
    arm: Arm
    attempts: Mapping[Asked, Sequence[Attempt]]


def read(paths: Sequence[Path]) -> list[Entry]:
    """All strategies of some runs, in the order given.

    Raises InputError for a run that is named twice or holds no strategy, StoreError for a file that
    is none.
    """
    for path, count in Counter(p.resolve() for p in paths).items():
        if count > 1:
            raise InputError(f"the run {path} is named {count} times: name each once")
    found = [part for path in paths for part in _read(path)]
    labels = _labels(found)
    return [
        Entry(label, source, arm, attempts)
        for label, (source, arm, attempts) in zip(labels, found, strict=True)
    ]


def shared(entries: Iterable[Entry]) -> list[Asked]:
    """The problems at which every one of these made an attempt, in the first one's order."""
    first, *others = entries
    return [p for p in first.source.problems if all(p in e.attempts for e in (first, *others))]


_Part = tuple[Source, Arm, Mapping[Asked, Sequence[Attempt]]]


def _read(path: Path) -> list[_Part]:
    with store.open_run(path) as run:
        settings, arms = store.settings(run), store.arms(run)
        if settings is None or not arms:
            raise InputError(f"the run {path} holds no strategy yet: run `loom eval` first")
        problems = {Asked(p.id, p.question, p.answer): p for p in store.problems(run)}
        by_id = {asked.id: asked for asked in problems}
        source = Source(path, settings, problems)
        return [(source, arm, _by_problem(run, arm, by_id)) for arm in arms]


def _by_problem(
    run: store.Run, arm: Arm, by_id: Mapping[str, Asked]
) -> Mapping[Asked, Sequence[Attempt]]:
    found: dict[Asked, list[Attempt]] = {}
    for attempt in store.attempts(run, arm.spec):
        found.setdefault(by_id[attempt.problem], []).append(attempt)
    return found


def _labels(parts: Sequence[_Part]) -> list[str]:
    """The spec; where several runs have it, with what tells them apart.

    That is how the problems were perturbed, else the model, else the run's name or its path.
    """
    specs = Counter(arm.spec for _, arm, _ in parts)
    found = [arm.spec for _, arm, _ in parts]
    for told in (_change, _model, lambda source: source.name, lambda source: str(source.path)):
        found = [
            ", ".join(filter(None, (arm.spec, told(source)))) if specs[arm.spec] > 1 else arm.spec
            for source, arm, _ in parts
        ]
        if len(set(found)) == len(found):
            break
    return found


def _change(source: Source) -> str:
    return source.change or ""


def _model(source: Source) -> str:
    return " + ".join(dict.fromkeys(short(m.spec) for m in source.settings.models.values()))


def short(model: str) -> str:
    """A model's name without its address or folder."""
    spec = parse(model)
    return PurePath(spec.location).name if spec.scheme == "local" and spec.location else spec.name
