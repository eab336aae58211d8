"""Run every arm on every problem with one model; one JSON line a problem and arm, resumable."""

from __future__ import annotations

import asyncio
import json
import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TextIO

from reasonloom.api import TemplatesOnDemand, run
from reasonloom.context import open_context
from reasonloom.errors import InputError
from reasonloom.models.protocol import Model
from reasonloom.nano.skills import right
from reasonloom.strategies.reasonflux import ReasonFlux
from reasonloom.strategies.strategy import Strategy
from reasonloom.templates.library import Library
from reasonloom.trace import Note, Trace
from reasonloom.worlds.draw import WorldProblem
from reasonloom.worlds.splits import WITHHELD_DEPTHS

from ..common.lines import whole_lines
from .arms import RUNGS, Planned, Samples, Shown
from .problems import DEPTHS, LADDER_DEPTH, PRIMARY_DEPTHS, Item

PRIMARY = [f"depth {depth}" for depth in PRIMARY_DEPTHS]
SHOWN = [f"depth {depth}" for depth in DEPTHS if depth not in WITHHELD_DEPTHS]
VOTES = 5
AT_ONCE = 64
MOST_SAMPLES = 64
"""Of self-consistency. Where the bound is reached, the tokens on the page show it."""
UNTAUGHT = "reasonflux, untaught"
Record = dict[str, Any]
Team = dict[str, Model]
"""Models by role; `default` serves every role that has none of its own."""


class Measure:
    """One model's records in `path`, those that stand there already included.

    navigator  plans, assesses and revises in its place; without one the model does that too

    Raises InputError where `path` holds records of other weights.
    """

    def __init__(self, model: Model, path: Path, navigator: Model | None = None) -> None:
        self.path, self.taught = path, navigator is not None
        self.untaught: Team = {"default": model}
        self.team: Team = {"default": model, **({"navigator": navigator} if navigator else {})}
        self.weights = "+".join(m.profile.hash or "" for m in self.team.values())
        self.library, self.templates = Library.load(), TemplatesOnDemand()
        self.records = recorded(path, self.weights)
        self.limit = asyncio.Semaphore(AT_ONCE)

    async def planned(self, items: Sequence[Item]) -> None:
        """ReasonFlux; at depths that training shows, the same without what the navigator has been
        taught, and the same with every step accepted."""
        plain = [i for i in items if i.group in SHOWN]
        await self._arm("reasonflux", ReasonFlux(), items, self.templates)
        if self.taught:
            await self._arm(UNTAUGHT, ReasonFlux(), plain, self.templates, self.untaught)
        await self._arm("accept all", ReasonFlux(adapt=False), plain, self.templates)

    async def varied(self, items: Sequence[Item]) -> None:
        """At the primary depths, votes in place of assessments, and no template at all."""
        deep = [i for i in items if i.group in PRIMARY]
        voted = ReasonFlux(votes=VOTES, adapt=False)
        await self._arm("votes", voted, deep, self.templates)
        await self._arm("decomposition only", Planned(adapt=True), deep, "none")

    async def ladder(self, items: Sequence[Item]) -> None:
        """Each rung with every step accepted, so that nothing but the template differs."""
        some = [i for i in items if i.group == f"depth {LADDER_DEPTH}"]
        for rung in RUNGS:
            await self._arm(f"ladder: {rung}", Planned(adapt=False), some, rung)
        unseen = [i for i in items if i.group == "withheld templates"]
        for rung in ("withheld", "full", "none"):
            await self._arm(f"ladder: {rung}", Planned(adapt=False), unseen, rung)

    async def chains(self, items: Sequence[Item], budget: Mapping[str, float]) -> None:
        """One greedy chain, then as many samples as the group's `budget` of tokens pays for."""
        await self._arm("cot", Samples(1), items, self.templates)
        for group, spent in budget.items():
            mine = [i for i in items if i.group == group]
            greedy = self._mean(group, "cot", "completion")
            prompt = self._mean(group, "cot", "prompt")
            n = min(MOST_SAMPLES, max(2, math.ceil((spent - prompt) / greedy)))
            await self._arm("self-consistency", Samples(n), mine, self.templates)

    def spent(self, arm: str) -> dict[str, float]:
        """Mean tokens of an arm by group."""
        found: dict[str, list[int]] = defaultdict(list)
        for record in self.records:
            if record["arm"] == arm:
                found[record["group"]].append(record["prompt"] + record["completion"])
        return {group: sum(values) / len(values) for group, values in found.items()}

    def _mean(self, group: str, arm: str, field: str) -> float:
        found = [r[field] for r in self.records if (r["group"], r["arm"]) == (group, arm)]
        return float(sum(found) / len(found))

    async def _arm(
        self,
        arm: str,
        strategy: Strategy,
        items: Sequence[Item],
        shown: TemplatesOnDemand | str,
        team: Team | None = None,
    ) -> None:
        done = {r["key"] for r in self.records if r["arm"] == arm}
        todo = [item for item in items if item.key not in done]
        with self.path.open("a") as file:
            one = partial(self._one, arm, strategy, shown, team or self.team, file)
            await asyncio.gather(*map(one, todo))

    async def _one(
        self,
        arm: str,
        strategy: Strategy,
        shown: TemplatesOnDemand | str,
        team: Team,
        file: TextIO,
        item: Item,
    ) -> None:
        if isinstance(shown, str):
            retriever: Any = Shown(shown, self.library, item.world)
        else:
            retriever = shown
        problem, trace = item.world.problem, Trace()
        async with self.limit:
            ctx = open_context(problem, team, trace=trace, retrievers={"templates": retriever})
            solution = await run(strategy, problem, ctx)
        assert solution.usage
        record: Record = {
            "key": item.key,
            "group": item.group,
            "arm": arm,
            "weights": self.weights,
            "right": solution.answer is not None and right(solution.answer, item.world),
            "answer": solution.answer,
            "truth": str(item.world.parts[-1].value),
            "prompt": solution.usage.prompt_tokens,
            "completion": solution.usage.completion_tokens,
            "stop": solution.stop_reason,
            "steps": _steps(trace, item.world),
        }
        answers = solution.detail.get("answers")
        if answers and len(answers) > 1:
            record["answers"] = answers
        self.records.append(record)
        file.write(json.dumps(record) + "\n")
        file.flush()


def recorded(path: Path, weights: str) -> list[Record]:
    """What stands in `path`. The first registration's records do not name their weights."""
    records: list[Record] = [json.loads(line) for line in whole_lines(path)]
    if any(record.get("weights", weights) != weights for record in records):
        raise InputError(
            f"{path} holds records of other weights than {weights}: move them away, or put the"
            " models back that they are of"
        )
    return records


def _steps(trace: Trace, world: WorldProblem) -> list[Record]:
    """Every instantiation: of what family, whether it is right, what was said of it, and whether
    what it built on was right."""
    parts = {part.name: part for part in world.parts}
    steps, settled_right = [], True
    for event in trace.events:
        if isinstance(event, Note) and event.kind == "step":
            said = event.payload
            part = parts.get(said["goal"].removeprefix("find ").partition(":")[0])
            good = part is not None and said["value"] == f"{part.name} = {part.value}"
            steps.append(
                {
                    "right": good,
                    "clean": settled_right,
                    "action": said["action"],
                    "template": said["template"],
                    "family": part.family.name if part else None,
                    "attempt": said["attempt"],
                }
            )
            if said["action"] in ("accept", "answered", "revise"):
                settled_right = settled_right and good
    return steps
