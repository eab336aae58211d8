"""How much memory a run takes on each device, worked out from the model's sizes alone.

Weights, gradients and Adam's two moments are split over the devices, as FSDP's full sharding does.
What stands for activations is an estimate (our choice of terms); the rest is exact.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reasonloom.errors import InputError
from reasonloom.train.recipe import DPO, Recipe, Shape
from reasonloom.train.rl.recipe import RL

BYTES = {"float32": 4, "bfloat16": 2}
PER_LAYER = 34
"""Bytes a token and unit of width that a layer keeps for its gradient, at two bytes a number and
with an attention that keeps no scores (Korthikanti et al., arXiv 2205.05198, section 4)."""


@dataclass(frozen=True)
class Memory:
    """Bytes a device."""

    parameters: int
    learnt: int
    weights: int
    gradients: int
    moments: int
    reference: int
    activations: int
    logits: int

    @property
    def total(self) -> int:
        kept = self.weights + self.gradients + self.moments + self.reference
        return kept + self.activations + self.logits


def shape_of(config: Mapping[str, Any]) -> Shape:
    """A Llama-like model's sizes from its config.json. Raises InputError where one is missing."""
    try:
        heads = config["num_attention_heads"]
        return Shape(
            layers=config["num_hidden_layers"],
            width=config["hidden_size"],
            inner=config["intermediate_size"],
            heads=heads,
            kv_heads=config.get("num_key_value_heads") or heads,
            vocabulary=config["vocab_size"],
            head_dim=config.get("head_dim"),
            tied=bool(config.get("tie_word_embeddings")),
        )
    except KeyError as key:
        raise InputError(f"the model's config has no {key}: give `shape` in the recipe") from None


def parameters(shape: Shape) -> int:
    """Weights of embeddings, attention, feed-forward and norms; biases are left out."""
    head = shape.head_dim or shape.width // shape.heads
    attention = shape.width * head * (2 * shape.heads + 2 * shape.kv_heads)
    layer = attention + 3 * shape.width * shape.inner + 2 * shape.width
    embeddings = shape.vocabulary * shape.width * (1 if shape.tied else 2)
    return shape.layers * layer + embeddings + shape.width


def adapter_parameters(shape: Shape, rank: int) -> int:
    """Weights of low-rank adapters on every linear layer but the output's."""
    head = shape.head_dim or shape.width // shape.heads
    q, kv = shape.heads * head, shape.kv_heads * head
    sides = 2 * (shape.width + q) + 2 * (shape.width + kv) + 3 * (shape.width + shape.inner)
    return shape.layers * rank * sides


def plan(recipe: Recipe, shape: Shape) -> Memory:
    """What one device holds in the middle of an update."""
    each, size = recipe.devices, BYTES[recipe.dtype]
    total = parameters(shape)
    learnt = adapter_parameters(shape, recipe.lora.rank) if recipe.lora else total
    sides = 2 if isinstance(recipe, DPO) else 1
    at_once = min(recipe.rows_at_once, max(1, recipe.batch // each))
    tokens = sides * at_once * recipe.max_tokens
    narrow = 2 if recipe.autocast or recipe.dtype == "bfloat16" else 4
    layer = tokens * shape.width * PER_LAYER * narrow // 2
    inputs = tokens * shape.width * narrow * shape.layers
    return Memory(
        parameters=total,
        learnt=learnt,
        weights=total * size // each,
        gradients=learnt * size // each,
        moments=2 * learnt * size // each,
        reference=total * size // each if _keeps_a_reference(recipe) else 0,
        activations=layer + inputs if recipe.activation_checkpointing else layer * shape.layers,
        logits=2 * tokens * shape.vocabulary * 4,
    )


def _keeps_a_reference(recipe: Recipe) -> bool:
    """Adapters need none: without them the model is its own reference."""
    asks = isinstance(recipe, DPO) or (isinstance(recipe, RL) and recipe.kl > 0)
    return asks and recipe.lora is None
