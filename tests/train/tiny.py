"""A model of 40 thousand weights with nano's tokenizer: real training in a second."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import torch
from transformers import LlamaConfig, LlamaForCausalLM

from reasonloom.train.rows import Row, write_rows

NANO = Path(__file__).parents[2] / "src" / "reasonloom" / "nano" / "weights"


def tiny_model(folder: Path, vocabulary: int = 2048) -> Path:
    """A random Llama, the same every time, in a folder that opens as nano's does."""
    torch.manual_seed(0)
    config = json.loads((NANO / "config.json").read_text())
    shape = {"hidden_size": 16, "intermediate_size": 32, "num_hidden_layers": 2, "head_dim": 8}
    heads = {"num_attention_heads": 2, "num_key_value_heads": 1, "vocab_size": vocabulary}
    LlamaForCausalLM(LlamaConfig(**(config | shape | heads))).save_pretrained(folder)
    for name in ("tokenizer.json", "tokenizer_config.json", "reasonloom.json"):
        shutil.copyfile(NANO / name, folder / name)
    return folder


def sums(count: int) -> list[Row]:
    return [
        {"prompt": f"<|q|>{a}+{b}<|direct|>", "completion": str(a + b), "id": f"{a}+{b}"}
        for a in range(count // 8)
        for b in range(8)
    ]


def pairs(count: int) -> list[Row]:
    return [
        {"prompt": r["prompt"], "chosen": r["completion"], "rejected": "9 9 9"} for r in sums(count)
    ]


def rows_file(path: Path, rows: list[Row]) -> Path:
    write_rows(path, rows)
    return path
