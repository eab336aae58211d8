"""Plain Llama models in plain torch: quick to load and with few operations a layer.

No transformers import (2.6 s on the machine this was written on), no module tree. What makes it
fast on one row, where the cost of launching operations dominates: q, k and v are one matrix and so
are gate and up; rotary embedding is one complex product over q, k and v together (v times one), so
that a single copy writes k and v into a buffer that is already there; query heads that share a key
head are taken as several queries of that head.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, cast

import torch
import torch.nn.functional as F
from torch import Tensor

from reasonloom.errors import InputError
from reasonloom.models.local.decoder import Prefix

SLACK_TOKENS, SLACK_ROWS, SLACK_BYTES = 256, 15, 256 << 20
"""By how much more than needed a buffer grows, so that rows are seldom moved; our choice."""

KEPT_BYTES = 512 << 20
"""An idle decoder gives back a larger buffer; our choice."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes in config.json. `heads` query heads share `kv_heads` key and value heads."""

    layers: int
    heads: int
    kv_heads: int
    head_size: int
    epsilon: float
    theta: float
    context: int

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> Shape:
        heads = int(config["num_attention_heads"])
        rope = config.get("rope_parameters") or config
        return cls(
            layers=int(config["num_hidden_layers"]),
            heads=heads,
            kv_heads=int(config.get("num_key_value_heads") or heads),
            head_size=int(config.get("head_dim") or config["hidden_size"] // heads),
            epsilon=float(config.get("rms_norm_eps", 1e-6)),
            theta=float(rope.get("rope_theta") or config.get("rope_theta") or 10_000.0),
            context=int(config.get("max_position_embeddings", 2048)),
        )


def is_plain(config: Mapping[str, Any]) -> bool:
    """Whether `LlamaDecoder` computes this model: Llama, no biases, no rotary scaling."""
    ropes = [config.get(key) or {} for key in ("rope_parameters", "rope_scaling")]
    return (
        config.get("model_type") == "llama"
        and all(_unscaled(rope) for rope in ropes)
        and not config.get("attention_bias")
        and not config.get("mlp_bias")
        and config.get("hidden_act", "silu") == "silu"
        and not config.get("quantization_config")
    )


def _unscaled(rope: Mapping[str, Any]) -> bool:
    kind = rope.get("rope_type") or rope.get("type") or "default"
    return kind == "default" and float(rope.get("partial_rotary_factor") or 1.0) == 1.0


class Layer(NamedTuple):
    """One layer's matrices; the scales of the norms before `qkv` and `gate_up` are part of them."""

    qkv: Tensor
    out: Tensor
    gate_up: Tensor
    down: Tensor


@dataclass(frozen=True, slots=True)
class LlamaPrefix:
    """Keys and values of one sequence, `[layer, 2 * kv_head, token, head_size]`."""

    kv: Tensor

    @property
    def length(self) -> int:
        return int(self.kv.shape[2])


class LlamaDecoder:
    """Decoder for plain Llama weights. Rows sit left-aligned in one buffer, each at its length."""

    def __init__(
        self, config: Mapping[str, Any], weights: Mapping[str, Tensor], dtype: torch.dtype
    ) -> None:
        self.shape = Shape.of(config)
        self.dtype = dtype
        shape = self.shape
        self.embedding = weights["model.embed_tokens.weight"].to(dtype)
        self.device = self.embedding.device
        head = weights.get("lm_head.weight", self.embedding)
        self.head = _scaled(head, weights["model.norm.weight"]).to(dtype)
        self.layers = [_layer(weights, i, shape, dtype) for i in range(shape.layers)]
        half = torch.arange(0, shape.head_size, 2, device=self.device).float() / shape.head_size
        self.frequencies = shape.theta**-half
        self.positions = torch.arange(shape.context + 1, device=self.device)
        self._bias = shape.epsilon * self.embedding.shape[1]
        self._kv = self._buffer(0, 0)
        self._lengths: list[int] = []

    @classmethod
    def load(
        cls,
        config: Mapping[str, Any],
        files: Sequence[Path],
        device: str = "cpu",
        dtype: torch.dtype = torch.float32,
    ) -> LlamaDecoder:
        """Read safetensors files. Raises InputError if they lack a tensor of the config."""
        from safetensors.torch import load_file

        weights: dict[str, Tensor] = {}
        for file in files:
            weights.update(load_file(file, device=device))
        try:
            with torch.inference_mode():
                return cls(config, weights, dtype)
        except KeyError as missing:
            raise InputError(
                f"the weights in {files[0].parent} lack {missing}: "
                "they do not fit the config.json beside them"
            ) from None

    @property
    def rows(self) -> int:
        return len(self._lengths)

    @property
    def vocabulary(self) -> int:
        return int(self.embedding.shape[0])

    @property
    def token_bytes(self) -> int:
        shape = self.shape
        return shape.layers * 2 * shape.kv_heads * shape.head_size * self.dtype.itemsize

    @torch.inference_mode()
    def extend(
        self, past: Prefix | None, tokens: Sequence[int], *, every: bool = False
    ) -> tuple[Prefix, Tensor]:
        shape, count = self.shape, len(tokens)
        old = cast(LlamaPrefix, past).kv if past else None
        start = past.length if past else 0
        turn = self._rotation(self.positions[start : start + count])
        mask = _causal(start, count, self.device) if start else None
        kv = self._empty(shape.layers, 2 * shape.kv_heads, start + count, shape.head_size)
        x = self.embedding[torch.tensor(tokens, device=self.device)]
        for i, layer in enumerate(self.layers):
            turned = self._qkv(x, layer, turn).transpose(0, 1)
            if old is not None:
                kv[i, :, :start] = old[i]
            kv[i, :, start:] = turned[shape.heads :]
            x = self._mlp(self._read(x, turned[: shape.heads], kv[i], mask, layer), layer)
        return LlamaPrefix(kv), self._logits(x if every else x[-1:])

    def cut(self, prefix: Prefix, length: int) -> Prefix:
        return LlamaPrefix(cast(LlamaPrefix, prefix).kv[:, :, :length])

    @torch.inference_mode()
    def join(self, prefixes: Sequence[Prefix]) -> None:
        rows = self.rows
        lengths = [prefix.length for prefix in prefixes]
        self._reserve(rows + len(prefixes), max(lengths) + 1)
        for row, prefix in enumerate(prefixes, rows):
            self._kv[:, row, :, : prefix.length] = cast(LlamaPrefix, prefix).kv
        self._lengths += lengths

    @torch.inference_mode()
    def step(self, tokens: Sequence[int]) -> Tensor:
        rows, lengths = self.rows, self._lengths
        longest = max(lengths)
        self._reserve(rows, longest + 1)
        at = torch.tensor(lengths, device=self.device)
        turn, even = self._rotation(at), min(lengths) == longest
        mask = None if even else self._row_mask(at, longest + 1)
        every = self.positions[:rows] if not even else None
        x = self.embedding[torch.tensor(tokens, device=self.device)]
        for i, layer in enumerate(self.layers):
            turned, kv = self._qkv(x, layer, turn), self._kv[i, :rows]
            fresh = turned[:, self.shape.heads :]
            if every is None:
                kv[:, :, longest] = fresh
            else:
                kv[every, :, at] = fresh
            x = self._mlp(self._look(x, turned, kv[:, :, : longest + 1], mask, layer), layer)
        self._lengths = [length + 1 for length in lengths]
        return self._logits(x)

    @torch.inference_mode()
    def keep(self, rows: Sequence[int]) -> None:
        for place, row in enumerate(rows):
            if place != row:
                self._kv[:, place].copy_(self._kv[:, row])
        self._lengths = [self._lengths[row] for row in rows]
        if not rows and self._kv.nbytes > KEPT_BYTES:
            self._kv = self._buffer(0, 0)

    def _qkv(self, x: Tensor, layer: Layer, turn: Tensor) -> Tensor:
        """Queries, keys and values of `x`, `[token, head, head_size]`, rotated to their places."""
        mixed = F.linear(self._norm(x), layer.qkv)
        pairs = mixed.float().view(x.shape[0], -1, self.shape.head_size // 2, 2)
        return torch.view_as_real(torch.view_as_complex(pairs) * turn).flatten(2).to(self.dtype)

    def _look(
        self, x: Tensor, turned: Tensor, kv: Tensor, mask: Tensor | None, layer: Layer
    ) -> Tensor:
        """Attention of one new token a row over that row's cache, added to `x`."""
        shape, rows = self.shape, x.shape[0]
        queries = turned[:, : shape.heads].view(rows, shape.kv_heads, -1, shape.head_size)
        keys, values = kv[:, : shape.kv_heads], kv[:, shape.kv_heads :]
        seen = F.scaled_dot_product_attention(queries, keys, values, attn_mask=mask)
        return torch.addmm(x, seen.reshape(rows, -1), layer.out)

    def _read(
        self, x: Tensor, queries: Tensor, kv: Tensor, mask: Tensor | None, layer: Layer
    ) -> Tensor:
        """Causal attention of several tokens of one sequence, added to `x`."""
        shape, share = self.shape, self.shape.heads // self.shape.kv_heads
        keys = kv[: shape.kv_heads].repeat_interleave(share, 0)
        values = kv[shape.kv_heads :].repeat_interleave(share, 0)
        seen = F.scaled_dot_product_attention(
            queries[None], keys[None], values[None], attn_mask=mask, is_causal=mask is None
        )
        return torch.addmm(x, seen[0].transpose(0, 1).reshape(x.shape[0], -1), layer.out)

    def _mlp(self, x: Tensor, layer: Layer) -> Tensor:
        gate, up = F.linear(self._norm(x), layer.gate_up).chunk(2, -1)
        return torch.addmm(x, F.silu(gate).mul_(up), layer.down)

    def _logits(self, x: Tensor) -> Tensor:
        return F.linear(self._norm(x), self.head).float()

    def _norm(self, x: Tensor) -> Tensor:
        """Root-mean-square norm without its scale and without the root of the width.

        Both are in the matrix that follows. Half the time of torch's own `rms_norm` on one row.
        """
        size: Tensor = torch.linalg.vector_norm(x, 2, -1, True, dtype=torch.float32)
        return torch.mul(x, size.square_().add_(self._bias).rsqrt_()).to(self.dtype)

    def _rotation(self, at: Tensor) -> Tensor:
        """Complex `[token, head, head_size / 2]`: turns for queries and keys, 1 for values."""
        angles = at[:, None] * self.frequencies
        turns = torch.polar(torch.ones_like(angles), angles)[:, None]
        shape = self.shape
        return torch.cat(
            (
                turns.expand(-1, shape.heads + shape.kv_heads, -1),
                torch.ones_like(turns).expand(-1, shape.kv_heads, -1),
            ),
            1,
        )

    def _row_mask(self, at: Tensor, longest: int) -> Tensor:
        """Additive mask `[row, 1, 1, token]` that hides what lies behind each row's new token."""
        hidden = self.positions[:longest] > at[:, None]
        bias = torch.zeros(hidden.shape, dtype=self.dtype, device=self.device)
        return bias.masked_fill_(hidden, float("-inf"))[:, None, None]

    def _reserve(self, rows: int, length: int) -> None:
        """Make room. New room is zero: what a mask hides must still be finite."""
        _, have_rows, _, have_length, _ = self._kv.shape
        if rows <= have_rows and length <= have_length:
            return
        spare = SLACK_BYTES // self.token_bytes
        if rows > have_rows > 0:
            rows += min(SLACK_ROWS, spare // length)
        if length > have_length:
            length += min(max(SLACK_TOKENS, length // 4), spare // rows)
        bigger = self._buffer(max(rows, have_rows), max(length, have_length))
        used = max(self._lengths, default=0)
        bigger[:, : self.rows, :, :used] = self._kv[:, : self.rows, :, :used]
        self._kv = bigger

    def _buffer(self, rows: int, length: int) -> Tensor:
        shape = self.shape
        size = (shape.layers, rows, 2 * shape.kv_heads, length, shape.head_size)
        return torch.zeros(size, dtype=self.dtype, device=self.device)

    def _empty(self, *size: int) -> Tensor:
        return torch.empty(size, dtype=self.dtype, device=self.device)


def _layer(weights: Mapping[str, Tensor], index: int, shape: Shape, dtype: torch.dtype) -> Layer:
    def get(name: str) -> Tensor:
        return weights[f"model.layers.{index}.{name}.weight"]

    query, key = get("self_attn.q_proj"), get("self_attn.k_proj")
    qkv = torch.cat((_pair(query, shape), _pair(key, shape), get("self_attn.v_proj")))
    gate_up = torch.cat((get("mlp.gate_proj"), get("mlp.up_proj")))
    return Layer(
        qkv=_scaled(qkv, get("input_layernorm")).to(dtype),
        out=get("self_attn.o_proj").t().to(dtype),
        gate_up=_scaled(gate_up, get("post_attention_layernorm")).to(dtype),
        down=get("mlp.down_proj").t().to(dtype),
    )


def _scaled(matrix: Tensor, scale: Tensor) -> Tensor:
    """The matrix with a norm's scale in it, and the root of the width that `_norm` leaves out."""
    return torch.mul(matrix.float(), scale.float() * math.sqrt(scale.numel()))


def _pair(weight: Tensor, shape: Shape) -> Tensor:
    """Put the two numbers that rotate together side by side, as complex numbers want them.

    Queries and keys are reordered alike, so their products do not change.
    """
    order = torch.arange(shape.head_size).view(2, -1).t().flatten()
    heads = weight.view(-1, shape.head_size, weight.shape[1])
    return heads[:, order].reshape(weight.shape)


def _causal(start: int, count: int, device: torch.device) -> Tensor:
    return torch.ones(count, start + count, dtype=torch.bool, device=device).tril(start)
