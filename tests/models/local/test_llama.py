"""Both forward passes give what transformers' own model gives."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file

from reasonloom.errors import InputError
from reasonloom.models.local.folder import find
from reasonloom.models.local.llama import LlamaDecoder
from reasonloom.models.local.llama_weights import is_plain
from reasonloom.models.local.loading import load_decoder

TOKENS = [5, 300, 17, 270, 290, 300, 41, 260, 270, 9]
CPU = torch.device("cpu")


def decoder_of(folder: Path, backend: str) -> Any:
    return load_decoder(find(folder), CPU, "float32", backend)


def direct(reference: Any, tokens: list[int]) -> torch.Tensor:
    with torch.inference_mode():
        return reference(torch.tensor([tokens])).logits[0]


def test_reading_gives_the_logits_of_a_direct_forward_pass(
    llama_folder: Path, reference: Any, backend: str
) -> None:
    _, logits = decoder_of(llama_folder, backend).extend(None, TOKENS, every=True)
    torch.testing.assert_close(logits, direct(reference, TOKENS), rtol=1e-4, atol=1e-4)


def test_reading_in_parts_gives_the_same_logits(
    llama_folder: Path, reference: Any, backend: str
) -> None:
    decoder = decoder_of(llama_folder, backend)
    head, _ = decoder.extend(None, TOKENS[:6])
    _, logits = decoder.extend(decoder.cut(head, 4), TOKENS[4:], every=True)
    torch.testing.assert_close(logits, direct(reference, TOKENS)[4:], rtol=1e-4, atol=1e-4)


def test_rows_of_different_lengths_step_as_if_alone(
    llama_folder: Path, reference: Any, backend: str
) -> None:
    decoder = decoder_of(llama_folder, backend)
    sequences = [TOKENS[:3], TOKENS, TOKENS[2:7], TOKENS[:3]]
    first, second, third = (decoder.extend(None, sequence)[0] for sequence in sequences[:3])
    decoder.join([first])
    decoder.join([second, third, first])
    for tokens in ([11, 12, 13, 14], [21, 22, 23, 24]):
        logits = decoder.step([[token] for token in tokens])[:, 0]
        sequences = [[*s, t] for s, t in zip(sequences, tokens, strict=True)]
        wanted = torch.stack([direct(reference, s)[-1] for s in sequences])
        torch.testing.assert_close(logits, wanted, rtol=1e-4, atol=1e-4)


def test_rows_that_stay_are_not_disturbed_by_those_that_leave_and_join(
    llama_folder: Path, reference: Any, backend: str
) -> None:
    decoder = decoder_of(llama_folder, backend)
    sequences = [TOKENS, TOKENS[:4], TOKENS[1:6]]
    decoder.join([decoder.extend(None, sequence)[0] for sequence in sequences])
    decoder.keep([2, 1])
    decoder.join([decoder.extend(None, TOKENS[5:])[0]] * 2)
    kept = [sequences[2], sequences[1], TOKENS[5:], TOKENS[5:]]
    logits = decoder.step([[31], [32], [33], [34]])[:, 0]
    wanted = [direct(reference, [*s, t])[-1] for s, t in zip(kept, (31, 32, 33, 34), strict=True)]
    torch.testing.assert_close(logits, torch.stack(wanted), rtol=1e-4, atol=1e-4)
    assert decoder.rows == 4


def test_tokens_that_are_forgotten_leave_no_trace(
    llama_folder: Path, reference: Any, backend: str
) -> None:
    decoder = decoder_of(llama_folder, backend)
    sequences = [TOKENS[:3], TOKENS, TOKENS[2:7]]
    decoder.join([decoder.extend(None, sequence)[0] for sequence in sequences])
    for counts in ([0, 2, 1], [2, 2, 2], [0, 0, 0]):
        tokens = [[31, 32, 33], [34, 35, 36], [37, 38, 39]]
        logits = decoder.step(tokens)
        longer = [[*s, *t] for s, t in zip(sequences, tokens, strict=True)]
        wanted = torch.stack([direct(reference, s)[-3:] for s in longer])
        torch.testing.assert_close(logits, wanted, rtol=1e-4, atol=1e-4)
        decoder.forget(counts)
        sequences = [s[: len(s) - n] for s, n in zip(longer, counts, strict=True)]


@pytest.mark.parametrize(("tie", "kv_heads"), [(False, 1), (True, 4)])
def test_untied_and_ungrouped_weights_are_computed_too(
    tmp_path: Path, write_llama: Any, tie: bool, kv_heads: int
) -> None:
    from transformers import AutoModelForCausalLM

    write_llama(tmp_path, tie=tie, kv_heads=kv_heads)
    _, logits = decoder_of(tmp_path, "llama").extend(None, TOKENS, every=True)
    reference = AutoModelForCausalLM.from_pretrained(tmp_path).eval()
    torch.testing.assert_close(logits, direct(reference, TOKENS), rtol=1e-4, atol=1e-4)


def test_bfloat16_weights_are_computed_in_float32_on_the_cpu(
    tmp_path: Path, write_llama: Any
) -> None:
    from transformers import AutoModelForCausalLM

    write_llama(tmp_path, dtype="bfloat16")
    _, logits = load_decoder(find(tmp_path), CPU, "auto", "auto").extend(None, TOKENS, every=True)
    reference = AutoModelForCausalLM.from_pretrained(tmp_path, dtype=torch.float32).eval()
    torch.testing.assert_close(logits, direct(reference, TOKENS), rtol=1e-4, atol=1e-4)


def test_what_the_llama_forward_does_not_compute_is_refused_or_left_to_transformers(
    llama_folder: Path,
) -> None:
    with pytest.raises(InputError, match=r"float32 on the CPU, and torch\.bfloat16 on cpu"):
        load_decoder(find(llama_folder), CPU, "bfloat16", "llama")
    decoder = load_decoder(find(llama_folder), CPU, "bfloat16", "auto")
    assert not isinstance(decoder, LlamaDecoder)


@pytest.mark.parametrize("rows", [40, 64])
def test_threads_that_share_the_rows_give_what_one_gives(llama_folder: Path, rows: int) -> None:
    one, three = (load_decoder(find(llama_folder), CPU, "float32", "llama", n) for n in (1, 3))
    for decoder in (one, three):
        decoder.join([decoder.extend(None, TOKENS[: 1 + i % 7])[0] for i in range(rows)])
    for start in (0, 9):
        tokens = [[start + row] for row in range(rows)]
        torch.testing.assert_close(one.step(tokens), three.step(tokens), rtol=1e-4, atol=1e-4)


def test_a_missing_tensor_is_named(llama_folder: Path) -> None:
    config = json.loads((llama_folder / "config.json").read_text())
    config["num_hidden_layers"] = 4
    with pytest.raises(InputError, match=r"lack 'model\.layers\.3\."):
        LlamaDecoder.load(config, [llama_folder / "model.safetensors"])


@pytest.mark.parametrize(
    "change",
    [
        {"model_type": "qwen2"},
        {"attention_bias": True},
        {"rope_scaling": {"rope_type": "llama3", "factor": 8.0}},
        {"rope_parameters": {"rope_type": "yarn", "rope_theta": 1e6}},
        {"hidden_act": "gelu"},
    ],
)
def test_what_is_not_plain_llama_goes_to_transformers(
    llama_folder: Path, change: dict[str, Any]
) -> None:
    config = json.loads((llama_folder / "config.json").read_text())
    assert is_plain(config)
    assert not is_plain({**config, **change})


def test_the_norm_of_a_trained_scale_is_kept(tmp_path: Path, write_llama: Any) -> None:
    """Random models have scales of one, so that a forgotten scale would not be seen above."""
    from safetensors.torch import save_file
    from transformers import AutoModelForCausalLM

    write_llama(tmp_path)
    file = tmp_path / "model.safetensors"
    weights = load_file(file)
    torch.manual_seed(1)
    scaled = {k: v * (torch.rand_like(v) + 0.5) if "norm" in k else v for k, v in weights.items()}
    save_file(scaled, file, metadata={"format": "pt"})
    _, logits = decoder_of(tmp_path, "llama").extend(None, TOKENS, every=True)
    reference = AutoModelForCausalLM.from_pretrained(tmp_path).eval()
    torch.testing.assert_close(logits, direct(reference, TOKENS), rtol=1e-4, atol=1e-4)
