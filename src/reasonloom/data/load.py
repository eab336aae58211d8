"""One spec, one stream of problems, whatever the source."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from reasonloom.data import drawn
from reasonloom.data.catalog import BENCHMARKS, Benchmark
from reasonloom.data.columns import Columns
from reasonloom.data.hub import hub_rows
from reasonloom.data.items import Item, problem
from reasonloom.data.rows import Row, read_rows
from reasonloom.errors import InputError, SpecError
from reasonloom.problem import Problem
from reasonloom.spec import Spec, build, parse, unknown

_FILE = re.compile(r"\s*([^()\"']+\.(?:jsonl|json|csv|parquet))\s*(\(.*\))?\s*", re.DOTALL)
_HUB = re.compile(r"\s*hf:([^()\"'\s]+)\s*(\(.*\))?\s*", re.DOTALL)


class Duplicate(NamedTuple):
    """A problem left out because `problem` had come before; rows are counted from 1."""

    row: int
    problem: Problem
    same_answer: bool


@dataclass(frozen=True)
class _File(Columns):
    path: str = ""

    def __post_init__(self) -> None:
        if not self.path:
            raise ValueError("path is missing: write file(path=DATA.jsonl)")


@dataclass(frozen=True)
class _Hub(Columns):
    path: str = ""
    config: str | None = None
    split: str = "test"

    def __post_init__(self) -> None:
        if not self.path:
            raise ValueError("path is missing: write hf(path=OWNER/NAME)")


@dataclass(frozen=True)
class _Ready:
    """`path` is a copy on disk, with the columns of the hub."""

    path: str | None = None
    split: str | None = None


@dataclass
class Dataset:
    """The problems of a spec, read or drawn anew at each iteration.

    duplicates  those that the last iteration has left out so far
    """

    spec: Spec
    split: str | None = None
    limit: int | None = None
    seed: int = 0
    duplicates: list[Duplicate] = field(default_factory=list)

    def __iter__(self) -> Iterator[Problem]:
        self.duplicates.clear()
        return islice(self._distinct(), self.limit)

    @property
    def report(self) -> str:
        """A sentence on what was left out; empty if nothing was."""
        if not self.duplicates:
            return ""
        rows = ", ".join(str(d.row) for d in self.duplicates[:10])
        more = ", ..." if len(self.duplicates) > 10 else ""
        other = sum(not d.same_answer for d in self.duplicates)
        differ = f"; {other} with another answer" if other else ""
        return f"{len(self.duplicates)} repeated problems left out (rows {rows}{more}{differ})"

    def _distinct(self) -> Iterator[Problem]:
        first: dict[str, str | None] = {}
        for row, found in enumerate(_problems(self), 1):
            if found.id in first:
                same = first[found.id] == found.answer
                self.duplicates.append(Duplicate(row, found, same))
                continue
            first[found.id] = found.answer
            yield found


def load(
    spec: str | Spec, *, split: str | None = None, limit: int | None = None, seed: int = 0
) -> Dataset:
    """The problems that a spec names: nothing is read before the first one is asked for.

    spec   world:composite(depth=3), gym:gcd, a path such as problems.jsonl(question=text),
           hf:OWNER/NAME(config=...), or a benchmark by name (math_500)
    split  dev of what is drawn, the published test of a benchmark, if not given
    limit  the first so many different problems; all of them, or 100 of what is drawn without end

    Raises SpecError for an unknown name or option; reading raises InputError where a source, a
    column or a package is missing.
    """
    if limit is not None and limit < 1:
        raise InputError(f"limit={limit} asks for nothing: give 1 or more")
    named = _parsed(str(spec))
    _check(named)
    return Dataset(named, split, limit, seed)


def _parsed(text: str) -> Spec:
    """A spec; a path of a file or of the hub is taken out first, since the grammar has no slash."""
    for pattern, name in ((_FILE, "file"), (_HUB, "hf")):
        found = pattern.fullmatch(text)
        if found:
            spec = parse(name + (found[2] or ""))
            if "path" in spec.args:
                raise SpecError(f"{text!r} names a path twice: keep one")
            return Spec(name, {"path": found[1], **spec.args})
    spec = parse(text)
    if spec.scheme is None:
        return Spec(spec.name.casefold().replace("-", "_"), spec.args)
    return spec


def _check(spec: Spec) -> None:
    """What can be said before anything is read."""
    match spec.scheme, spec.name:
        case "world", name:
            _check_world(spec, name)
        case "gym", _:
            from reasonloom.worlds.gym import GymSource

            GymSource.parse(spec)
        case None, "file":
            build(_File, spec)
        case None, "hf":
            build(_Hub, spec)
        case None, name if name in BENCHMARKS:
            build(_Ready, spec)
        case _:
            known = [*BENCHMARKS, "world:composite", "gym:gcd", "file", "hf"]
            raise SpecError(unknown("dataset", str(spec), known))


def _check_world(spec: Spec, name: str) -> None:
    from reasonloom.worlds.families import FAMILIES

    if name != "composite" and name not in FAMILIES:
        raise SpecError(unknown("world", name, ["composite", *FAMILIES]))
    build(drawn.Composite if name == "composite" else drawn.One, spec)


def _problems(data: Dataset) -> Iterator[Problem]:
    spec = data.spec
    if spec.scheme == "world":
        return drawn.world(spec, data.split, data.limit, data.seed)
    if spec.scheme == "gym":
        return drawn.gym(spec, data.split, data.limit, data.seed)
    if spec.name == "file":
        return _file_problems(data, build(_File, spec))
    if spec.name == "hf":
        return _hub_problems(data, build(_Hub, spec))
    return _ready_problems(data, build(_Ready, spec), BENCHMARKS[spec.name])


def _file_problems(data: Dataset, asked: _File) -> Iterator[Problem]:
    if data.split is not None:
        raise InputError(f"{asked.path} is one file and has no split {data.split!r}: leave it out")
    source = Path(asked.path).name
    for number, row in enumerate(read_rows(Path(asked.path)), 1):
        yield problem(_item(asked.read, row, source, number), source, number, data.seed)


def _hub_problems(data: Dataset, asked: _Hub) -> Iterator[Problem]:
    source = f"hf:{asked.path}"
    rows = hub_rows(asked.path, asked.config, data.split or asked.split)
    for number, row in enumerate(rows, 1):
        yield problem(_item(asked.read, row, source, number), source, number, data.seed)


def _ready_problems(data: Dataset, asked: _Ready, known: Benchmark) -> Iterator[Problem]:
    split = data.split or asked.split or known.split
    rows = read_rows(Path(asked.path)) if asked.path else hub_rows(known.path, known.config, split)
    for number, row in enumerate(rows, 1):
        item = _item(known.read, row, data.spec.name, number)
        yield problem(item, data.spec.name, number, data.seed)


def _item(read: Callable[[Row], Item], row: Row, source: str, number: int) -> Item:
    try:
        return read(row)
    except InputError as bad:
        raise InputError(f"{source}, row {number}: {bad}") from None
