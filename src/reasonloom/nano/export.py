"""A checkpoint as a Hugging Face folder: bfloat16 safetensors, tokenizer, chat template."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from reasonloom.errors import InputError
from reasonloom.nano.llama import Llama
from reasonloom.nano.recipe import Recipe
from reasonloom.nano.tokens import CHAT_TEMPLATE, CONTEXT, END, PAD
from reasonloom.nano.train import load_tokenizer, make_model

MAX_BYTES = 12_000_000


def export(run: Path, folder: Path) -> Path:
    """Write the model that `run` has trained so far to `folder`.

    Raises InputError when the run has no checkpoint or the weights exceed 12 MB.
    """
    from safetensors.torch import save_file

    model, recipe, step = load_run(run)
    tensors = {name: t.to(torch.bfloat16).contiguous() for name, t in hf_names(model).items()}
    size = sum(t.numel() * 2 for t in tensors.values())
    if size > MAX_BYTES:
        raise InputError(f"the weights take {size:,} bytes and at most {MAX_BYTES:,} may ship")
    folder.mkdir(parents=True, exist_ok=True)
    save_file(tensors, folder / "model.safetensors", metadata={"format": "pt"})
    shutil.copyfile(run / "tokenizer.json", folder / "tokenizer.json")
    tokenizer = load_tokenizer(run, recipe)
    ids = {"pad": tokenizer.token_to_id(PAD), "end": tokenizer.token_to_id(END)}
    for name, content in _files(model, recipe, step, ids).items():
        (folder / name).write_text(json.dumps(content, indent=1) + "\n")
    return folder


def load_run(run: Path) -> tuple[Llama, Recipe, int]:
    """The model of a training run, its recipe, and how many steps it has seen."""
    if not (run / "checkpoint.pt").exists():
        raise InputError(f"{run} holds no checkpoint: run `loom nano build` first")
    recipe = Recipe(**json.loads((run / "recipe.json").read_text()))
    saved = torch.load(run / "checkpoint.pt", weights_only=True, map_location="cpu")
    model = make_model(recipe, saved["model"]["embed.weight"].shape[0])
    model.load_state_dict(saved["model"])
    return model, recipe, saved["state"]["step"]


def hf_names(model: Llama) -> dict[str, Tensor]:
    """The weights by the names and shapes that Hugging Face's Llama gives them."""
    tensors = {"model.embed_tokens.weight": model.embed.weight, "model.norm.weight": model.norm}
    for i, block in enumerate(model.layers):
        at = f"model.layers.{i}"
        shared = model.shape.kv_heads * model.shape.width // model.shape.heads
        q, k, v = torch.split(block.qkv.weight, [model.shape.width, shared, shared])
        gate, up = block.gate_up.weight.chunk(2)
        tensors |= {
            f"{at}.input_layernorm.weight": block.norm_attention,
            f"{at}.post_attention_layernorm.weight": block.norm_inner,
            f"{at}.self_attn.q_proj.weight": q,
            f"{at}.self_attn.k_proj.weight": k,
            f"{at}.self_attn.v_proj.weight": v,
            f"{at}.self_attn.o_proj.weight": block.out.weight,
            f"{at}.mlp.gate_proj.weight": gate,
            f"{at}.mlp.up_proj.weight": up,
            f"{at}.mlp.down_proj.weight": block.down.weight,
        }
    return {name: tensor.detach() for name, tensor in tensors.items()}


def _files(model: Llama, recipe: Recipe, step: int, ids: dict[str, int]) -> dict[str, Any]:
    shape = model.shape
    return {
        "config.json": {
            "architectures": ["LlamaForCausalLM"],
            "model_type": "llama",
            "vocab_size": shape.vocabulary,
            "hidden_size": shape.width,
            "num_hidden_layers": shape.layers,
            "num_attention_heads": shape.heads,
            "num_key_value_heads": shape.kv_heads,
            "head_dim": shape.width // shape.heads,
            "intermediate_size": shape.inner,
            "hidden_act": "silu",
            "max_position_embeddings": CONTEXT,
            "rms_norm_eps": shape.eps,
            "rope_theta": shape.theta,
            "attention_bias": False,
            "mlp_bias": False,
            "tie_word_embeddings": True,
            "bos_token_id": None,
            "eos_token_id": ids["end"],
            "pad_token_id": ids["pad"],
            "dtype": "bfloat16",
        },
        "generation_config.json": {"eos_token_id": ids["end"], "pad_token_id": ids["pad"]},
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "eos_token": END,
            "pad_token": PAD,
            "model_max_length": CONTEXT,
            "clean_up_tokenization_spaces": False,
            "chat_template": CHAT_TEMPLATE,
        },
        "reasonloom.json": {
            "dialect": "compact",
            "chat": True,
            "think": None,
            # With more, the threads wait for each other after every small operation.
            "threads": 1,
            "recipe": recipe.__dict__,
            "trained_steps": step,
        },
    }
