"""How much a run, or a part of it, may spend."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from reasonloom.errors import InputError
from reasonloom.spec import unknown

MAX_LIMIT = 10**12
"""A limit above this is taken for a slip of the hand (our choice)."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Upper bounds; None is unlimited. `tokens` counts prompt and completion together.

    `seconds` run from the moment a ledger with these limits is opened.
    """

    calls: int | None = None
    tokens: int | None = None
    seconds: float | None = None
    usd: float | None = None

    def __post_init__(self) -> None:
        for f in fields(self):
            value = getattr(self, f.name)
            if value is not None and not 0 <= value <= MAX_LIMIT:
                raise InputError(
                    f"the limit {f.name}={str(value)[:20]} makes no sense: give a number of"
                    f" at least 0 and at most {MAX_LIMIT:,}"
                )

    @staticmethod
    def parse(text: str) -> Limits:
        """Read `tokens=2000,calls=10,seconds=30,usd=0.05`, any part of it, in any order.

        Raises InputError that names the part which cannot be read.
        """
        given: dict[str, Any] = {}
        for part in text.split(","):
            name, equals, number = (piece.strip() for piece in part.partition("="))
            if not equals:
                raise InputError(
                    f"the budget {text!r} cannot be read at {part.strip()!r}:"
                    " write for example tokens=2000,calls=10,seconds=30,usd=0.05"
                )
            if name not in Limits.__slots__:
                raise InputError(unknown("limit", name, Limits.__slots__, f"in {text!r}"))
            if name in given:
                raise InputError(f"the budget {text!r} gives {name} twice: keep one")
            given[name] = _number(name, number)
        return Limits(**given)

    def __str__(self) -> str:
        parts = [f"{n}={getattr(self, n)}" for n in self.__slots__ if getattr(self, n) is not None]
        return ",".join(parts)


def _number(name: str, text: str) -> int | float:
    whole = name in ("calls", "tokens")
    try:
        return int(text) if whole else float(text)
    except ValueError:
        kind = "a whole number" if whole else "a number"
        raise InputError(f"the limit {name}={text} is not {kind}: write {name}=10") from None
