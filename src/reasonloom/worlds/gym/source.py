"""Draws problems of reasoning-gym and parts them into train, dev and test.

Its own way to part them, by seeds, does not hold: item i comes from the random stream seed + i, so
seed 42's item 1 is seed 43's item 0, and its small families repeat within one seed too. Here a
problem belongs to a split by what it asks, as in the worlds: by the hash of our own canonical form
where one of our families asks the same, else by the hash of the question. So no two splits share a
problem, whatever the seeds, and nothing that the worlds train on is tested here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import Any

from reasonloom.errors import InputError, SpecError
from reasonloom.problem import Problem
from reasonloom.seeds import derive
from reasonloom.spec import Spec, build, parse
from reasonloom.worlds.gym import catalog
from reasonloom.worlds.gym.worked import as_part
from reasonloom.worlds.splits import Split, split_of

ITEMS = 1_000_000
"""Items of one stream that may be looked at; gsm_symbolic prepares this many (0.3 s)."""
PATIENCE = 20_000
"""Items in a row without a new problem of the split, after which there is none (our choice)."""
_KEPT = frozenset(
    "decimal_value denominator equation expression k_heads num_trials numbers numerator"
    " problem_type rational simplified_denominator simplified_numerator solution source_base"
    " source_repr target_base variable".split()
)
"""Metadata that scorers and our worked solutions read; the rest is long or not even JSON."""


@dataclass(frozen=True)
class GymSource:
    """One family with options of its configuration, such as `gym:gcd(max_value=50)`.

    Raises SpecError for a family that is not taken.
    """

    name: str
    options: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        catalog.check(self.name)

    @staticmethod
    def parse(text: str | Spec) -> GymSource:
        """Raises SpecError for a spec that is not `gym:NAME(option=value, ...)`."""
        spec = parse(text) if isinstance(text, str) else text
        if spec.scheme != "gym":
            raise SpecError(f"{spec} is no problem of reasoning-gym: write gym:gcd, for example")
        return GymSource(spec.name, spec.args)

    def __str__(self) -> str:
        return str(Spec(self.name, self.options, "gym"))

    def problems(self, split: Split, count: int, seed: int = 0) -> list[Problem]:
        """The first `count` problems of a split, all different; a longer list begins the same.

        Raises SpecError for an option that reasoning-gym does not take, and InputError without the
        extra or where the split has fewer problems.
        """
        found = list(islice(self._distinct(split, seed), count))
        if len(found) < count:
            raise InputError(
                f"{self} has only {len(found)} different problems in {split}, not {count}:"
                " ask for fewer, or widen its options"
            )
        return found

    def score(self, answer: str, problem: Problem) -> float:
        """What reasoning-gym pays for an answer as it stands; partial pay does not mean much."""
        entry = {
            "question": problem.question,
            "answer": problem.answer,
            "metadata": problem.meta["metadata"],
        }
        return float(_dataset(str(self), 0).score_answer(answer, entry))

    def _distinct(self, split: Split, seed: int) -> Iterator[Problem]:
        dataset = _dataset(str(self), derive(seed, "gym"))
        seen: set[str] = set()
        last = 0
        for index in range(ITEMS):
            if index - last > PATIENCE:
                return
            entry = dataset[index]
            key = _key(self.name, entry)
            if key in seen or split_of(key) != split:
                continue
            seen.add(key)
            if catalog.sound(self.name, entry):
                last = index
                yield self._problem(entry, seed, index)

    def _problem(self, entry: Mapping[str, Any], seed: int, index: int) -> Problem:
        data = {k: v for k, v in entry["metadata"].items() if k in _KEPT}
        return Problem(
            entry["question"].strip(),
            str(entry["answer"]),
            topic=catalog.TOPICS[self.name],
            source=str(self),
            meta={"family": self.name, "seed": seed, "index": index, "metadata": data},
        )


def _key(name: str, entry: Mapping[str, Any]) -> str:
    """What a problem asks, as a text; equal for two wordings that one of our families covers."""
    part = as_part(name, entry["metadata"]) if catalog.sound(name, entry) else None
    return part.canonical if part else str(entry["question"]).strip()


@lru_cache(maxsize=64)
def _dataset(source: str, seed: int) -> Any:
    try:
        from reasoning_gym.factory import DATASETS
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] != "reasoning_gym":
            raise
        raise InputError(f"{source} needs reasoning-gym: pip install 'reasonloom[gym]'") from None
    spec = parse(source)
    made, config = DATASETS[spec.name]
    return made(_config(config, spec, seed))


def _config(cls: type[Any], spec: Spec, seed: int) -> Any:
    """The family's configuration, checked by its own rules too."""
    if own := {"seed", "size"} & set(spec.args):
        raise SpecError(
            f"{spec}: {min(own)} is set by the source: leave it out, and ask for problems by count"
        )
    lists = {k: list(map(_plain, v)) for k, v in spec.args.items() if isinstance(v, tuple)}
    config = build(cls, spec, seed=seed, size=ITEMS, **lists)
    try:
        config.validate()
    except AssertionError as bad:
        raise SpecError(f"{spec}: {bad}") from None
    return config


def _plain(value: Any) -> Any:
    return value.name if isinstance(value, Spec) else value
