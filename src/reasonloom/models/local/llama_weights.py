"""The weights of plain Llama models, put in the shape that the fewest operations need.

q, k and v are one matrix and so are gate and up; the scale of each norm is part of the matrix after
it; the two numbers that rotate together stand side by side, as complex numbers want them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor

from reasonloom.errors import InputError

SPARE = 16
"""Columns of the residual stream beyond the model's width (see `Weights.embedding`). One would do;
with sixteen every row begins at a multiple of 64 bytes."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes in config.json. `heads` query heads share `kv_heads` key and value heads."""

    width: int
    inner: int
    layers: int
    heads: int
    kv_heads: int
    head_size: int
    epsilon: float
    theta: float

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> Shape:
        heads = int(config["num_attention_heads"])
        rope = config.get("rope_parameters") or config
        return cls(
            width=int(config["hidden_size"]),
            inner=int(config["intermediate_size"]),
            layers=int(config["num_hidden_layers"]),
            heads=heads,
            kv_heads=int(config.get("num_key_value_heads") or heads),
            head_size=int(config.get("head_dim") or config["hidden_size"] // heads),
            epsilon=float(config.get("rms_norm_eps", 1e-6)),
            theta=float(rope.get("rope_theta") or config.get("rope_theta") or 10_000.0),
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
    """One layer's matrices, `[in, out]`."""

    qkv: Tensor
    out: Tensor
    gate_up: Tensor
    down: Tensor


class Weights(NamedTuple):
    """A whole model. `embedding` is `[token id, width + SPARE]`: the first spare column holds the
    root of the norm's epsilon times the width, so that the length of a row of the residual stream
    is the norm's divisor, epsilon included; nothing ever adds to that column."""

    embedding: Tensor
    layers: tuple[Layer, ...]
    head: Tensor

    @classmethod
    def load(cls, shape: Shape, files: Sequence[Path]) -> Weights:
        """Read safetensors files. Raises InputError if they lack a tensor of the config."""
        from safetensors.torch import load_file

        found: dict[str, Tensor] = {}
        for file in files:
            found.update(load_file(file))
        try:
            return cls.of(shape, found)
        except KeyError as missing:
            raise InputError(
                f"the weights in {files[0].parent} lack {missing}: "
                "they do not fit the config.json beside them"
            ) from None

    @classmethod
    @torch.inference_mode()
    def of(cls, shape: Shape, found: Mapping[str, Tensor]) -> Weights:
        """From tensors by their names in transformers. Raises KeyError where one is missing."""
        return _arranged(found, shape)


def _arranged(found: Mapping[str, Tensor], shape: Shape) -> Weights:
    ids = found["model.embed_tokens.weight"]
    embedding = torch.zeros(len(ids), shape.width + SPARE)
    embedding[:, : shape.width] = ids
    embedding[:, shape.width] = math.sqrt(shape.epsilon * shape.width)
    head = _scaled(found.get("lm_head.weight", ids), found["model.norm.weight"])
    layers = tuple(_layer(found, i, shape) for i in range(shape.layers))
    return Weights(embedding, layers, _columns(head))


def _layer(found: Mapping[str, Tensor], index: int, shape: Shape) -> Layer:
    def get(name: str) -> Tensor:
        return found[f"model.layers.{index}.{name}.weight"]

    query, key = get("self_attn.q_proj"), get("self_attn.k_proj")
    qkv = torch.cat((_pair(query, shape), _pair(key, shape), get("self_attn.v_proj")))
    gate_up = torch.cat((get("mlp.gate_proj"), get("mlp.up_proj")))
    return Layer(
        qkv=_columns(_scaled(qkv, get("input_layernorm"))),
        out=_columns(get("self_attn.o_proj")),
        gate_up=_columns(_scaled(gate_up, get("post_attention_layernorm"))),
        down=_columns(get("mlp.down_proj")),
    )


def _scaled(matrix: Tensor, scale: Tensor) -> Tensor:
    """The matrix with a norm's scale in it, and the root of the width: a norm divides by the root
    of the mean square, and the forward pass by the root of the sum."""
    return torch.mul(matrix.float(), scale.float() * math.sqrt(scale.numel()))


def _columns(matrix: Tensor) -> Tensor:
    return matrix.t().float().contiguous()


def _pair(weight: Tensor, shape: Shape) -> Tensor:
    """Put the two numbers that rotate together side by side.

    Queries and keys are reordered alike, so their products do not change.
    """
    order = torch.arange(shape.head_size).view(2, -1).t().flatten()
    heads = weight.view(-1, shape.head_size, weight.shape[1])
    return heads[:, order].reshape(weight.shape)
