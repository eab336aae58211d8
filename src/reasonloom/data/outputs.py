"""What a maker leaves behind: rows, what it left out and why, and how all that came about."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from reasonloom import __version__
from reasonloom.models.protocol import Model
from reasonloom.train.rows import Row, write_rows


class Dropped(NamedTuple):
    """A row that is not taken; `reason` is a code, `detail` a sentence where there is more."""

    id: str
    reason: str
    detail: str = ""


@dataclass(frozen=True)
class Made:
    """report  counts and rates for the manifest"""

    rows: Sequence[Row]
    dropped: Sequence[Dropped]
    report: Mapping[str, Any] = field(default_factory=dict)

    @property
    def reasons(self) -> dict[str, int]:
        """How many rows were dropped for each reason, the most frequent first."""
        return dict(Counter(one.reason for one in self.dropped).most_common())


def beside(out: Path, what: str) -> Path:
    """`rl.jsonl` and `journal.jsonl` make `rl.journal.jsonl`."""
    return out.with_name(f"{out.name.removesuffix('.jsonl')}.{what}")


def put(out: Path, made: Made, about: Mapping[str, Any]) -> None:
    """Write the rows to `out`, and beside it NAME.dropped.jsonl and NAME.manifest.json.

    about  what was asked for; equal rows give equal files
    """
    write_rows(out, made.rows)
    write_rows(beside(out, "dropped.jsonl"), [one._asdict() for one in made.dropped])
    manifest = {
        "reasonloom": __version__,
        **about,
        "rows": len(made.rows),
        "sha256": file_hash(out),
        "dropped": made.reasons,
        **made.report,
    }
    path = beside(out, "manifest.json")
    part = path.with_name(path.name + ".part")
    part.write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    part.replace(path)


def file_hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def named(models: Mapping[str, Model]) -> dict[str, str]:
    """Models by role for the manifest; local ones with the hash of their weights."""
    return {
        role: f"{model.name} {model.profile.hash or ''}".strip() for role, model in models.items()
    }
