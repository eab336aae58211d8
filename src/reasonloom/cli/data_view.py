"""What came out of makers of data, as tables."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from reasonloom.data.outputs import Made
    from reasonloom.train.from_traces.taken import Cut

RATES = {"extraction": "extraction", "precision": "verifier, precision", "recall": "recall"}


def show_made(out: Path, made: Made) -> None:
    """Rows taken, rows left out by reason, and what the model calls cost."""
    table = Table(title=str(out))
    table.add_column("rows")
    table.add_column("", justify="right")
    table.add_row("taken", f"{len(made.rows):,}")
    for reason, count in made.reasons.items():
        table.add_row(f"left out: {reason.replace('_', ' ')}", f"{count:,}")
    spent = made.report["costs"]
    tokens = spent["prompt_tokens"] + spent["completion_tokens"]
    table.add_row("model calls", f"{spent['calls']:,}")
    table.add_row("tokens", f"{tokens:,}")
    _console().print(table)


def show_verifier(found: dict[str, Any]) -> None:
    """Nothing where no row has a label."""
    if not any(found[name]["trials"] for name in RATES):
        return
    table = Table(title="on labelled rows", caption="percent with 95 % Wilson intervals")
    for head in ("", "rate", "of"):
        table.add_column(head, justify="right" if head else "left")
    for name, told in RATES.items():
        table.add_row(told, _rate(found[name]), f"{found[name]['trials']:,}")
    _console().print(table)


def _rate(found: dict[str, Any]) -> str:
    if not found["trials"]:
        return "n/a"
    return f"{found['percent']:.1f} % [{found['low']:.1f}, {found['high']:.1f}]"


def show_cut(out: Path, cut: Cut) -> None:
    """What was taken of each strategy, and what was left out and why."""
    table = Table(title=str(out))
    table.add_column("of")
    table.add_column("taken", justify="right")
    table.add_column("left out")
    for label in dict.fromkeys([*cut.taken, *cut.left]):
        why = cut.left[label].most_common() if label in cut.left else []
        table.add_row(
            label,
            f"{cut.taken.get(label, 0):,}",
            "\n".join(f"{count:,} {reason}" for reason, count in why),
        )
    _console().print(table)


def _console() -> Console:
    return Console(highlight=False, markup=False)
