"""Draw a batch's next tokens; a row's draw depends on its own logits, seed and step only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

_MASK = (1 << 64) - 1
_GOLDEN, _FIRST, _SECOND = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9, 0x94D049BB133111EB
"""SplitMix64's increment and multipliers (Steele, Lea and Flood, 2014)."""


@dataclass(frozen=True, slots=True)
class Draw:
    """How one row draws. `temperature` 0 is greedy; `top_k` 0 and `top_p` 1 leave all tokens in.

    The order is temperature, then top_k, then top_p over what top_k left, as transformers does.
    """

    temperature: float = 0.0
    top_k: int = 0
    top_p: float = 1.0
    seed: int = 0
    step: int = 0

    @property
    def limited(self) -> bool:
        return self.temperature > 0 and (self.top_k > 0 or self.top_p < 1)


RARE = 1e-9
"""Tokens less likely than this are never drawn: one draw in 500,000 of nano's would be another.
The noise of the few that are left takes a tenth of the time (our choice)."""


def waits(draws: Sequence[Draw], rows: Tensor, columns: Tensor) -> Tensor:
    """Exponential random numbers `[pair]`, each a function of (seed, step, column) alone.

    A pair is a row, whose draw it is, and a column. SplitMix64 over the columns, started at a place
    that seed and step choose. Small numbers, which decide the draw, keep float32's full relative
    precision.
    """
    keys = [_signed(_mix(draw.seed + _mix(draw.step))) for draw in draws]
    bits = torch.tensor(keys, device=rows.device)[rows] + columns * _signed(_GOLDEN)
    bits ^= (bits >> 30) & (1 << 34) - 1
    bits *= _signed(_FIRST)
    bits ^= (bits >> 27) & (1 << 37) - 1
    bits *= _signed(_SECOND)
    shares = (((bits >> 11) & (1 << 53) - 1) + 1).float().mul_(2.0**-53)
    return shares.neg_().log1p_().neg_()


def pick(logits: Tensor, draws: Sequence[Draw]) -> list[int]:
    """The next token of each row. `logits` is float32 `[row, vocabulary]`."""
    drawn = [row for row, draw in enumerate(draws) if draw.temperature > 0]
    if len(drawn) == len(draws):
        return _sample(logits, draws)
    best = _largest(logits)
    if drawn:
        sampled = _sample(logits[drawn], [draws[row] for row in drawn])
        for row, token in zip(drawn, sampled, strict=True):
            best[row] = token
    return best


def _sample(logits: Tensor, draws: Sequence[Draw]) -> list[int]:
    """The token whose weight over its waiting time is largest: an exact draw from the weights.

    A change of the logits in their last digits, as company in the batch makes it, then changes the
    draw only where two tokens are as close; with cumulative sums it would move every border.
    """
    heat = _column(logits, [draw.temperature for draw in draws])
    weights = (logits / heat).softmax(-1)
    if any(draw.limited for draw in draws):
        weights = _limit(weights, draws)
    rows, columns = (weights > RARE).nonzero(as_tuple=True)
    race = torch.zeros_like(weights)
    race[rows, columns] = weights[rows, columns] / waits(draws, rows, columns)
    return _largest(race)


def _limit(weights: Tensor, draws: Sequence[Draw]) -> Tensor:
    """Set to zero what top_k and top_p rule out; tokens that tie with the last one kept stay."""
    size = weights.shape[-1]
    ordered = weights.sort(-1, descending=True).values
    kept = _column(weights, [draw.top_k or size for draw in draws])
    ordered = ordered.where(torch.arange(size, device=weights.device) < kept, 0.0)
    before = ordered.cumsum(-1) - ordered
    share = _column(weights, [draw.top_p for draw in draws]) * ordered.sum(-1, keepdim=True)
    open_ = _column(weights, [float(draw.top_p >= 1) for draw in draws]) > 0
    inside = (ordered > 0) & (open_ | (before < share))
    last = inside.sum(-1, keepdim=True).clamp(min=1) - 1
    return weights.where(weights >= ordered.gather(-1, last), 0.0)


def _largest(values: Tensor) -> list[int]:
    """The column of each row's largest value; `max` takes a third of `argmax` on the CPU."""
    columns: list[int] = values.max(-1).indices.tolist()
    return columns


def _column(like: Tensor, values: Sequence[float]) -> Tensor:
    return torch.tensor([[float(value)] for value in values], device=like.device)


def _mix(value: int) -> int:
    """SplitMix64's step and finaliser: every input bit reaches every output bit."""
    value = (value + _GOLDEN) & _MASK
    value = ((value ^ (value >> 30)) * _FIRST) & _MASK
    value = ((value ^ (value >> 27)) * _SECOND) & _MASK
    return value ^ (value >> 31)


def _signed(value: int) -> int:
    """The same 64 bits as torch's signed integers read them."""
    return value - (1 << 64) if value >> 63 else value
