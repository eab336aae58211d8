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

from reasonloom.models.local.decoder import NEIGHBOURS
from reasonloom.models.local.llama_weights import SPARE, Layer, Shape


class Part(NamedTuple):
    """Rows that look at their keys together: as far as the longest of them reaches, `end`.

    mask    `[row, 1, token, place]`, 0 or minus infinity; None where nothing is hidden, or where
            all that is hidden is what comes later (`Place.causal`)
    """

    rows: slice
    end: int
    mask: Tensor | None


class Place(NamedTuple):
    """Where the new tokens of one pass stand, the same in every layer.

    at      `[row, token]`: the place of each in its sequence
    start   the place of the first, where it is the same in all rows
    end     the longest row, new tokens included
    """

    at: Tensor
    start: int | None
    end: int
    parts: tuple[Part, ...]
    causal: bool

    @classmethod
    def of(cls, starts: Sequence[int], count: int) -> Place:
        """`count` tokens a row, row i from `starts[i]` on."""
        start, end = min(starts), max(starts) + count
        at = torch.tensor(starts)[:, None] + torch.arange(count)
        even = start + count == end
        causal = even and start == 0
        size = len(starts) if even else NEIGHBOURS
        edges = range(0, len(starts), size)
        parts = (_part(slice(edge, edge + size), starts, at, causal) for edge in edges)
        return cls(at, start if even else None, end, tuple(parts), causal)

    def slots(self, kv: Tensor) -> tuple[Tensor, ...]:
        """What `write` takes for each layer of `kv`."""
        return (kv if self.start is None else kv[:, :, :, self.start : self.end]).unbind(0)

    def write(self, slot: Tensor, fresh: Tensor) -> None:
        """Put `fresh`, `[row, 2 * kv_head, token, head_size]`, into one layer's cache."""
        if self.start is not None:
            slot.copy_(fresh)
        else:
            slot[torch.arange(len(fresh))[:, None], :, self.at] = fresh.transpose(1, 2)


def _part(rows: slice, starts: Sequence[int], at: Tensor, causal: bool) -> Part:
    count, own = at.shape[1], starts[rows]
    end = max(own) + count
    plain = causal or (count == 1 and min(own) + count == end)
    return Part(rows, end, None if plain else _mask(at[rows], end))


def _mask(at: Tensor, end: int) -> Tensor:
    hidden = torch.arange(end) > at[:, :, None]
    return torch.zeros(hidden.shape).masked_fill_(hidden, float("-inf"))[:, None]


class Scratch:
    """Memory for one pass over `count` tokens of each of `rows` rows.

    `stream` is the residual stream, `[row * token, width + SPARE]` (see `Weights.embedding`).
    """

    def __init__(self, shape: Shape, rows: int, count: int) -> None:
        size, turned = rows * count, shape.heads + shape.kv_heads
        self._one = count == 1
        self._size, self._grouped = size, count > 1 and shape.heads != shape.kv_heads
        self.stream = torch.empty(size, shape.width + SPARE)
        self._x = self.stream[:, : shape.width]
        self._length, self._normed = torch.empty(size, 1), torch.empty(size, shape.width)
        mixed = torch.empty(size, turned + shape.kv_heads, shape.head_size)
        self._mixed = mixed.view(size, -1)
        self._pairs = mixed[:, :turned].view(torch.complex64)
        heads = mixed.view(rows, count, -1, shape.head_size).transpose(1, 2)
        self._queries, self.fresh = heads[:, : shape.heads], heads[:, shape.heads :]
        if count == 1:
            # The queries that share keys look at them together: half the reading for two of them.
            self._queries = self._queries.view(rows, shape.kv_heads, -1, shape.head_size)
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
        seen = [self._seen(part, keys, values, place.causal) for part in place.parts]
        whole = seen[0] if len(seen) == 1 else torch.cat(seen)
        self._x.addmm_(whole.view(self._size, -1), layer.out)

    def _seen(self, part: Part, keys: Tensor, values: Tensor, causal: bool) -> Tensor:
        """`[row, ...]` in the order of tokens, then heads."""
        found = F.scaled_dot_product_attention(
            self._queries[part.rows],
            keys[part.rows, :, : part.end],
            values[part.rows, :, : part.end],
            attn_mask=part.mask,
            is_causal=causal,
            enable_gqa=self._grouped,
        )
        own = found if self._one else found.transpose(1, 2)
        return own.reshape(len(own), -1)

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
