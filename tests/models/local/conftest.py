"""Tiny random models in the Hugging Face layout, written by transformers itself."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

SPECIAL = ["<|q|>", "<|plan|>", "<|end|>"]
CHAT_TEMPLATE = (
    "{% for message in messages %}<|q|>{{ message.role }}: {{ message.content | trim }}\n"
    "{% endfor %}{% if add_generation_prompt %}<|plan|>{% endif %}"
)
CORPUS = [
    "let a be the sum of 12 and 30, and let b be a times 4. find b.",
    "three chained parts make one question; each step has a value.",
    "the answer is 42. 정답은 42입니다. 이 문제를 풀어 보세요.",
    "subtract 17 from 93, divide by 2, and say what remains of it.",
] * 4


def make_tokenizer() -> Any:
    """Byte-fallback BPE with Metaspace and single digits, as nano has it."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

    pieces = [f"<0x{byte:02X}>" for byte in range(256)]
    tokenizer = Tokenizer(models.BPE(byte_fallback=True, unk_token=None))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Digits(individual_digits=True),
            pre_tokenizers.Metaspace(prepend_scheme="never"),
        ]
    )
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()]
    )
    trainer = trainers.BpeTrainer(
        vocab_size=512, special_tokens=[*SPECIAL, *pieces], show_progress=False
    )
    latin = [line for line in CORPUS if line.isascii()]
    tokenizer.train_from_iterator(latin, trainer)
    return _without_byte_specials(tokenizer)


def _without_byte_specials(tokenizer: Any) -> Any:
    """The trainer knows bytes as special tokens alone; in the file they are ordinary pieces."""
    import json

    from tokenizers import Tokenizer

    data = json.loads(tokenizer.to_str())
    data["added_tokens"] = [t for t in data["added_tokens"] if t["content"] in SPECIAL]
    return Tokenizer.from_str(json.dumps(data))


def save_tokenizer(folder: Path, chat_template: str | None = CHAT_TEMPLATE) -> int:
    from transformers import PreTrainedTokenizerFast

    fast = PreTrainedTokenizerFast(tokenizer_object=make_tokenizer(), eos_token="<|end|>")
    fast.chat_template = chat_template
    fast.save_pretrained(folder)
    return len(fast)


def save_llama(
    folder: Path, *, tie: bool = True, kv_heads: int = 2, dtype: str = "float32"
) -> None:
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(7)
    config = LlamaConfig(
        vocab_size=save_tokenizer(folder),
        hidden_size=64,
        intermediate_size=160,
        num_hidden_layers=3,
        num_attention_heads=4,
        num_key_value_heads=kv_heads,
        max_position_embeddings=256,
        tie_word_embeddings=tie,
        initializer_range=0.2,
        bos_token_id=None,
        eos_token_id=2,
        pad_token_id=2,
    )
    LlamaForCausalLM(config).to(getattr(torch, dtype)).save_pretrained(folder)


@pytest.fixture(scope="session", autouse=True)
def one_thread() -> Iterator[None]:
    """Threads of torch wait for each other, for seconds a step where others use the cores too."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def llama_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("llama")
    save_llama(folder)
    return folder


@pytest.fixture(scope="session")
def gpt2_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import torch
    from transformers import GPT2Config, GPT2LMHeadModel

    torch.manual_seed(3)
    folder = tmp_path_factory.mktemp("gpt2")
    config = GPT2Config(
        vocab_size=save_tokenizer(folder),
        n_positions=128,
        n_embd=48,
        n_layer=2,
        n_head=4,
        initializer_range=0.3,
        bos_token_id=2,
        eos_token_id=2,
    )
    GPT2LMHeadModel(config).save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def reference(llama_folder: Path) -> Any:
    """transformers' own model of the Llama folder, float32, in eval mode."""
    from transformers import AutoModelForCausalLM

    return AutoModelForCausalLM.from_pretrained(llama_folder).eval()


@pytest.fixture(scope="session")
def reference_tokenizer(llama_folder: Path) -> Any:
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(llama_folder)


@pytest.fixture
async def model(llama_folder: Path) -> AsyncIterator[Any]:
    from reasonloom.models.local import LocalModel

    opened = LocalModel.open(llama_folder, device="cpu")
    yield opened
    await opened.close()


@pytest.fixture(params=["llama", "transformers"])
def backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="session")
def write_llama() -> Any:
    """A function that writes a random Llama folder, with options."""
    return save_llama


@pytest.fixture(scope="session")
def write_tokenizer() -> Any:
    """A function that writes the tokenizer's files and returns how many ids it has."""
    return save_tokenizer


@pytest.fixture(scope="session")
def bpe() -> Any:
    return make_tokenizer()
