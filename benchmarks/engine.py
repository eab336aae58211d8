"""How fast the local engine is, from cold and warm, and whether company changes a reply.

    python benchmarks/engine.py                 nano's folder, or random weights of its size
    python benchmarks/engine.py --folder PATH --threads 1

Prints, on the same weights: tokens a second at batch 1 and 64, prompts included, for our Llama
forward, for our engine over transformers, and for transformers' own generate; import, load and
first token of a new process; how many replies differ between a mixed batch and alone. What it
leaves out: GPUs, and prompts that share their beginning (the engine saves their reading).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

PROMPT_TOKENS, NEW_TOKENS, WARM_TOKENS = 96, 96, 8
COLD = """
import time; start = time.perf_counter()
import asyncio, json, sys
from reasonloom.models.local import LocalModel
from reasonloom.models.protocol import Request
imported = time.perf_counter()
options = {"threads": int(sys.argv[3])} if sys.argv[3] != "0" else {}
model = LocalModel.open(sys.argv[1], device="cpu", backend=sys.argv[2], **options)
loaded = time.perf_counter()
async def first():
    await model.generate(Request(token_ids=tuple(range(70, 166)), max_tokens=1))
    print(json.dumps([imported - start, loaded - imported, time.perf_counter() - loaded]))
    await model.close()
asyncio.run(first())
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, help="a Llama folder (default: nano, else random)")
    parser.add_argument("--threads", type=int, default=0, help="CPU threads; 0 is torch's default")
    parser.add_argument("--repeat", type=int, default=3, help="runs; the median is printed")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as spare:
        folder = given.folder or packaged() or random_folder(Path(spare))
        print(f"weights: {'random, nano-size' if str(folder) == spare else folder}")
        cold(folder, given.threads, given.repeat)
        if given.threads:
            import torch

            torch.set_num_threads(given.threads)
        speed(folder, given.repeat)
        mismatch(folder)


def packaged() -> Path | None:
    """The folder of nano's weights, where this checkout has them."""
    import reasonloom

    folder = Path(reasonloom.__file__).parent / "nano" / "weights"
    return folder if (folder / "config.json").is_file() else None


def random_folder(folder: Path) -> Path:
    """Random weights of nano's size: width 256, five layers, 2,048 tokens."""
    import torch
    from tokenizers import Tokenizer, decoders, models
    from transformers import LlamaConfig, LlamaForCausalLM

    pieces = [f"<0x{byte:02X}>" for byte in range(256)]
    vocabulary = {piece: i for i, piece in enumerate([*pieces, *map(chr, range(0x4E00, 0x5500))])}
    tokenizer = Tokenizer(models.BPE(vocab=vocabulary, merges=[], byte_fallback=True))
    tokenizer.decoder = decoders.Sequence([decoders.ByteFallback(), decoders.Fuse()])
    tokenizer.save(str(folder / "tokenizer.json"))
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=len(vocabulary),
        hidden_size=256,
        intermediate_size=704,
        num_hidden_layers=5,
        num_attention_heads=4,
        max_position_embeddings=4096,
        tie_word_embeddings=True,
        initializer_range=0.1,
    )
    LlamaForCausalLM(config).bfloat16().save_pretrained(folder)
    return folder


def prompts(count: int, *, even: bool) -> list[tuple[int, ...]]:
    """Token ids, all of one length or of many."""
    lengths = [PROMPT_TOKENS if even else 8 + (37 * i) % 150 for i in range(count)]
    return [tuple(70 + (i * 131 + j * 17) % 900 for j in range(n)) for i, n in enumerate(lengths)]


def cold(folder: Path, threads: int, repeat: int) -> None:
    for backend in ("llama", "transformers"):
        command = [sys.executable, "-c", COLD, str(folder), backend, str(threads)]
        runs = [_output(command) for _ in range(repeat)]
        parts = [statistics.median(part) for part in zip(*runs, strict=True)]
        print(
            f"cold, {backend:12}  import {parts[0]:5.2f} s   load {parts[1]:5.2f} s   "
            f"first token {parts[2]:6.3f} s"
        )


