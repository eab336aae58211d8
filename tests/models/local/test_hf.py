"""Families that differ in their attention all run; those without a cache of keys are refused."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
import torch
import transformers

from reasonloom.errors import InputError
from reasonloom.models.local import LocalModel
from reasonloom.models.protocol import Request

SIZES = {
    "hidden_size": 64,
    "intermediate_size": 128,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 256,
    "initializer_range": 0.3,
    "bos_token_id": 2,
    "eos_token_id": 2,
    "pad_token_id": 2,
}
FAMILIES = {
    "Qwen2Config": {},
    "MistralConfig": {"sliding_window": 8},
    "Gemma3TextConfig": {"head_dim": 16, "sliding_window": 8},
    "OPTConfig": {"ffn_dim": 128, "word_embed_proj_dim": 64},
    "BloomConfig": {"n_layer": 2, "n_head": 4},
}
PROMPTS = ["let a be 12", "the answer is", "subtract 17 from 93, divide by 2, and say what", "x"]


def write(folder: Path, family: str, vocabulary: int, **options: Any) -> Any:
    torch.manual_seed(1)
    config = getattr(transformers, family)(vocab_size=vocabulary, **SIZES, **options)
    model = transformers.AutoModelForCausalLM.from_config(config).eval()
    model.save_pretrained(folder)
    return model


@pytest.mark.parametrize("family", FAMILIES)
async def test_rows_of_every_family_give_what_generate_gives(
    tmp_path: Path, write_tokenizer: Any, family: str
) -> None:
    reference = write(tmp_path, family, write_tokenizer(tmp_path), **FAMILIES[family])
    model = LocalModel.open(tmp_path, device="cpu")
    requests = [Request(text=prompt, max_tokens=14) for prompt in PROMPTS]
    replies = await asyncio.gather(*map(model.generate, requests))
    for request, reply in zip(requests, replies, strict=True):
        ids = torch.tensor([model.encode(request)])
        out = reference.generate(
            ids, attention_mask=torch.ones_like(ids), max_new_tokens=14, do_sample=False
        )
        assert list(reply.choices[0].token_ids or ()) == out[0, ids.shape[1] :].tolist()
    await model.close()


def test_a_recurrent_model_is_refused(tmp_path: Path, write_tokenizer: Any) -> None:
    write(tmp_path, "MambaConfig", write_tokenizer(tmp_path))
    with pytest.raises(InputError, match="'mamba' does not keep keys and values"):
        LocalModel.open(tmp_path, device="cpu")


def test_a_folder_that_transformers_cannot_load_is_named(
    tmp_path: Path, write_tokenizer: Any
) -> None:
    write(tmp_path, "Qwen2Config", write_tokenizer(tmp_path))
    config = tmp_path / "config.json"
    config.write_text(config.read_text().replace('"qwen2"', '"no_such_family"'))
    with pytest.raises(InputError, match="transformers cannot load"):
        LocalModel.open(tmp_path, device="cpu")
