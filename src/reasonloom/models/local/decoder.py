"""The seam of the local engine: one small protocol for the forward pass."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from torch import Tensor

NEIGHBOURS = 64
"""Rows that a decoder may take together, padded to the longest of them: the engine lets rows of
like lengths stand together. Our choice: with fewer the products are too small."""


class Prefix(Protocol):
    """The attention cache of one token sequence, as its decoder keeps it."""

    @property
    def length(self) -> int: ...


class Decoder(Protocol):
    """A model that reads sequences one by one and then continues many together.

    A decoder owns a batch of rows, numbered from 0, each with its own length. Logits are float32,
    `[position, vocabulary]` from `extend` and `[row, token, vocabulary]` from `step`.
    """

    @property
    def rows(self) -> int: ...

    @property
    def vocabulary(self) -> int:
        """How many token ids there are."""

    @property
    def token_bytes(self) -> int:
        """Bytes of cache that one token of one row takes."""

    def extend(
        self, past: Prefix | None, tokens: Sequence[int], *, every: bool = False
    ) -> tuple[Prefix, Tensor]:
        """Read `tokens` after `past`, which stays as it is; logits of the last or `every` one."""

    def cut(self, prefix: Prefix, length: int) -> Prefix:
        """The first `length` tokens of a prefix."""

    def join(self, prefixes: Sequence[Prefix]) -> None:
        """Add a row for each prefix, after the last row; one prefix may stand for several rows."""

    def step(self, tokens: Sequence[Sequence[int]]) -> Tensor:
        """Give every row its next tokens, each row as many; the logits after each of them."""

    def forget(self, counts: Sequence[int]) -> None:
        """Take the last tokens back, so many of each row."""

    def keep(self, rows: Sequence[int]) -> None:
        """Go on with these rows alone, in this order.

        Each entry is its own place in the list or a later row, so that they can be moved one after
        the other.
        """
