"""Draw a batch's next tokens; a row's draw depends on its own logits, seed and step only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

_MASK = (1 << 64) - 1


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


def uniform(seed: int, step: int) -> float:
    """A number in [0, 1) with 52 random bits, a function of (seed, step) alone.

    52 bits and not 53, so that the product with a sum of weights stays below that sum.
    """
    return (_mix(seed + _mix(step)) >> 12) * 2.0**-52


def pick(logits: Tensor, draws: Sequence[Draw]) -> list[int]:
    """The next token of each row. `logits` is float32 `[row, vocabulary]`."""
    best: list[int] = logits.argmax(-1).tolist()
    drawn = [row for row, draw in enumerate(draws) if draw.temperature > 0]
    if not drawn:
        return best
    chosen = [draws[row] for row in drawn]
    part = logits if len(drawn) == len(draws) else logits[drawn]
    for row, token in zip(drawn, _sample(part, chosen), strict=True):
        best[row] = token
    return best


def _sample(logits: Tensor, draws: Sequence[Draw]) -> list[int]:
    heat = _column(logits, [draw.temperature for draw in draws])
    weights = (logits / heat).softmax(-1)
    if any(draw.limited for draw in draws):
        weights = _limit(weights, draws)
    sums = weights.double().cumsum(-1)
    points = torch.tensor(
        [[uniform(draw.seed, draw.step)] for draw in draws],
        dtype=torch.float64,
        device=logits.device,
    )
    found: list[int] = torch.searchsorted(sums, points * sums[:, -1:], right=True)[:, 0].tolist()
    return found


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


def _column(like: Tensor, values: Sequence[float]) -> Tensor:
    return torch.tensor([[float(value)] for value in values], device=like.device)


def _mix(value: int) -> int:
    """SplitMix64's step and finaliser: every input bit reaches every output bit."""
    value = (value + 0x9E3779B97F4A7C15) & _MASK
    value = ((value ^ (value >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    value = ((value ^ (value >> 27)) * 0x94D049BB133111EB) & _MASK
    return value ^ (value >> 31)
