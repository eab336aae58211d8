"""The two ways of speaking to a model."""

from __future__ import annotations

from reasonloom.errors import InputError
from reasonloom.spec import unknown
from reasonloom.strategies.dialects.base import Ask, Dialect, Outside, Unreadable
from reasonloom.strategies.dialects.compact import Compact
from reasonloom.strategies.dialects.instruct import Instruct

DIALECTS: dict[str, Dialect] = {d.name: d for d in (Compact(), Instruct())}


def dialect_of(name: str) -> Dialect:
    """The dialect that a profile names. Raises InputError for an unknown one."""
    try:
        return DIALECTS[name]
    except KeyError:
        raise InputError(unknown("dialect", name, DIALECTS)) from None


__all__ = ["DIALECTS", "Ask", "Dialect", "Outside", "Unreadable", "dialect_of"]
