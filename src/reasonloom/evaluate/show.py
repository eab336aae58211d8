"""Figures as they are read: percent with its interval, p, money."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from reasonloom.evaluate.at_k import AtK
from reasonloom.evaluate.bootstrap import Estimate


def count(number: int, what: str, plural: str = "") -> str:
    """`1 call`, `2 calls`."""
    return f"{number:,} {what if number == 1 else plural or what + 's'}"


def interval(found: Estimate | None) -> str:
    """`42.0 % [35.1, 49.0]`, or `ungraded`."""
    if found is None:
        return "ungraded"
    return f"{100 * found.mean:.1f} % [{100 * found.low:.1f}, {100 * found.high:.1f}]"


def votes_heads(found: Iterable[AtK | None]) -> list[str]:
    """Headings of pass@k and maj@k; none where no strategy has several samples."""
    k = next((at.k for at in found if at), 0)
    return [f"pass@{k}", f"maj@{k}"] if k else []


def votes_cells(found: AtK | None, heads: Sequence[str]) -> list[str]:
    """What stands below `heads`; blank for a strategy without several samples."""
    return [interval(found.any), interval(found.vote)] if found else [""] * len(heads)


def p_value(p: float | None) -> str:
    if p is None:
        return "-"
    return f"{p:.3f}" if p >= 0.001 else "< 0.001"


def gap(points: float, low: float, high: float) -> str:
    """A difference in percentage points."""
    return f"{points:+.1f} [{low:+.1f}, {high:+.1f}]"


def usd(value: float | None) -> str:
    """Of a thousand attempts, since one may cost a thousandth of a cent."""
    return "unknown" if value is None else f"{1000 * value:,.3f}"
