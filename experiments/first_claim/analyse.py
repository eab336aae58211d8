"""From records to numbers: what the registration names, no more and no less."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from reasonloom.evaluate.paired import Difference, difference
from reasonloom.grading.canonical import canonical
from reasonloom.rates import Rate
from reasonloom.strategies.vote import plurality

from .arms import RUNGS
from .design import ALONE, CHAINS, SHARED
from .measure import Record
from .problems import PERTURBED_DEPTH

LABELS = {SHARED: "shared", ALONE: "cot-only", CHAINS: "cot-only, preference"}
"""How an arm of chains names its model."""
BASELINE = f"self-consistency ({LABELS[ALONE]})"
STRICTER = f"self-consistency ({LABELS[CHAINS]})"


@dataclass
class Results:
    """Whether each arm was right: `right[arm][group][(seed, key)]`, and its tokens likewise."""

    right: dict[str, dict[str, dict[tuple[int, str], bool]]]
    tokens: dict[str, dict[str, dict[tuple[int, str], int]]]
    records: dict[str, list[tuple[int, Record]]]

    @classmethod
    def of(cls, found: Mapping[str, Mapping[int, list[Record]]]) -> Results:
        """found  the records of each kind of model, by training seed"""
        results = cls(_nested(), _nested(), defaultdict(list))
        for kind, by_seed in found.items():
            for seed, records in sorted(by_seed.items()):
                for record in records:
                    results._add(kind, seed, record)
        return results

    def _add(self, kind: str, seed: int, record: Record) -> None:
        arm = record["arm"]
        if arm in ("cot", "self-consistency"):
            arm = f"{arm} ({LABELS[kind]})"
        place = (seed, record["key"])
        good = vote(record) if "answers" in record else record["right"]
        self.right[arm][record["group"]][place] = good
        self.tokens[arm][record["group"]][place] = record["prompt"] + record["completion"]
        self.records[arm].append((seed, record))

    def rate(self, arm: str, group: str) -> Rate:
        marks = self.right[arm][group].values()
        return Rate(sum(marks), len(marks))

    def cost(self, arm: str, group: str) -> float:
        spent = self.tokens[arm][group].values()
        return sum(spent) / max(1, len(spent))

    def compare(self, one: str, two: str, groups: Iterable[str]) -> Difference:
        """Paired by training seed and problem; a problem's seeds are one cluster."""
        pairs = [
            (self.right[one][g][place], self.right[two][g][place], place[1])
            for g in groups
            for place in sorted(self.right[one][g].keys() & self.right[two][g].keys())
        ]
        first, second, keys = zip(*pairs, strict=True)
        return difference(first, second, clusters=keys)

    def against_plain(self, arm: str, group: str) -> Difference:
        """An arm on perturbed problems minus the same arm on the plain ones."""
        plain = {
            (seed, key.partition("/")[2]): good
            for (seed, key), good in self.right[arm][f"depth {PERTURBED_DEPTH}"].items()
        }
        changed = {
            (seed, key.partition("/")[2]): good
            for (seed, key), good in self.right[arm][group].items()
        }
        places = sorted(plain.keys() & changed.keys())
        return difference(
            [changed[p] for p in places],
            [plain[p] for p in places],
            clusters=[number for _, number in places],
        )

    def slope(self, one: str, two: str, depths: Sequence[int]) -> tuple[float, float, float]:
        """Points by which the gap grows with each further part, with its 95 % interval."""
        gaps: dict[str, list[float]] = defaultdict(list)
        for depth in depths:
            group = f"depth {depth}"
            for place, good in self.right[one][group].items():
                gaps[place[1]].append(100.0 * (good - self.right[two][group][place]))
        keys = sorted(gaps)
        x = np.array([int(k.split()[1].split("/")[0]) for k in keys], float)
        y = np.array([np.mean(gaps[k]) for k in keys])
        rng = np.random.default_rng(0)
        draws = [rng.integers(0, len(keys), len(keys)) for _ in range(2_000)]
        slopes = [float(np.polyfit(x[d], y[d], 1)[0]) for d in draws]
        low, high = np.quantile(slopes, (0.025, 0.975))
        return float(np.polyfit(x, y, 1)[0]), float(low), float(high)

    def assessment(self, arm: str = "reasonflux") -> dict[str, Rate]:
        """Of the navigator's judgements of steps whose inputs are right."""
        sent_back: Counter[bool] = Counter()
        seen: Counter[bool] = Counter()
        for _, record in self.records[arm]:
            if record["group"].startswith("depth "):
                for step in record["steps"]:
                    if step["clean"]:
                        seen[step["right"]] += 1
                        sent_back[step["right"]] += step["action"] in ("retry", "replace")
        return {
            "wrong steps sent back (sensitivity)": Rate(sent_back[False], seen[False]),
            "right steps let pass (specificity)": Rate(seen[True] - sent_back[True], seen[True]),
        }

    def rounds(self, arm: str = "reasonflux") -> dict[int, tuple[float, float]]:
        """Mean rounds and mean number of different templates, by depth."""
        found: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for _, record in self.records[arm]:
            if record["group"].startswith("depth "):
                names = {s["template"] for s in record["steps"] if s["template"]}
                depth = int(record["group"].split()[1])
                found[depth].append((len(record["steps"]), len(names)))
        return {
            depth: (float(np.mean([r for r, _ in of])), float(np.mean([t for _, t in of])))
            for depth, of in sorted(found.items())
        }


class Choice(NamedTuple):
    """A template in a family's steps, as first tried.

    planned  how many of them showed it
    right    how many of those came right, of those whose inputs were
    """

    planned: Rate
    right: Rate


def choices(results: Results, arm: str, groups: Iterable[str]) -> dict[tuple[str, str], Choice]:
    """By family and template; `none` where no template was found."""
    tries: dict[str, dict[str, list[Record]]] = defaultdict(lambda: defaultdict(list))
    wanted = set(groups)
    for _, record in results.records[arm]:
        for step in record["steps"] if record["group"] in wanted else ():
            if step["attempt"] == 1 and step["family"]:
                tries[step["family"]][step["template"] or "none"].append(step)
    return {
        (family, template): Choice(Rate(len(own), sum(map(len, of.values()))), right_steps(own))
        for family, of in sorted(tries.items())
        for template, own in sorted(of.items())
    }


def right_steps(steps: Iterable[Record]) -> Rate:
    """Of those whose inputs are right."""
    marks = [step["right"] for step in steps if step["clean"]]
    return Rate(sum(marks), len(marks))


def vote(record: Record) -> bool:
    """Whether the plurality of a record's samples is right."""
    winner = plurality(dict(enumerate(record["answers"])))
    return winner is not None and winner.key == canonical(record["truth"])


def ladder(results: Results, group: str) -> dict[str, Rate]:
    """The rate of each rung on a group of problems; without trials where it was not tried there."""
    return {rung: results.rate(f"ladder: {rung}", group) for rung in (*RUNGS, "withheld")}


def _nested() -> Any:
    return defaultdict(lambda: defaultdict(dict))
