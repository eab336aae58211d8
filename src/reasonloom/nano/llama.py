"""The Llama architecture as plain torch, for training nano.

Shapes: B rows, T tokens, D width, H query heads in G groups that share keys and values, K = D / H.
What it leaves out: dropout, biases, key-value caches (decoding is `models.local`'s work). Padding
stands at the right, so the causal mask is all the masking there is.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor, nn

FUSED = 384
"""Row length from which the fused attention trains faster on a CPU than the written-out one."""


@dataclass(frozen=True)
class Shape:
    """Width, layers, query heads, key and value heads, and feed-forward width of a model."""

    vocabulary: int
    width: int = 256
    layers: int = 5
    heads: int = 4
    kv_heads: int = 4
    inner: int = 704
    theta: float = 10_000.0
    eps: float = 1e-5


class Block(nn.Module):
    """The weights of one layer; `block` is what is done with them."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        d = shape.width
        self.norm_attention = nn.Parameter(torch.ones(d))
        self.norm_inner = nn.Parameter(torch.ones(d))
        head = d // shape.heads
        self.qkv = nn.Linear(d, d + 2 * shape.kv_heads * head, bias=False)
        self.out = nn.Linear(d, d, bias=False)
        self.gate_up = nn.Linear(d, 2 * shape.inner, bias=False)
        self.down = nn.Linear(shape.inner, d, bias=False)

    def weights(self) -> tuple[Tensor, ...]:
        linears = (self.qkv, self.out, self.gate_up, self.down)
        return (self.norm_attention, self.norm_inner, *(m.weight for m in linears))


def block(
    x: Tensor,
    weights: tuple[Tensor, ...],
    cos: Tensor,
    sin: Tensor,
    mask: Tensor,
    heads: int,
    kv_heads: int,
    eps: float,
) -> Tensor:
    """x [B, T, D], cos and sin [T, K], mask [T, T] added to the scores.

    A function of its weights, so that one compilation serves all layers.
    """
    norm_attention, norm_inner, qkv, out, gate_up, down = weights
    b, t, d = x.shape
    k = d // heads
    normed = F.rms_norm(x, (d,), norm_attention.to(x.dtype), eps)
    made = F.linear(normed, qkv).view(b, t, heads + 2 * kv_heads, k).transpose(1, 2)
    queries, keys, values = torch.split(made, [heads, kv_heads, kv_heads], 1)
    queries, keys = _turn(queries, cos, sin), _turn(keys, cos, sin)
    if kv_heads < heads:
        keys, values = (x.repeat_interleave(heads // kv_heads, 1) for x in (keys, values))
    if t >= FUSED:
        mixed = F.scaled_dot_product_attention(queries, keys, values, is_causal=True)
    else:
        mixed = ((queries @ keys.transpose(-1, -2)) * k**-0.5 + mask).softmax(-1) @ values
    x = x + F.linear(mixed.transpose(1, 2).reshape(b, t, d), out)
    normed = F.rms_norm(x, (d,), norm_inner.to(x.dtype), eps)
    gate, up = F.linear(normed, gate_up).chunk(2, -1)
    done: Tensor = x + F.linear(F.silu(gate) * up, down)
    return done


def _turn(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """Rotary position embedding, halves layout as in Hugging Face's Llama."""
    one, two = x.chunk(2, -1)
    return x * cos + torch.cat((-two, one), -1) * sin


class Llama(nn.Module):
    cos: Tensor
    sin: Tensor
    mask: Tensor

    def __init__(self, shape: Shape, longest: int) -> None:
        super().__init__()
        self.shape = shape
        self.embed = nn.Embedding(shape.vocabulary, shape.width)
        self.layers = [Block(shape) for _ in range(shape.layers)]
        self.blocks = nn.ModuleList(self.layers)
        self.norm = nn.Parameter(torch.ones(shape.width))
        self.block: Callable[..., Tensor] = block
        head = shape.width // shape.heads
        rates = shape.theta ** (-torch.arange(0, head, 2) / head)
        angles = torch.outer(torch.arange(longest), rates).repeat(1, 2)
        self.register_buffer("cos", angles.cos().bfloat16(), persistent=False)
        self.register_buffer("sin", angles.sin().bfloat16(), persistent=False)
        mask = torch.full((longest, longest), -1e4).triu(1).bfloat16()
        self.register_buffer("mask", mask, persistent=False)
        self.apply(self._start)

    def compile_blocks(self) -> None:
        """One compilation a row length, about twice as fast afterwards."""
        self.block = torch.compile(block, dynamic=False)

    def _start(self, module: nn.Module) -> None:
        if isinstance(module, nn.Linear | nn.Embedding):
            nn.init.normal_(module.weight, std=0.02)
        if isinstance(module, Block):
            deep = 0.02 / math.sqrt(2 * self.shape.layers)
            nn.init.normal_(module.out.weight, std=deep)
            nn.init.normal_(module.down.weight, std=deep)

    def forward(self, ids: Tensor, where: Tensor) -> Tensor:
        """ids [B, T]; `where` picks positions of the flattened batch; logits [picked, V], float32.

        To be called under bfloat16 autocast, as in training: activations are bfloat16, weights not.
        """
        t, shape = ids.shape[1], self.shape
        x = self.embed(ids).bfloat16()
        place = (self.cos[:t], self.sin[:t], self.mask[:t, :t])
        for layer in self.layers:
            x = self.block(x, layer.weights(), *place, shape.heads, shape.kv_heads, shape.eps)
        x = F.rms_norm(x, x.shape[-1:], self.norm.to(x.dtype), shape.eps)
        picked = x.reshape(-1, x.shape[-1])[where]
        return (picked @ self.embed.weight.to(x.dtype).t()).float()
