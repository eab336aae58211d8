"""Keys and values of the rows that are decoded together, in one buffer that grows seldom."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

SLACK_TOKENS, SLACK_ROWS, SLACK_BYTES = 256, 15, 256 << 20
"""By how much more than needed a buffer grows, so that rows are seldom moved; our choice."""

KEPT_BYTES = 512 << 20
"""An empty cache gives back a larger buffer; our choice."""


class RowCache:
    """`kv` is `[layer, row, 2 * kv_head, token, head_size]`, row i filled to `lengths[i]`.

    What lies behind a row's length is finite, so that a mask can hide it.
    """

    def __init__(self, layers: int, heads: int, head_size: int) -> None:
        self._sizes = layers, heads, head_size
        self.kv = self._buffer(0, 0)
        self.lengths: list[int] = []

    @property
    def token_bytes(self) -> int:
        layers, heads, head_size = self._sizes
        return layers * heads * head_size * torch.float32.itemsize

    def add(self, caches: Sequence[Tensor]) -> None:
        """A row for each cache `[layer, 2 * kv_head, token, head_size]`, after the last row."""
        rows = len(self.lengths)
        lengths = [cache.shape[2] for cache in caches]
        self.reserve(max(lengths) + 1, rows + len(caches))
        for row, (cache, length) in enumerate(zip(caches, lengths, strict=True), rows):
            self.kv[:, row, :, :length] = cache
        self.lengths += lengths

    def keep(self, rows: Sequence[int]) -> None:
        """See Decoder.keep."""
        for place, row in enumerate(rows):
            if place != row:
                length = self.lengths[row]
                self.kv[:, place, :, :length] = self.kv[:, row, :, :length]
        self.lengths = [self.lengths[row] for row in rows]
        if not rows and self.kv.nbytes > KEPT_BYTES:
            self.kv = self._buffer(0, 0)

    def reserve(self, length: int, rows: int = 0) -> None:
        """Make room for rows of so many tokens, and for so many rows."""
        _, have_rows, _, have_length, _ = self.kv.shape
        if rows <= have_rows and length <= have_length:
            return
        spare = SLACK_BYTES // self.token_bytes
        if rows > have_rows > 0:
            rows += min(SLACK_ROWS, spare // length)
        if length > have_length:
            length += min(max(SLACK_TOKENS, length // 4), spare // max(rows, have_rows))
        bigger = self._buffer(max(rows, have_rows), max(length, have_length))
        used, rows = max(self.lengths, default=0), len(self.lengths)
        bigger[:, :rows, :, :used] = self.kv[:, :rows, :, :used]
        self.kv = bigger

    def _buffer(self, rows: int, length: int) -> Tensor:
        layers, heads, head_size = self._sizes
        size = (layers, rows, heads, length, head_size)
        return torch.zeros(size)
