"""reasonloom: make language models reason better, and prove it by measurement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reasonloom.api import asolve, solve
    from reasonloom.ledger import Limits
    from reasonloom.problem import Problem
    from reasonloom.solution import Solution

__version__ = "0.1.0"
__all__ = ["Limits", "Problem", "Solution", "__version__", "asolve", "solve"]

_HOMES = {
    "Limits": "reasonloom.ledger",
    "Problem": "reasonloom.problem",
    "Solution": "reasonloom.solution",
    "asolve": "reasonloom.api",
    "solve": "reasonloom.api",
}


def __getattr__(name: str) -> Any:
    """Import a public name on first use, so that `import reasonloom` costs nothing."""
    if name in _HOMES:
        import importlib

        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'reasonloom' has no attribute {name!r}")
