"""One layer of a plain Llama model, in thirteen operations.

On one row it costs as much to launch an operation as to do its work: the results' memory and all
views of it are made once for a batch of one size.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from reasonloom.models.local.llama_weights import SPARE, Layer, Shape


class Place(NamedTuple):
    """Where the new tokens of one pass stand, the same in every layer.

    at      `[row, token]`: the place of each in its sequence
    start   the place of the first, where it is the same in all rows
    end     the longest row, new tokens included
    mask    `[row, 1, token, place]`, 0 or minus infinity; None where nothing is hidden, or where
            all that is hidden is what comes later (`causal`)
    """

    at: Tensor
    start: int | None
    end: int
    mask: Tensor | None
    causal: bool

    @classmethod
    def of(cls, starts: Sequence[int], count: int) -> Place:
        """`count` tokens a row, row i from `starts[i]` on."""
        start, end = min(starts), max(starts) + count
        at = torch.tensor(starts)[:, None] + torch.arange(count)
        even = start + count == end
        causal = even and start == 0
        mask = None if causal or (even and count == 1) else _mask(at, end)
        return cls(at, start if even else None, end, mask, causal)

    def slots(self, kv: Tensor) -> tuple[Tensor, ...]:
        """What `write` takes for each layer of `kv`."""
        return (kv if self.start is None else kv[:, :, :, self.start : self.end]).unbind(0)

    def write(self, slot: Tensor, fresh: Tensor) -> None:
        """Put `fresh`, `[row, 2 * kv_head, token, head_size]`, into one layer's cache."""
        if self.start is not None:
            slot.copy_(fresh)
        else:
            slot[torch.arange(len(fresh))[:, None], :, self.at] = fresh.transpose(1, 2)


def _mask(at: Tensor, end: int) -> Tensor:
    hidden = torch.arange(end) > at[:, :, None]
    return torch.zeros(hidden.shape).masked_fill_(hidden, float("-inf"))[:, None]


class Scratch:
    """Memory for one pass over `count` tokens of each of `rows` rows.

    `stream` is the residual stream, `[row * token, width + SPARE]` (see `Weights.embedding`).
    """

    def __init__(self, shape: Shape, rows: int, count: int) -> None:
        size, turned = rows * count, shape.heads + shape.kv_heads
        self._size, self._grouped = size, shape.heads != shape.kv_heads
        self.stream = torch.empty(size, shape.width + SPARE)
        self._x = self.stream[:, : shape.width]
        self._length, self._normed = torch.empty(size, 1), torch.empty(size, shape.width)
        mixed = torch.empty(size, turned + shape.kv_heads, shape.head_size)
        self._mixed = mixed.view(size, -1)
        self._pairs = mixed[:, :turned].view(torch.complex64)
        heads = mixed.view(rows, count, -1, shape.head_size).transpose(1, 2)
        self._queries, self.fresh = heads[:, : shape.heads], heads[:, shape.heads :]
        self._wide = torch.empty(size, 2 * shape.inner)
        self._gate, self._up = self._wide.chunk(2, -1)

    def mix(self, layer: Layer, turn: Tensor) -> None:
        """Queries, and in `fresh` `[row, 2 * kv_head, token, head_size]` keys and values.

        `turn` is complex `[row * token, 1, head_size / 2]`.
        """
        torch.mm(self.normed(), layer.qkv, out=self._mixed)
        self._pairs.mul_(turn)

    def look(self, layer: Layer, keys: Tensor, values: Tensor, place: Place) -> None:
        """Add what the queries see in the cache, `[row, kv_head, token, head_size]`."""
        seen = F.scaled_dot_product_attention(
            self._queries,
            keys,
            values,
            attn_mask=place.mask,
            is_causal=place.causal,
            enable_gqa=self._grouped,
        )
        self._x.addmm_(seen.transpose(1, 2).reshape(self._size, -1), layer.out)

    def think(self, layer: Layer) -> None:
        """Add the feed-forward part to the stream."""
        torch.mm(self.normed(), layer.gate_up, out=self._wide)
        F.silu(self._gate, inplace=True).mul_(self._up)
        self._x.addmm_(self._gate, layer.down)

    def normed(self) -> Tensor:
        """Root-mean-square norm of the stream; its scale and the root of the width are in the
        matrix after it. A quarter of the time of torch's own `rms_norm` on one row."""
        torch.linalg.vector_norm(self.stream, 2, -1, True, out=self._length)
        return torch.div(self._x, self._length, out=self._normed)
