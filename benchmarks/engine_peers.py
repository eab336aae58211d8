"""transformers' generate and llama.cpp on a model folder, as benchmarks/engine.py drives them."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

import numpy as np

Ids = tuple[int, ...]


class Runner(Protocol):
    """Greedy continuations of token ids in float32, each of exactly `count` tokens."""

    name: str

    def run(self, prompts: Sequence[Ids], count: int) -> None:
        """All prompts together; they are of equal length for `Generate`."""

    def branch(self, prompt: Ids, branches: int, count: int) -> None:
        """So many continuations of one prompt."""

    def close(self) -> None: ...


class Generate:
    """transformers' own generate, on as many threads as torch is told."""

    name = "transformers generate"

    def __init__(self, folder: Path, threads: int) -> None:
        import torch
        from transformers import AutoModelForCausalLM

        self._threads = threads
        self._model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
        self._model.generation_config.eos_token_id = None

    def run(self, prompts: Sequence[Ids], count: int) -> None:
        self._generate(prompts, count, 1)

    def branch(self, prompt: Ids, branches: int, count: int) -> None:
        self._generate([prompt], count, branches)

    def _generate(self, prompts: Sequence[Ids], count: int, branches: int) -> None:
        import torch

        torch.set_num_threads(self._threads)
        ids = torch.tensor(prompts).repeat_interleave(branches, 0)
        options: dict[str, Any] = {"max_new_tokens": count, "do_sample": False, "pad_token_id": 0}
        with torch.inference_mode():
            self._model.generate(ids, attention_mask=torch.ones_like(ids), **options)

    def close(self) -> None:
        pass


class LlamaCpp:
    """llama.cpp by its C interface: one batch a step, keys and values in float32 too."""

    name = "llama.cpp"

    def __init__(self, folder: Path, threads: int, scratch: Path, tokens: int, rows: int) -> None:
        import llama_cpp

        sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "models"))
        convert = import_module("gguf_folder").convert

        self._lib: Any = llama_cpp
        self._silence = llama_cpp.llama_log_callback(lambda *_: None)
        llama_cpp.llama_log_set(self._silence, None)
        file = str(convert(folder, scratch / "model.gguf")).encode()
        self._model = llama_cpp.llama_model_load_from_file(
            file, llama_cpp.llama_model_default_params()
        )
        options = llama_cpp.llama_context_default_params()
        options.n_ctx, options.n_batch, options.n_ubatch = tokens, tokens, 512
        options.n_seq_max, options.kv_unified = rows, False
        options.n_threads = options.n_threads_batch = threads
        options.type_k = options.type_v = 0  # GGML_TYPE_F32
        options.flash_attn_type = 0  # faster here by half: there is no float32 kernel for it
        self._context = llama_cpp.llama_init_from_model(self._model, options)
        self._batch = llama_cpp.llama_batch_init(tokens, 0, 1)
        vocabulary = llama_cpp.llama_model_get_vocab(self._model)
        self._size = llama_cpp.llama_vocab_n_tokens(vocabulary)

    def run(self, prompts: Sequence[Ids], count: int) -> None:
        self._clear()
        firsts = [self._read(row, prompt) for row, prompt in enumerate(prompts)]
        self._go_on(firsts, len(prompts[0]), count)

    def branch(self, prompt: Ids, branches: int, count: int) -> None:
        self._clear()
        first = self._read(0, prompt)
        memory = self._lib.llama_get_memory(self._context)
        for row in range(1, branches):
            self._lib.llama_memory_seq_cp(memory, 0, row, -1, -1)
        self._go_on([first] * branches, len(prompt), count)

    def close(self) -> None:
        self._lib.llama_batch_free(self._batch)
        self._lib.llama_free(self._context)
        self._lib.llama_model_free(self._model)

    def _read(self, row: int, prompt: Ids) -> int:
        last = len(prompt) - 1
        return self._decode([(token, at, row, at == last) for at, token in enumerate(prompt)])[0]

    def _go_on(self, tokens: list[int], start: int, count: int) -> None:
        for at in range(start, start + count - 1):
            tokens = self._decode([(token, at, row, True) for row, token in enumerate(tokens)])

    def _decode(self, places: Sequence[tuple[int, int, int, bool]]) -> list[int]:
        """The likeliest token after each (token, place, row, wanted) that is wanted."""
        batch = self._batch
        batch.n_tokens = len(places)
        for i, (token, at, row, wanted) in enumerate(places):
            batch.token[i], batch.pos[i], batch.logits[i] = token, at, wanted
            batch.n_seq_id[i], batch.seq_id[i][0] = 1, row
        if self._lib.llama_decode(self._context, batch):
            raise RuntimeError("llama.cpp could not decode: give the context more tokens")
        rows = sum(wanted for *_, wanted in places)
        logits = np.ctypeslib.as_array(
            self._lib.llama_get_logits(self._context), (rows, self._size)
        )
        found: list[int] = logits.argmax(-1).tolist()
        return found

    def _clear(self) -> None:
        self._lib.llama_memory_clear(self._lib.llama_get_memory(self._context), True)
