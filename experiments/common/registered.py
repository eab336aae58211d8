"""The test split stays shut until its problems are named in a registration."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from reasonloom.problem import Problem


def fingerprint(problems: Iterable[Problem]) -> str:
    """A hash of all questions with their answers: the registration names it."""
    lines = [f"{p.question}\t{p.answer}" for p in problems]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def refuse_unregistered(split: str, name: str, registration: Path) -> None:
    """Ends the command where test problems of that name do not stand in the registration."""
    if split == "test" and name not in registration.read_text():
        raise SystemExit(
            f"the problems drawn ({name}) are not those that {registration.name} names: the worlds"
            " or the design have changed since; register anew"
        )
