"""What a run still has to do: what was asked for, less what its file already holds."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import UTC, datetime
from itertools import islice, product
from pathlib import Path
from typing import NamedTuple

from reasonloom import __version__
from reasonloom.data import load
from reasonloom.errors import InputError
from reasonloom.evaluate import store
from reasonloom.evaluate.records import Arm, Attempt, Key, ModelUsed, Settings
from reasonloom.ledger import Limits
from reasonloom.models.protocol import Model
from reasonloom.problem import Problem
from reasonloom.spec import parse
from reasonloom.strategies.build import make_strategy
from reasonloom.strategies.step_scorer import StepScorer
from reasonloom.strategies.strategy import Strategy

FOLDER = Path("runs")
_FIXED = ("dataset", "models", "split", "seed", "budget", "library")
_WEIGHTS = " with weights "


@dataclass(frozen=True, slots=True)
class Wish:
    """What to evaluate.

    dataset     as `data.load` takes it
    strategies  specs
    split       dev of what is drawn, the published test of a benchmark, if not given
    limit       the first so many problems; all if not given
    samples     attempts of each strategy on each problem
    budget      of one attempt
    library     a folder of templates instead of the shipped ones
    """

    dataset: str
    strategies: Sequence[str]
    split: str | None = None
    limit: int | None = None
    samples: int = 1
    seed: int = 0
    budget: Limits | None = None
    library: Path | None = None

    def __post_init__(self) -> None:
        if self.samples < 1:
            raise InputError(f"samples={self.samples} asks for nothing: give 1 or more")
        if not self.strategies:
            raise InputError("no strategy is named: give one, such as cot")
        load(self.dataset, limit=self.limit)
        self.made()

    def made(self) -> dict[str, Strategy]:
        """The strategies by their specs in one spelling.

        Raises SpecError for an unknown one, InputError where two specs mean the same.
        """
        found: dict[str, Strategy] = {}
        for text in self.strategies:
            spec = parse(text)
            strategy = make_strategy(spec)
            for other, known in found.items():
                if known == strategy:
                    raise InputError(f"{other} and {text} are the same strategy: keep one")
            found[str(spec)] = strategy
        return found

    def settings(self, models: Mapping[str, Model]) -> Settings:
        """As they are stored."""
        return Settings(
            str(load(self.dataset).spec),
            {role: _used(model) for role, model in models.items()},
            self.split,
            self.seed,
            self.limit,
            self.samples,
            str(self.budget or ""),
            None if self.library is None else str(self.library),
            __version__,
            datetime.now(UTC).isoformat(timespec="seconds"),
        )


class Task(NamedTuple):
    """One attempt that is still to be made."""

    key: Key
    problem: Problem
    strategy: Strategy


@dataclass(frozen=True, slots=True)
class Plan:
    """`done` is what the run's file holds of what was asked for, `todo` the rest, problem by
    problem, so that a run that is stopped has the same problems of every strategy."""

    settings: Settings
    problems: Sequence[Problem]
    done: Sequence[Attempt]
    todo: Sequence[Task]


def default_path(settings: Settings) -> Path:
    """The same for the same settings, so that the same command goes on with the same run."""
    fixed = repr([getattr(settings, name) for name in _FIXED])
    digest = hashlib.sha256(fixed.encode()).hexdigest()[:8]
    models = "-".join(used.spec for used in settings.models.values())
    words = re.sub(r"[^A-Za-z0-9.]+", "-", f"{settings.dataset}-{models}").strip("-")
    return FOLDER / f"{words[:80]}-{digest}.db"


def make_plan(run: store.Run, wish: Wish, asked: Settings, *, retry_failed: bool = False) -> Plan:
    """Write what is new into the run, and say what is to be done.

    Raises InputError when the run was made with other settings or its problems have changed.
    """
    held = store.settings(run)
    if held is not None:
        _same_settings(run.path, held, asked)
        asked = replace(asked, created=held.created)
    made = wish.made()
    _join(run, made)
    problems = _problems(run, wish)
    store.write_settings(run, asked)
    wanted = {Key(p.id, s, j) for p, s, j in product(problems, made, range(wish.samples))}
    done = [a for a in store.attempts(run) if a.key in wanted and not (retry_failed and a.failure)]
    finished = {attempt.key for attempt in done}
    keys = (Key(p.id, s, j) for p in problems for s in made for j in range(wish.samples))
    by_id = {problem.id: problem for problem in problems}
    todo = [Task(k, by_id[k.problem], made[k.strategy]) for k in keys if k not in finished]
    return Plan(asked, problems, done, todo)


def _same_settings(path: Path, held: Settings, asked: Settings) -> None:
    for name in _FIXED:
        was, now = getattr(held, name), getattr(asked, name)
        if name == "models":
            was, now = _identities(was), _identities(now)
        if was != now:
            raise InputError(
                f"the run {path} was made with {name}={was} and now it is {now}:"
                " name another file by --run"
            )


def _identities(models: Mapping[str, ModelUsed]) -> dict[str, str]:
    return {role: f"{m.spec} {m.hash or ''}".strip() for role, m in models.items()}


def _join(run: store.Run, made: Mapping[str, Strategy]) -> None:
    """Add the strategies; one that the run has must still mean the same."""
    known = {arm.spec: arm.made for arm in store.arms(run)}
    arms = [Arm(spec, _meaning(strategy)) for spec, strategy in made.items()]
    for arm in arms:
        if known.get(arm.spec, arm.made) != arm.made:
            raise InputError(
                f"the run {run.path} was made when {_change(arm, known[arm.spec])}:"
                " name another file by --run"
            )
    store.write_arms(run, arms)


def _meaning(strategy: Strategy) -> str:
    """As `Arm.made` says it."""
    return _WEIGHTS.join([repr(strategy), *(scorer.weights for scorer in _scorers(strategy))])


def _scorers(part: object) -> Iterator[StepScorer]:
    """The step scorers within a strategy, however deep."""
    if isinstance(part, StepScorer):
        yield part
    elif is_dataclass(part):
        for field in fields(part):
            yield from _scorers(getattr(part, field.name))


def _change(arm: Arm, was: str) -> str:
    """What a strategy was when the run was made, and what it is now."""
    (then, *before), (now, *after) = was.split(_WEIGHTS), arm.made.split(_WEIGHTS)
    if then != now:
        return f"{arm.spec} meant {then}, and now it is {now}"
    return (
        f"the scorer of {arm.spec} had the weights {', '.join(before) or '(not noted)'}, and now"
        f" it has {', '.join(after)}"
    )


def _problems(run: store.Run, wish: Wish) -> list[Problem]:
    """The problems asked for, stored and new; the source is not read where all are stored."""
    held = store.problems(run)
    if wish.limit is not None and len(held) >= wish.limit:
        return held[: wish.limit]
    data = iter(load(wish.dataset, split=wish.split, limit=wish.limit, seed=wish.seed))
    for problem, again in zip(held, islice(data, len(held)), strict=False):
        if problem.id != again.id:
            raise InputError(
                f"{wish.dataset} has changed since the run {run.path} was begun"
                f" ({again.question[:40]!r} stands where {problem.question[:40]!r} was):"
                " name another file by --run"
            )
    new = list(data)
    if not held and not new:
        raise InputError(f"{wish.dataset} holds no problem: name another source")
    store.write_problems(run, new, len(held))
    return store.problems(run)


def _used(model: Model) -> ModelUsed:
    profile = model.profile
    return ModelUsed(model.name, profile.hash, profile.usd_per_million, profile.priced_on)
