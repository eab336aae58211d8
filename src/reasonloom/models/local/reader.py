"""Reads prompts once: what was read lately is kept, whole or as the beginning of another prompt."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from reasonloom.models.local.decoder import Decoder, Prefix
from reasonloom.models.local.rows import Scored

READ_TOKENS = 4096
SCORE_TOKENS = 512
"""Tokens a pass, so that activations and logits of a long prompt stay small; our choice."""
WORTH_SHARING = 32
"""Shorter common beginnings cost less to read again than to copy; our choice."""


class Read(NamedTuple):
    """A prompt that has been read: its cache, the logits after it `[1, vocabulary]`."""

    prompt: tuple[int, ...]
    prefix: Prefix
    logits: Tensor
    cached_tokens: int = 0


class Reader:
    """Keeps the caches of recent prompts, up to `room` tokens of them, the oldest leaving first."""

    def __init__(self, decoder: Decoder, room: int) -> None:
        self._decoder, self._room = decoder, room
        self._kept: list[Read] = []

    def read(self, prompt: tuple[int, ...]) -> Read:
        """The prompt's cache. `cached_tokens` tells how much of it was there already."""
        past, shared = self._nearest(prompt)
        if past is not None and shared == len(prompt) == len(past.prompt):
            return self._keep(past._replace(cached_tokens=shared))
        shared = min(shared, len(prompt) - 1)
        known = None
        if past is not None and shared >= WORTH_SHARING:
            known = self._decoder.cut(past.prefix, shared)
        done = shared if known else 0
        *_, (prefix, logits) = self._passes(known, prompt[done:], READ_TOKENS, every=False)
        return self._keep(Read(prompt, prefix, logits, done))

    def score(self, prompt: tuple[int, ...], top: int) -> tuple[Read, tuple[Scored, ...]]:
        """Read the whole prompt and score each of its tokens; the first one, which nothing
        predicts, has log-probability 0."""
        found = [Scored(prompt[0], 0.0)]
        logits = None
        for prefix, part in self._passes(None, prompt, SCORE_TOKENS, every=True):
            seen = part if logits is None else torch.cat((logits, part))
            prefix_end = prefix.length
            found += scores(seen, prompt[len(found) : prefix_end + 1], top)
            logits = part[-1:]
        assert logits is not None
        return self._keep(Read(prompt, prefix, logits)), tuple(found)

    def forget(self) -> None:
        self._kept.clear()

    def _passes(
        self, past: Prefix | None, tokens: Sequence[int], size: int, *, every: bool
    ) -> Iterator[tuple[Prefix, Tensor]]:
        for start in range(0, len(tokens), size):
            past, logits = self._decoder.extend(past, tokens[start : start + size], every=every)
            yield past, logits

    def _nearest(self, prompt: tuple[int, ...]) -> tuple[Read | None, int]:
        best: Read | None = None
        most = 0
        for read in self._kept:
            shared = common(read.prompt, prompt)
            if shared > most:
                best, most = read, shared
        return best, most

    def _keep(self, read: Read) -> Read:
        self._kept = [kept for kept in self._kept if kept.prompt != read.prompt]
        self._kept.append(read)
        used = sum(len(kept.prompt) for kept in self._kept)
        while used > self._room and self._kept:
            used -= len(self._kept.pop(0).prompt)
        return read


def common(one: tuple[int, ...], other: tuple[int, ...]) -> int:
    """How many first tokens are the same."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low


def scores(logits: Tensor, tokens: Sequence[int], top: int) -> list[Scored]:
    """The log-probability of each token under the logits before it, one row a token.

    Rows of `logits` beyond the tokens are left out.
    """
    if not tokens:
        return []
    logp = logits[: len(tokens)].log_softmax(-1)
    picked = torch.tensor(tokens, device=logp.device)[:, None]
    chosen: list[float] = logp.gather(-1, picked)[:, 0].tolist()
    if not top:
        return [Scored(token, value) for token, value in zip(tokens, chosen, strict=True)]
    best = logp.topk(min(top, logp.shape[-1]), -1)
    pairs = zip(best.indices.tolist(), best.values.tolist(), strict=True)
    tops = [tuple(zip(ids, values, strict=True)) for ids, values in pairs]
    return [Scored(*three) for three in zip(tokens, chosen, tops, strict=True)]
