"""What decides nano's weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from reasonloom.nano.examples import SKILLS
from reasonloom.worlds.families import FAMILIES


@dataclass(frozen=True)
class Recipe:
    """All that decides the weights, with the code that makes the examples.

    steps         updates; a step sees about `batch_tokens` tokens, padding included
    fall          share of the steps, the last ones, over which the learning rates fall to a tenth
    skills        how often each skill is drawn
    families      those that the problems are drawn from
    warm_steps    steps over which the learning rates rise
    muon_rate     learning rate of matrices, adam_rate of embeddings and norms
    tokenizer_examples  how many examples the tokenizer's merges are learnt from
    """

    seed: int = 1
    steps: int = 12_000
    warm_steps: int = 160
    fall: float = 0.2
    batch_tokens: int = 6_144
    width: int = 256
    layers: int = 6
    heads: int = 4
    kv_heads: int = 2
    inner: int = 704
    muon_rate: float = 3e-3
    adam_rate: float = 3e-3
    decay: float = 0.05
    save_every: int = 200
    tokenizer_examples: int = 30_000
    skills: Mapping[str, float] = field(default_factory=lambda: dict(SKILLS))
    families: Sequence[str] = field(default_factory=lambda: list(FAMILIES))
