"""Responses sampled on the local engine, with the weights that learn."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

pytest.importorskip("trl")

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from reasonloom.models.local.llama_weights import Shape
from reasonloom.train.learner import NANO
from reasonloom.train.rl.local_engine import LocalEngine

QUESTIONS = (
    "<|q|>Find gcd(84, 36).<|cot|>",
    "<|q|>Find gcd(84, 36).<|cot|>",
    "<|q|>What is the remainder when 100 is divided by 7?<|cot|>",
)


@pytest.fixture(scope="module")
def nano() -> tuple[Any, Any]:
    model = AutoModelForCausalLM.from_pretrained(str(NANO), dtype=torch.float32)
    return model, AutoTokenizer.from_pretrained(str(NANO))


def engine(config: Mapping[str, object], **given: float) -> LocalEngine:
    told = {"cap": 60, "temperature": 1.0, "top_p": 1.0, "lanes": 1} | given
    return LocalEngine(Shape.of(config), **told)  # type: ignore[arg-type]


def test_without_heat_it_writes_what_transformers_writes(nano: tuple[Any, Any]) -> None:
    model, tokenizer = nano
    end = tokenizer.eos_token_id
    prompts = [tokenizer(text)["input_ids"] for text in QUESTIONS]
    sampler = engine(model.config.to_dict(), temperature=0.0)
    found = sampler.sample(model.state_dict(), prompts, [1, 2, 3], [end])
    for prompt, response in zip(prompts, found, strict=True):
        asked = torch.tensor([prompt])
        whole = model.generate(
            asked, attention_mask=torch.ones_like(asked), do_sample=False, max_new_tokens=60
        )
        assert response == whole[0, len(prompt) :].tolist()
    assert found[2][-1] == end and len(found[0]) <= 60


def test_responses_depend_on_their_seeds_and_on_the_weights_alone(nano: tuple[Any, Any]) -> None:
    model, tokenizer = nano
    prompts = [tokenizer(QUESTIONS[0])["input_ids"]] * 4
    sampler = engine(model.config.to_dict(), temperature=2.0)
    given = (model.state_dict(), prompts, [1, 2, 1, 3], [tokenizer.eos_token_id])
    first = sampler.sample(*given)
    assert first == sampler.sample(*given)
    assert first[0] == first[2] != first[1]
    assert all(0 < len(response) <= 60 for response in first)


def test_torch_has_its_threads_back(nano: tuple[Any, Any]) -> None:
    model, tokenizer = nano
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        prompts = [tokenizer(QUESTIONS[0])["input_ids"]]
        engine(model.config.to_dict(), cap=2).sample(model.state_dict(), prompts, [1], [1])
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)
