from __future__ import annotations

import asyncio
import json
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from tiny_recipe import TINY
from tokenizers import Tokenizer

from reasonloom.errors import InputError
from reasonloom.models.local import LocalModel
from reasonloom.models.protocol import Request, Response, messages
from reasonloom.nano.examples import SKILLS, example
from reasonloom.nano.export import MAX_BYTES, export, load_run
from reasonloom.nano.recipe import Recipe
from reasonloom.nano.tokens import CONTEXT
from reasonloom.nano.train import make_model
from reasonloom.templates.library import Library


def ids_of(folder: Path) -> torch.Tensor:
    """A training example of 60 tokens or more."""
    tokenizer: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
    rng, library = random.Random(9), Library.load()
    made = (example(rng, library, SKILLS) for _ in range(100))
    rows = (tokenizer.encode(e.prompt + e.reply).ids for e in made)
    return torch.tensor([next(row for row in rows if 60 <= len(row) <= 300)])


def test_transformers_computes_the_same_logits(tiny_run: Path, tiny_model: Path) -> None:
    from transformers import LlamaForCausalLM

    ids = ids_of(tiny_model)
    ours, _, _ = load_run(tiny_run)
    theirs = LlamaForCausalLM.from_pretrained(tiny_model, dtype=torch.float32)
    with torch.no_grad():
        expected = theirs(ids).logits[0]
        with torch.autocast("cpu", dtype=torch.bfloat16):
            given = ours(ids, torch.arange(ids.shape[1]))
    assert given.shape == expected.shape
    spread = float(expected.std())
    assert float((given - expected).abs().max()) < 0.1 * spread + 0.01
    assert float((given - expected).abs().mean()) < 0.02 * spread


def test_the_local_engine_reads_it_and_answers(tiny_model: Path) -> None:
    model = LocalModel.open(tiny_model, threads=1)
    prompt = "<|q|>What is the gcd of 12 and 18?<|cot|>"

    async def ask() -> tuple[Response, Response]:
        try:
            raw = await model.generate(Request(text=prompt, max_tokens=8))
            asked = messages(("user", "What is the gcd of 12 and 18?"))
            return raw, await model.generate(Request(messages=asked, max_tokens=8))
        finally:
            await model.close()

    assert model.profile.dialect == "compact" and model.profile.context_tokens == CONTEXT
    raw, chat = asyncio.run(ask())
    assert raw.usage.completion_tokens > 0
    assert raw.choices[0].token_ids == chat.choices[0].token_ids
    assert raw.usage.prompt_tokens == chat.usage.prompt_tokens


def test_a_system_message_is_not_for_nano(tiny_model: Path) -> None:
    model = LocalModel.open(tiny_model, threads=1)
    asked = (("user", "What is 2 + 2?"),)
    plain = model.encode(Request(messages=messages(*asked)))
    assert model.encode(Request(messages=messages(("system", "Be brief."), *asked))) == plain
    asyncio.run(model.close())


def test_the_weights_are_bfloat16_safetensors_within_the_limit(tiny_model: Path) -> None:
    from safetensors.torch import load_file

    tensors = load_file(tiny_model / "model.safetensors")
    assert {t.dtype for t in tensors.values()} == {torch.bfloat16}
    full = make_model(Recipe(), 2_048)
    assert sum(2 * p.numel() for p in full.parameters()) <= MAX_BYTES == 12_000_000


def test_the_folder_says_what_made_it(tiny_model: Path) -> None:
    told = json.loads((tiny_model / "reasonloom.json").read_text())
    assert (told["dialect"], told["trained_steps"]) == ("compact", TINY.steps)
    assert Recipe(**told["recipe"]) == TINY


def test_a_folder_without_a_checkpoint_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no checkpoint: run `loom nano build` first"):
        export(tmp_path, tmp_path / "model")


def test_weights_over_the_limit_are_refused(
    tiny_run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reasonloom.nano.export.MAX_BYTES", 1_000)
    with pytest.raises(InputError, match="at most 1,000 may ship"):
        export(tiny_run, tmp_path / "model")
    assert not (tmp_path / "model").exists()


def test_a_recipe_is_all_that_a_run_is_rebuilt_from(tiny_run: Path) -> None:
    _, recipe, step = load_run(tiny_run)
    assert (recipe, step) == (TINY, TINY.steps)
    assert replace(recipe, seed=6) != recipe