def _output(command: Sequence[str]) -> list[float]:
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    seconds: list[float] = json.loads(done.stdout.splitlines()[-1])
    return seconds


def speed(folder: Path, repeat: int) -> None:
    for batch in (1, 64):
        rows = prompts(batch, even=True)
        ways = [_engine(folder, "llama"), _engine(folder, "transformers"), _generate(folder)]
        results: list[list[float]] = [[] for _ in ways]
        for _ in range(repeat):
            for (_, run, _), kept in zip(ways, results, strict=True):
                run(rows, WARM_TOKENS)
                start = time.perf_counter()
                run(rows, NEW_TOKENS)
                kept.append(batch * NEW_TOKENS / (time.perf_counter() - start))
        for (name, _, close), kept in zip(ways, results, strict=True):
            close()
            print(f"batch {batch:2}, {name:24} {statistics.median(kept):8,.0f} tokens/s")


def _open(folder: Path, **options: Any) -> Any:
    from reasonloom.models.local import LocalModel

    model = LocalModel.open(folder, device="cpu", **options)
    model.end_ids = frozenset()
    return model


def _engine(folder: Path, backend: str) -> tuple[str, Any, Any]:
    model = _open(folder, backend=backend)

    def run(rows: Sequence[tuple[int, ...]], count: int) -> None:
        asyncio.run(_replies(model, rows, max_tokens=count))

    name = {"llama": "our Llama forward", "transformers": "engine on transformers"}[backend]
    return name, run, lambda: asyncio.run(model.close())


async def _replies(model: Any, rows: Sequence[tuple[int, ...]], **options: Any) -> list[Any]:
    from reasonloom.models.protocol import Request

    requests = (Request(token_ids=ids, seeds=(i,), **options) for i, ids in enumerate(rows))
    return list(await asyncio.gather(*map(model.generate, requests)))


def _generate(folder: Path) -> tuple[str, Any, Any]:
    import torch
    from transformers import AutoModelForCausalLM

    model = AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32).eval()
    model.generation_config.eos_token_id = None

    def run(rows: Sequence[tuple[int, ...]], count: int) -> None:
        ids = torch.tensor(rows)
        with torch.inference_mode():
            model.generate(
                ids,
                attention_mask=torch.ones_like(ids),
                max_new_tokens=count,
                do_sample=False,
                pad_token_id=0,
            )

    return "transformers generate", run, lambda: None


def mismatch(folder: Path) -> None:
    """The same 64 requests of many lengths, together and one by one in another order.

    Every second one begins with the same 48 tokens, which the engine then reads only once.
    """
    shared = prompts(1, even=True)[0][:48]
    rows = [(*shared, *ids) if i % 2 else ids for i, ids in enumerate(prompts(64, even=False))]
    for backend, dtype in (
        ("llama", "float32"),
        ("llama", "bfloat16"),
        ("transformers", "float32"),
    ):
        for temperature in (0.0, 1.0):
            one, other = (_open(folder, backend=backend, dtype=dtype) for _ in range(2))
            differ = asyncio.run(_compare(one, other, rows, temperature))
            kind = "sampled" if temperature else "greedy"
            print(f"differ in company, {backend:12} {dtype:8} {kind:7}  {differ} of {len(rows)}")


async def _compare(one: Any, other: Any, rows: Sequence[tuple[int, ...]], heat: float) -> int:
    from reasonloom.models.protocol import Request

    together = await _replies(one, rows, max_tokens=NEW_TOKENS, temperature=heat)
    differ = 0
    for i, (ids, reply) in reversed(list(enumerate(zip(rows, together, strict=True)))):
        request = Request(token_ids=ids, seeds=(i,), max_tokens=NEW_TOKENS, temperature=heat)
        differ += (await other.generate(request)).choices != reply.choices
    await one.close()
    await other.close()
    return differ


if __name__ == "__main__":
    main()
