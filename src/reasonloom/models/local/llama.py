"""Plain Llama models in float32 on the CPU, with no transformers import (2.6 s) and no module tree.

Every operation runs on one thread: threads inside an operation wait for each other after each of
them, many times longer than they work where other processes use the cores too. Large batches are
shared out by rows instead, and the threads meet once a step.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

import torch
from torch import Tensor

from reasonloom.models.local.decoder import Prefix
from reasonloom.models.local.llama_layer import Place, Scratch
from reasonloom.models.local.llama_weights import Shape, Weights
from reasonloom.models.local.row_cache import RowCache

LANE_ROWS = 16
"""A thread is worth its overhead from so many rows on; our choice."""
KEPT_SCRATCHES = 32
"""Sizes of batches whose memory is kept for the next step; our choice."""


@dataclass(frozen=True, slots=True)
class LlamaPrefix:
    """Keys and values of one sequence, `[layer, 2 * kv_head, token, head_size]`."""

    kv: Tensor

    @property
    def length(self) -> int:
        return int(self.kv.shape[2])


class LlamaDecoder:
    """Decoder for plain Llama weights. `lanes` threads share the rows of a large batch."""

    def __init__(self, shape: Shape, weights: Weights, lanes: int = 1) -> None:
        self.shape, self.weights = shape, weights
        self._cache = RowCache(shape.layers, 2 * shape.kv_heads, shape.head_size)
        self._turns = _rotations(shape, 256)
        self._lanes = lanes
        self._pool = ThreadPoolExecutor(lanes, "reasonloom-lane") if lanes > 1 else None
        self._scratch = lru_cache(KEPT_SCRATCHES)(_scratch)

    @classmethod
    def load(cls, config: Mapping[str, Any], files: Sequence[Path], lanes: int = 1) -> LlamaDecoder:
        """Read safetensors files. Raises InputError if they lack a tensor of the config."""
        shape = Shape.of(config)
        return cls(shape, Weights.load(shape, files), lanes)

    @property
    def rows(self) -> int:
        return len(self._cache.lengths)

    @property
    def vocabulary(self) -> int:
        return len(self.weights.embedding)

    @property
    def token_bytes(self) -> int:
        return self._cache.token_bytes

    @torch.inference_mode()
    def extend(
        self, past: Prefix | None, tokens: Sequence[int], *, every: bool = False
    ) -> tuple[Prefix, Tensor]:
        shape, start = self.shape, past.length if past else 0
        end = start + len(tokens)
        kv = torch.empty(shape.layers, 2 * shape.kv_heads, end, shape.head_size)
        if past:
            kv[:, :, :start] = cast(LlamaPrefix, past).kv
        normed = self._forward(Scratch(shape, 1, end - start), tokens, kv[:, None], [start])
        return LlamaPrefix(kv), torch.mm(normed if every else normed[-1:], self.weights.head)

    def cut(self, prefix: Prefix, length: int) -> Prefix:
        return LlamaPrefix(cast(LlamaPrefix, prefix).kv[:, :, :length])

    @torch.inference_mode()
    def join(self, prefixes: Sequence[Prefix]) -> None:
        self._cache.add([cast(LlamaPrefix, prefix).kv for prefix in prefixes])

    @torch.inference_mode()
    def step(self, tokens: Sequence[Sequence[int]]) -> Tensor:
        count = len(tokens[0])
        self._cache.reserve(max(self._cache.lengths) + count)
        lanes = max(1, min(self._lanes, self.rows // LANE_ROWS))
        edges = [self.rows * lane // lanes for lane in range(lanes + 1)]
        work = [(lane, slice(*edge), tokens) for lane, edge in enumerate(pairwise(edges))]
        if self._pool is None or lanes == 1:
            parts = [self._step(*work[0])]
        else:
            parts = list(self._pool.map(self._step, *zip(*work, strict=True)))
        self._cache.lengths = [length + count for length in self._cache.lengths]
        return (torch.cat(parts) if len(parts) > 1 else parts[0]).view(self.rows, count, -1)

    def forget(self, counts: Sequence[int]) -> None:
        lengths = zip(self._cache.lengths, counts, strict=True)
        self._cache.lengths = [length - count for length, count in lengths]

    @torch.inference_mode()
    def keep(self, rows: Sequence[int]) -> None:
        self._cache.keep(rows)

    @torch.inference_mode()
    def _step(self, lane: int, rows: slice, tokens: Sequence[Sequence[int]]) -> Tensor:
        scratch = self._scratch(self.shape, rows.stop - rows.start, len(tokens[0]), lane)
        kv, starts = self._cache.kv[:, rows], self._cache.lengths[rows]
        flat = [token for row in tokens[rows] for token in row]
        return torch.mm(self._forward(scratch, flat, kv, starts), self.weights.head)

    def _forward(
        self, scratch: Scratch, tokens: Sequence[int], kv: Tensor, starts: Sequence[int]
    ) -> Tensor:
        """What the head reads, `[row * token, width]`, in memory that the next pass overwrites.

        Every row of `kv`, `[layer, row, 2 * kv_head, token, head_size]`, takes as many tokens, row
        i from `starts[i]` on.
        """
        place = Place.of(starts, len(tokens) // len(starts))
        turn = self._turning(place.end).index_select(0, place.at.flatten())
        torch.index_select(self.weights.embedding, 0, torch.tensor(tokens), out=scratch.stream)
        keys, values = torch.split(kv[:, :, :, : place.end], self.shape.kv_heads, 2)
        caches = place.slots(kv), keys.unbind(0), values.unbind(0)
        for layer, slot, key, value in zip(self.weights.layers, *caches, strict=True):
            scratch.mix(layer, turn)
            place.write(slot, scratch.fresh)
            scratch.look(layer, key, value, place)
            scratch.think(layer)
        return scratch.normed()

    def _turning(self, end: int) -> Tensor:
        """Complex `[place, 1, head_size / 2]`: queries and keys turn so, `end` places or more."""
        if end > len(self._turns):
            self._turns = _rotations(self.shape, 2 * end)
        return self._turns


def _scratch(shape: Shape, rows: int, count: int, lane: int) -> Scratch:
    """Memory of its own for each lane."""
    return Scratch(shape, rows, count)


def _rotations(shape: Shape, count: int) -> Tensor:
    half = torch.arange(0, shape.head_size, 2).float() / shape.head_size
    angles = torch.arange(count)[:, None] * shape.theta**-half
    return torch.polar(torch.ones_like(angles), angles)[:, None]
