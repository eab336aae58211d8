"""Notices when a model that is told to wait only says again what it has said before."""

from __future__ import annotations

import re

_SENTENCE = re.compile(r"\n+|(?<=[.!?])\s+")


class Novelty:
    """A round brings something new if one of its sentences has not been there before."""

    def __init__(self, patience: int) -> None:
        self._patience, self._seen, self._stale = patience, set[str](), 0

    def add(self, text: str) -> None:
        fresh = {" ".join(s.lower().split()) for s in _SENTENCE.split(text)} - self._seen - {""}
        self._stale = 0 if fresh else self._stale + 1
        self._seen |= fresh

    @property
    def exhausted(self) -> bool:
        return self._stale >= self._patience
