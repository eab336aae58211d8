"""A part, and a problem made of parts: what it is called, and in which split it belongs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from reasonloom.problem import Problem
from reasonloom.worlds.family import Answer, Family, Params
from reasonloom.worlds.splits import Split, split_of, withheld_pair


@dataclass(frozen=True)
class Part:
    """One part of a problem; `names` says which operands are earlier parts' results."""

    family: Family
    params: Params
    name: str = "answer"
    names: Mapping[int, str] = field(default_factory=dict)

    @property
    def canonical(self) -> str:
        return f"{self.family.name}{self.params}"

    @cached_property
    def value(self) -> Answer:
        return self.family.answer(self.params)

    @property
    def operands(self) -> tuple[str, ...]:
        return tuple(self.names.get(i, str(n)) for i, n in enumerate(self.params))

    @property
    def goal(self) -> str:
        """What a plan says of this part; free of numbers, so that a plan fits similar problems."""
        used = " and ".join(self.names.values())
        return f"find {self.name}: {self.family.goal}" + (f" from {used}" if used else "")


@dataclass(frozen=True)
class WorldProblem:
    """A drawn problem with its parts; `problem` is what strategies see.

    parts  each after those whose results it uses; the last one's value is the answer
    told   the question piece by piece: the definitions, then what is asked
    """

    parts: tuple[Part, ...]
    told: tuple[str, ...]
    level: int
    language: str

    @property
    def question(self) -> str:
        return " ".join(self.told)

    @property
    def canonical(self) -> str:
        """What the problem is, however it is worded and in whatever order its parts are told."""
        made: dict[str, str] = {}
        for part in self.parts:
            fed = [made[part.names[slot]] for slot in sorted(part.names)]
            before = fed[0] if len(fed) == 1 else " & ".join(f"({form})" for form in fed)
            own = f"{part.canonical}{sorted(part.names)}"
            made[part.name] = f"{before} | {own}" if before else own
        return made[self.parts[-1].name]

    @property
    def split(self) -> Split | None:
        """Where it belongs; train only if each part belongs there too.

        A lone problem belongs where its part does. None: it is not trained on as it stands, but its
        part may be, within a composite, so it is no fair test either.
        """
        own = split_of(self.canonical)
        parts = {split_of(p.canonical) for p in self.parts}
        if parts == {"train"}:
            return None if len(self.parts) == 1 and own != "train" else own
        if len(self.parts) == 1:
            return split_of(self.parts[0].canonical)
        if own == "train":
            return "dev" if split_of(self.canonical + " dev?") == "dev" else "test"
        return own

    @property
    def withheld(self) -> bool:
        """Whether it links two families in a way that training never shows."""
        made = {p.name: p.family.name for p in self.parts}
        return any(
            withheld_pair(made[name], p.family.name)
            for p in self.parts
            for name in p.names.values()
        )

    @property
    def branches(self) -> bool:
        """Whether some part takes the results of two others."""
        return any(len(part.names) > 1 for part in self.parts)

    @property
    def problem(self) -> Problem:
        last = self.parts[-1]
        return Problem(
            self.question,
            str(last.value),
            topic=last.family.topic,
            level=self.level,
            source=f"world:{last.family.name}" if len(self.parts) == 1 else "world:composite",
            meta={
                "depth": len(self.parts),
                "shape": "branch" if self.branches else "chain",
                "families": [p.family.name for p in self.parts],
            },
        )
