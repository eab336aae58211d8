"""Any causal language model that transformers can load, behind the Decoder seam.

Rows are aligned to the right (padding on the left), so that every row's next token has the same
column and transformers' own cache can grow by it. Models that keep a recurrent state instead of
keys and values are refused.
"""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import torch
import torch.nn.functional as F
from torch import Tensor
from transformers import AutoModelForCausalLM, DynamicCache

from reasonloom.errors import InputError
from reasonloom.models.local.decoder import Prefix

KeyValue = tuple[Tensor, Tensor]
ATTENTION = {"full_attention", "sliding_attention", "chunked_attention"}
"""Layer types, as configs name them, whose state is keys and values."""


@dataclass(frozen=True, slots=True)
class HFPrefix:
    """Keys and values of one sequence, a pair `[1, head, token, head_size]` a layer."""

    layers: tuple[KeyValue, ...]

    @property
    def length(self) -> int:
        return int(self.layers[0][0].shape[2])


class HFDecoder:
    """Decoder over a transformers model in eval mode."""

    def __init__(self, model: Any) -> None:
        self._model, self.device = model, model.device
        accepted = inspect.signature(model.forward).parameters
        self._takes_positions = "position_ids" in accepted
        self._keeps_last = "logits_to_keep" in accepted
        self._lengths: list[int] = []
        self._cache: Any = DynamicCache()
        self._token_bytes = self._measure()

    @classmethod
    def load(cls, folder: Path, device: torch.device, dtype: torch.dtype) -> HFDecoder:
        """Raises InputError for a folder that transformers cannot load."""
        try:
            model = AutoModelForCausalLM.from_pretrained(
                str(folder), dtype=dtype, use_safetensors=True, trust_remote_code=False
            )
        except (OSError, ValueError, KeyError, ImportError) as failure:
            reason = str(failure).strip().splitlines()[0]
            raise InputError(f"transformers cannot load {folder}: {reason}") from failure
        kinds = set(getattr(model.config.get_text_config(), "layer_types", None) or ())
        if not kinds <= ATTENTION:
            raise InputError(_refusal(model))
        return cls(model.to(device).eval())

    @property
    def rows(self) -> int:
        return len(self._lengths)

    @property
    def vocabulary(self) -> int:
        return int(self._model.get_input_embeddings().num_embeddings)

    @property
    def token_bytes(self) -> int:
        return self._token_bytes

    @torch.inference_mode()
    def extend(
        self, past: Prefix | None, tokens: Sequence[int], *, every: bool = False
    ) -> tuple[Prefix, Tensor]:
        start = past.length if past else 0
        layers = cast(HFPrefix, past).layers if past else ()
        positions = torch.arange(start, start + len(tokens), device=self.device)[None]
        mask = torch.ones(1, start + len(tokens), dtype=torch.long, device=self.device)
        cache, logits = self._forward(
            tuple(tokens), 1, DynamicCache(layers or None), mask, positions, every=every
        )
        return HFPrefix(self._pairs(cache)), logits[0]

    def cut(self, prefix: Prefix, length: int) -> Prefix:
        layers = cast(HFPrefix, prefix).layers
        return HFPrefix(tuple((k[:, :, :length], v[:, :, :length]) for k, v in layers))

    @torch.inference_mode()
    def join(self, prefixes: Sequence[Prefix]) -> None:
        old = [self._pairs(self._cache)] if self.rows else []
        parts = [*old, *(cast(HFPrefix, prefix).layers for prefix in prefixes)]
        self._lengths += [prefix.length for prefix in prefixes]
        longest = max(self._lengths)
        self._cache = DynamicCache(
            (_stack([k for k, _ in layer], longest), _stack([v for _, v in layer], longest))
            for layer in zip(*parts, strict=True)
        )

    @torch.inference_mode()
    def step(self, tokens: Sequence[Sequence[int]]) -> Tensor:
        longest, count = max(self._lengths), len(tokens[0])
        lengths = torch.tensor(self._lengths, device=self.device)[:, None]
        columns = torch.arange(longest + count, device=self.device)
        mask = (columns >= longest - lengths).long()
        positions = lengths + torch.arange(count, device=self.device)
        flat = tuple(token for row in tokens for token in row)
        self._cache, logits = self._forward(
            flat, self.rows, self._cache, mask, positions, every=count > 1
        )
        self._lengths = [length + count for length in self._lengths]
        return logits

    @torch.inference_mode()
    def forget(self, counts: Sequence[int]) -> None:
        ends = [max(self._lengths) - count for count in counts]
        self._lengths = [old - count for old, count in zip(self._lengths, counts, strict=True)]
        longest = max(self._lengths)
        self._cache = DynamicCache(
            (_ending(k, ends, longest), _ending(v, ends, longest))
            for k, v in self._pairs(self._cache)
        )

    @torch.inference_mode()
    def keep(self, rows: Sequence[int]) -> None:
        self._lengths = [self._lengths[row] for row in rows]
        if not rows:
            self._cache = DynamicCache()
            return
        order, longest = torch.tensor(rows, device=self.device), max(self._lengths)
        self._cache = DynamicCache(
            (
                k.index_select(0, order)[:, :, -longest:],
                v.index_select(0, order)[:, :, -longest:],
            )
            for k, v in self._pairs(self._cache)
        )

    def _forward(
        self,
        tokens: tuple[int, ...],
        rows: int,
        cache: Any,
        mask: Tensor,
        positions: Tensor,
        *,
        every: bool,
    ) -> tuple[Any, Tensor]:
        """The cache, grown in place, and float32 logits `[row, position, vocabulary]`."""
        options: dict[str, Any] = {}
        if self._takes_positions:
            options["position_ids"] = positions
        if self._keeps_last:
            options["logits_to_keep"] = 0 if every else 1
        result = self._model(
            input_ids=torch.tensor(tokens, device=self.device).view(rows, -1),
            attention_mask=mask,
            past_key_values=cache,
            use_cache=True,
            **options,
        )
        logits = result.logits if every else result.logits[:, -1:]
        return getattr(result, "past_key_values", None), logits.float()

    def _pairs(self, cache: Any) -> tuple[KeyValue, ...]:
        layers = getattr(cache, "layers", ())
        pairs = tuple((getattr(x, "keys", None), getattr(x, "values", None)) for x in layers)
        if not pairs or any(k is None or v is None or k.dim() != 4 for k, v in pairs):
            raise InputError(_refusal(self._model))
        return cast(tuple[KeyValue, ...], pairs)

    @torch.inference_mode()
    def _measure(self) -> int:
        """Bytes of cache a token, from a forward pass over one token: shapes differ by family."""
        prefix, _ = self.extend(None, (0,))
        sides = [side for pair in cast(HFPrefix, prefix).layers for side in pair]
        return sum(side.numel() * side.element_size() for side in sides)


def _refusal(model: Any) -> str:
    return (
        f"the architecture {model.config.model_type!r} does not keep keys and values for every "
        "layer, which the local engine needs: serve it and name it as openai:MODEL@URL"
    )


def _ending(cache: Tensor, ends: Sequence[int], length: int) -> Tensor:
    """The last `length` columns of each row before the row's end."""
    if len(set(ends)) == 1:
        return cache[:, :, max(ends[0] - length, 0) : ends[0]]
    rows = zip(torch.split(cache, 1), ends, strict=True)
    return _stack([row[:, :, max(end - length, 0) : end] for row, end in rows], length)


def _stack(caches: Sequence[Tensor], length: int) -> Tensor:
    """All rows, with zeros on the left up to `length` tokens."""
    return torch.cat([F.pad(cache, (0, 0, length - cache.shape[2], 0)) for cache in caches])
