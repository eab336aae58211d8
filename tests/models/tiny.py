"""A tiny random Llama folder, as large as it takes to be served by somebody else's server."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

CHAT_TEMPLATE = (
    "{% for message in messages %}<|{{ message.role }}|>{{ message.content }}<|end|>{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)
MARKERS = ["<|pad|>", "<|end|>", "<|system|>", "<|user|>", "<|assistant|>"]
WORDS = [
    "let a be the sum of 12 and 30, and let b be a times 4. find b.",
    "Write ten random words. List the days of the week, separated by commas.",
    "One, two, three, four, five, six, seven, eight, nine, ten.",
] * 4


def save_tiny(folder: Path) -> Path:
    """Write config, weights and tokenizer; the same every time."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(3)
    config = LlamaConfig(
        vocab_size=save_tokenizer(folder),
        hidden_size=64,
        intermediate_size=128,
        num_hidden_layers=2,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=512,
        tie_word_embeddings=True,
        bos_token_id=None,
        eos_token_id=1,
        pad_token_id=0,
        initializer_range=0.6,
    )
    model = LlamaForCausalLM(config)
    with torch.no_grad():
        # Single bytes are made unlikely, so that what it says is text.
        model.model.embed_tokens.weight[len(MARKERS) : len(MARKERS) + 256] = 0.0
    # transformers serve samples only where the folder says so, whatever the temperature.
    model.generation_config.do_sample = True
    model.save_pretrained(folder)
    return folder


def save_tokenizer(folder: Path) -> int:
    """A byte-fallback BPE with Metaspace and single digits, as nano has it; returns its size."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    pieces = [f"<0x{byte:02X}>" for byte in range(256)]
    trained = Tokenizer(models.BPE(byte_fallback=True, unk_token=None))
    split = pre_tokenizers.Metaspace(prepend_scheme="never")
    digits = pre_tokenizers.Digits(individual_digits=True)
    trained.pre_tokenizer = pre_tokenizers.Sequence([split, digits])
    trained.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()]
    )
    trainer = trainers.BpeTrainer(
        vocab_size=400, special_tokens=[*MARKERS, *pieces], show_progress=False
    )
    trained.train_from_iterator(WORDS, trainer)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=_bytes_as_pieces(trained), eos_token="<|end|>", pad_token="<|pad|>"
    )
    tokenizer.chat_template = CHAT_TEMPLATE
    tokenizer.save_pretrained(folder)
    return len(tokenizer)


def _bytes_as_pieces(trained: Any) -> Any:
    # The trainer only knows bytes as special tokens; in the file they are ordinary pieces.
    state = json.loads(trained.to_str())
    state["added_tokens"] = [t for t in state["added_tokens"] if t["content"] in MARKERS]
    return type(trained).from_str(json.dumps(state))
