"""One part of a problem: a family with its numbers, and where these come from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from reasonloom.worlds.family import Answer, Family, Params

ANSWER = "answer"
"""The name of a part that the question asks for without one."""


@dataclass(frozen=True)
class Part:
    """One part of a problem; `names` says which operands are earlier parts' results."""

    family: Family
    params: Params
    name: str = ANSWER
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
