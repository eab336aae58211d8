"""A Llama folder as one GGUF file, for llama.cpp's server.

Covers what nano is: Llama weights in safetensors, and a byte-fallback BPE with Metaspace. llama.cpp
reads such a vocabulary as SentencePiece does, by scores: the earlier a merge was learned, the
higher the score of the token that it makes. It merges across the pre-tokenizer's borders where the
vocabulary has such a token, so a few texts come out in other tokens than in the folder's tokenizer.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np


def convert(folder: Path, out: Path) -> Path:
    """Write `folder` as a float32 GGUF to `out`."""
    from gguf import GGUFWriter

    config = json.loads((folder / "config.json").read_text("utf-8"))
    writer = GGUFWriter(out, "llama")
    _hyperparameters(writer, config)
    _vocabulary(writer, folder, config)
    for name, values in _tensors(folder, config):
        writer.add_tensor(name, values)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return out


def _hyperparameters(writer: Any, config: dict[str, Any]) -> None:
    rope = config.get("rope_parameters") or {}
    heads = config["num_attention_heads"]
    head_size = config.get("head_dim") or config["hidden_size"] // heads
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(heads)
    writer.add_head_count_kv(config["num_key_value_heads"])
    writer.add_key_length(head_size)
    writer.add_value_length(head_size)
    writer.add_rope_dimension_count(head_size)
    writer.add_rope_freq_base(float(rope.get("rope_theta") or config.get("rope_theta") or 1e4))
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_vocab_size(config["vocab_size"])


def _vocabulary(writer: Any, folder: Path, config: dict[str, Any]) -> None:
    from gguf import TokenType

    state = json.loads((folder / "tokenizer.json").read_text("utf-8"))
    ids: dict[str, int] = dict(state["model"]["vocab"])
    added = {token["content"]: token for token in state["added_tokens"]}
    ids.update({text: token["id"] for text, token in added.items()})
    tokens = [f"<unused{i}>" for i in range(config["vocab_size"])]
    kinds: list[int] = [TokenType.UNUSED] * len(tokens)
    ranks = {_joined(pair): -float(rank) for rank, pair in enumerate(state["model"]["merges"])}
    for text, index in ids.items():
        tokens[index], kinds[index] = text, _kind(text, added)
    writer.add_tokenizer_model("llama")
    writer.add_token_list([token.encode() for token in tokens])
    writer.add_token_scores([ranks.get(token, -1e6) for token in tokens])
    writer.add_token_types(kinds)
    end = config["eos_token_id"]
    writer.add_eos_token_id(end)
    writer.add_bos_token_id(end)
    writer.add_add_bos_token(False)
    writer.add_add_space_prefix(False)
    template = folder / "chat_template.jinja"
    if template.exists():
        writer.add_chat_template(template.read_text("utf-8"))


def _joined(pair: list[str] | str) -> str:
    return "".join(pair) if isinstance(pair, list) else pair.replace(" ", "", 1)


def _kind(text: str, added: dict[str, Any]) -> int:
    from gguf import TokenType

    if text in added:
        return TokenType.CONTROL if added[text]["special"] else TokenType.USER_DEFINED
    is_byte = len(text) == 6 and text.startswith("<0x") and text.endswith(">")
    return TokenType.BYTE if is_byte else TokenType.NORMAL


_NAMES = {
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
    "input_layernorm": "attn_norm",
    "post_attention_layernorm": "ffn_norm",
}


def _tensors(folder: Path, config: dict[str, Any]) -> list[tuple[str, np.ndarray[Any, Any]]]:
    from safetensors.torch import load_file

    found = []
    for name, tensor in load_file(folder / "model.safetensors").items():
        values = tensor.float().numpy()
        if name.endswith("q_proj.weight"):
            values = _interleaved(values, config["num_attention_heads"])
        elif name.endswith("k_proj.weight"):
            values = _interleaved(values, config["num_key_value_heads"])
        found.append((_name(name), np.ascontiguousarray(values)))
    return found


def _interleaved(values: np.ndarray[Any, Any], heads: int) -> np.ndarray[Any, Any]:
    """Rotary pairs side by side, as llama.cpp has them: the folder keeps them in two halves."""
    rows, columns = values.shape
    halves = values.reshape(heads, 2, rows // heads // 2, columns)
    return halves.swapaxes(1, 2).reshape(rows, columns)


def _name(name: str) -> str:
    whole = {
        "model.embed_tokens.weight": "token_embd.weight",
        "model.norm.weight": "output_norm.weight",
        "lm_head.weight": "output.weight",
    }
    if name in whole:
        return whole[name]
    _, _, layer, part = name.split(".", 3)
    return f"blk.{layer}.{_NAMES[part.removesuffix('.weight')]}.weight"
