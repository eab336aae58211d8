"""A problem made of parts: how its question reads, and in which split it belongs."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cached_property

from reasonloom.problem import Problem
from reasonloom.worlds.part import Part
from reasonloom.worlds.splits import Split, split_of, withheld_pair
from reasonloom.worlds.telling import tell


@dataclass(frozen=True)
class WorldProblem:
    """A drawn problem with its parts; `problem` is what strategies see.

    parts    each after those whose results it uses; the last one's value is the answer
    wording  seed of the phrases; with other parts of the same families they stay the same
    order    the places of the parts in the order in which they are defined; () as they stand
    asides   sentences that bear on nothing, each with the place before which it is told
    """

    parts: tuple[Part, ...]
    level: int
    language: str
    wording: int = 0
    order: tuple[int, ...] = ()
    asides: tuple[tuple[int, str], ...] = ()

    @property
    def told(self) -> tuple[str, ...]:
        """The question piece by piece: the definitions of the named parts, and what is asked."""
        *defined, asked = tell(self.parts, random.Random(self.wording), self.language)
        order = self.order or range(len(defined))
        return (*(defined[i] for i in order if i < len(defined)), asked)

    @cached_property
    def question(self) -> str:
        pieces = [
            *((place, 0, aside) for place, aside in self.asides),
            *((place, 1, piece) for place, piece in enumerate(self.told)),
        ]
        return " ".join(text for _, _, text in sorted(pieces, key=lambda p: p[:2]))

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
