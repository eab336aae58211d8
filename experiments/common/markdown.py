"""Pieces of a results page."""

from __future__ import annotations

from collections.abc import Sequence

from reasonloom.evaluate.bootstrap import Estimate


def percent(found: Estimate) -> str:
    return f"{100 * found.mean:.1f} % [{100 * found.low:.1f}, {100 * found.high:.1f}]"


def whole(found: Estimate) -> str:
    return f"{found.mean:.0f} [{found.low:.0f}, {found.high:.0f}]"


def listed(lines: Sequence[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
