"""From records to numbers: what the registration names, no more and no less."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from arms import RUNGS
from problems import PERTURBED_DEPTH

from reasonloom.evaluate.paired import Difference, difference
from reasonloom.grading.canonical import canonical
from reasonloom.rates import Rate
from reasonloom.strategies.vote import plurality

Record = dict[str, Any]
BASELINE = "self-consistency (cot-only)"


@dataclass
class Results:
    """Whether each arm was right: `right[arm][group][(seed, key)]`, and its tokens likewise."""

    right: dict[str, dict[str, dict[tuple[int, str], bool]]]
    tokens: dict[str, dict[str, dict[tuple[int, str], int]]]
    records: dict[str, list[tuple[int, Record]]]

    @classmethod
    def of(cls, shared: dict[int, list[Record]], alone: dict[int, list[Record]]) -> Results:
        """shared and alone: by training seed the records of the model with all skills, and of the
        one that learnt chains of thought alone."""
        results = cls(_nested(), _nested(), defaultdict(list))
        for kind, by_seed in (("shared", shared), ("cot-only", alone)):
            for seed, records in by_seed.items():
                for record in records:
                    results._add(kind, seed, record)
        return results

    def _add(self, kind: str, seed: int, record: Record) -> None:
        arm = record["arm"]
        if arm in ("cot", "self-consistency"):
            arm = f"{arm} ({kind})"
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


def vote(record: Record) -> bool:
    """Whether the plurality of a record's samples is right."""
    winner = plurality(dict(enumerate(record["answers"])))
    return winner is not None and winner.key == canonical(record["truth"])


def ladder(results: Results, group: str) -> dict[str, Rate]:
    """The rate of each rung on a group of problems; without trials where it was not tried there."""
    return {rung: results.rate(f"ladder: {rung}", group) for rung in (*RUNGS, "withheld")}


def _nested() -> Any:
    return defaultdict(lambda: defaultdict(dict))
