from __future__ import annotations

import json
from pathlib import Path

import pytest

from reasonloom.errors import InputError
from reasonloom.train.memory import parameters, plan, shape_of
from reasonloom.train.recipe import DPO, SFT, Lora, Shape, load_recipe

NANO = Path(__file__).parents[2] / "src" / "reasonloom" / "nano" / "weights"
GIB = 1 << 30


def test_parameters_are_those_of_the_weights_on_disk() -> None:
    shape = shape_of(json.loads((NANO / "config.json").read_text()))
    stored = (NANO / "model.safetensors").stat().st_size
    assert abs(parameters(shape) * 2 - stored) < 20_000


def test_a_model_of_32_billion_parameters_is_one() -> None:
    shape = load_recipe(SFT, "s1").shape
    assert shape and parameters(shape) == pytest.approx(32.76e9, rel=0.001)


def test_weights_gradients_and_moments_take_16_bytes_a_parameter_over_all_devices() -> None:
    recipe = load_recipe(SFT, "s1")
    assert recipe.shape
    found = plan(recipe, recipe.shape)
    kept = found.weights + found.gradients + found.moments
    assert kept * recipe.devices == pytest.approx(16 * found.parameters, rel=1e-6)
    assert found.reference == 0 and found.total > kept


def test_adapters_learn_little_and_need_no_reference() -> None:
    shape = Shape(layers=2, width=64, inner=128, heads=4, kv_heads=2, vocabulary=100)
    whole, light = plan(DPO(), shape), plan(DPO(lora=Lora(rank=4)), shape)
    assert whole.reference == whole.weights and light.reference == 0
    assert light.learnt < whole.learnt / 5


def test_a_config_without_sizes_asks_for_them() -> None:
    with pytest.raises(InputError, match="give `shape` in the recipe"):
        shape_of({"num_attention_heads": 4})
