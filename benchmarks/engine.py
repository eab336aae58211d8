"""How fast the local engine is, beside transformers' generate and llama.cpp on the same weights.

    python benchmarks/engine.py                 nano's folder, on one thread
    python benchmarks/engine.py --threads 2     two threads for everybody
    python benchmarks/engine.py --busy          one thread, by CPU time: others use the machine
    python benchmarks/engine.py --folder PATH   another plain Llama folder

Prints tokens a second at batch 1 and 64, prompts included, and for 64 branches of one long prompt;
ratios to reasonloom within one repetition, in which everybody takes turns, with their 95 %
t-interval; what the machine's memory and arithmetic would allow at best; import, load and first
token of a new process; how many replies differ between a mixed batch and alone. Everybody computes
in float32, keys and values too, and writes exactly 96 tokens greedily. Prompts are problems of the
worlds (random ids for another folder), new ones in each repetition. Left out: GPUs.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from client import interval
from engine_peers import Generate, Ids, LlamaCpp, Runner

NEW_TOKENS, WARM_TOKENS = 96, 8
BATCHES = {1: 8, 64: 1}
"""How many batches of a size, one after another, are a repetition."""
LONG_PROMPT, BRANCHES, BRANCH_TOKENS = 256, 64, 32
COLD = """
import time; start = time.perf_counter()
import asyncio, json, sys
from reasonloom.models.local import LocalModel
from reasonloom.models.protocol import Request
imported = time.perf_counter()
model = LocalModel.open(sys.argv[1], device="cpu", backend=sys.argv[2], threads=int(sys.argv[3]))
loaded = time.perf_counter()
async def first():
    await model.generate(Request(token_ids=tuple(range(70, 166)), max_tokens=1))
    print(json.dumps([imported - start, loaded - imported, time.perf_counter() - loaded]))
    await model.close()
asyncio.run(first())
"""


class Clock:
    """What seconds are: those on the wall, or those that this process had a core for."""

    now: Callable[[], float] = time.perf_counter


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--folder", type=Path, help="a Llama folder (default: nano, else random)")
    parser.add_argument("--threads", type=int, default=1, help="CPU threads of each engine")
    parser.add_argument("--repeat", type=int, default=7, help="repetitions, at least 2")
    parser.add_argument("--only", nargs="*", choices=list(PARTS), help="print these parts alone")
    parser.add_argument("--busy", action="store_true", help="measure CPU time, on one thread")
    given = parser.parse_args()
    if given.busy:
        if given.threads > 1:
            parser.error("--busy measures CPU time, which is not saved by threads: leave one out")
        Clock.now = time.process_time
    with tempfile.TemporaryDirectory() as spare:
        folder = given.folder or packaged() or random_folder(Path(spare))
        print(f"weights: {'random, nano-size' if str(folder) == spare else folder.name}")
        for name in given.only or PARTS:
            PARTS[name](folder, given.threads, given.repeat)


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


def prompts(folder: Path, count: int, seed: int) -> list[Ids]:
    """Token ids, all prompts of one length."""
    if folder == packaged():
        return _questions(folder, count, random.Random(1000 * seed + count))
    return [_ids(96, 1000 * seed + row) for row in range(count)]


def _questions(folder: Path, count: int, rng: random.Random) -> list[Ids]:
    """Composite problems that nano is to think through, all with as many tokens."""
    from reasonloom.models.local.folder import find
    from reasonloom.models.local.tokens import load_tokenizer
    from reasonloom.worlds.draw import draw

    tokenizer = load_tokenizer(find(folder))
    by_length: dict[int, list[Ids]] = defaultdict(list)
    while True:
        question = draw(rng, depth=3, level=1, language="en", split="train").problem.question
        ids = tuple(tokenizer.encode(f"<|q|>{question}<|cot|>", add_special=False))
        by_length[len(ids)].append(ids)
        if len(by_length[len(ids)]) == count:
            return by_length[len(ids)]


def _ids(length: int, salt: int) -> Ids:
    return tuple(70 + (salt * 131 + place * 17) % 900 for place in range(length))


def cold(folder: Path, threads: int, repeat: int) -> None:
    """Seconds of a new process."""
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


def speed(folder: Path, threads: int, repeat: int) -> None:
    """Everybody on the same prompts, in turn, another one first each time."""
    for size, count in BATCHES.items():
        asked = [
            [prompts(folder, size, count * turn + part) for part in range(count)]
            for turn in range(repeat)
        ]
        with _runners(folder, threads, size, 256) as runners:
            for runner in runners:
                runner.run(asked[-1][-1], WARM_TOKENS)
            acts = [partial(_run, batches=batches, count=NEW_TOKENS) for batches in asked]
            times = _in_turn(runners, acts)
            _print(f"batch {size}", runners, times, size * count * NEW_TOKENS)


def branches(folder: Path, threads: int, repeat: int) -> None:
    """Many continuations of one long prompt, and of as many prompts that share nothing."""
    shared, apart = [], []
    for seed in range(repeat):
        long = [_ids(LONG_PROMPT, 100 * seed + row) for row in range(BRANCHES + 1)]
        shared.append(partial(_branch, prompt=long[0], count=BRANCH_TOKENS))
        apart.append(partial(_run, batches=[long[1:]], count=BRANCH_TOKENS))
    tokens = BRANCHES * BRANCH_TOKENS
    with _runners(folder, threads, BRANCHES, LONG_PROMPT + 64) as runners:
        together = _in_turn(runners, shared)
        _print(f"{BRANCHES} branches of one prompt", runners, together, tokens)
        alone = _in_turn(runners, apart)
        _print(f"{BRANCHES} prompts apart", runners, alone, tokens)
    for runner, own, other in zip(runners, together, alone, strict=True):
        saved = statistics.median(other) / statistics.median(own)
        print(f"{runner.name}: a shared prompt makes {BRANCHES} branches {saved:.1f} times as fast")


def _run(runner: Runner, batches: Sequence[Sequence[Ids]], count: int) -> None:
    for batch in batches:
        runner.run(batch, count)


def _branch(runner: Runner, prompt: Ids, count: int) -> None:
    runner.branch(prompt, BRANCHES, count)


def _in_turn(
    runners: Sequence[Runner], acts: Sequence[Callable[[Runner], None]]
) -> list[list[float]]:
    """Seconds, `[runner][repetition]`."""
    times: list[list[float]] = [[] for _ in runners]
    for turn, act in enumerate(acts):
        for place in range(len(runners)):
            which = (turn + place) % len(runners)
            start = Clock.now()
            act(runners[which])
            times[which].append(Clock.now() - start)
    return times


def _print(
    title: str, runners: Sequence[Runner], times: Sequence[Sequence[float]], tokens: int
) -> None:
    for runner, own in zip(runners, times, strict=True):
        rate = tokens / statistics.median(own)
        line = f"{title:26} {runner.name:24} {rate:8,.0f} tokens/s"
        if runner is not runners[0]:
            ratios = [other / first for other, first in zip(own, times[0], strict=True)]
            mean, low, high = interval(ratios)
            line += f"   reasonloom is {mean:.2f} [{low:.2f}, {high:.2f}] times as fast"
        print(line, flush=True)


@contextmanager
def _runners(folder: Path, threads: int, rows: int, length: int) -> Iterator[list[Runner]]:
    """All engines, with room for so many rows of so many tokens."""
    with tempfile.TemporaryDirectory() as scratch:
        found: list[Runner] = [
            Reasonloom(folder, threads),
            Generate(folder, threads),
            LlamaCpp(folder, threads, Path(scratch), length * rows, rows),
        ]
        yield found
        for runner in found:
            runner.close()


class Reasonloom:
    """The engine, as `LocalModel` drives it: nothing is known of the replies at first."""

    name = "reasonloom"

    def __init__(self, folder: Path, threads: int) -> None:
        self._model = _open(folder, threads=1, lanes=threads)

    def run(self, prompts: Sequence[Ids], count: int) -> None:
        import torch

        torch.set_num_threads(1)
        asyncio.run(_replies(self._model, prompts, max_tokens=count))

    def branch(self, prompt: Ids, branches: int, count: int) -> None:
        from reasonloom.models.protocol import Request

        request = Request(token_ids=prompt, n=branches, max_tokens=count)
        asyncio.run(self._model.generate(request))

    def close(self) -> None:
        asyncio.run(self._model.close())


def _open(folder: Path, **options: Any) -> Any:
    from reasonloom.models.local import LocalModel

    model = LocalModel.open(folder, device="cpu", **options)
    model.end_ids = frozenset()
    return model


async def _replies(model: Any, rows: Sequence[Ids], **options: Any) -> list[Any]:
    from reasonloom.models.protocol import Request

    requests = (Request(token_ids=ids, seeds=(i,), **options) for i, ids in enumerate(rows))
    return list(await asyncio.gather(*map(model.generate, requests)))


def bound(folder: Path, threads: int, repeat: int) -> None:
    """What no engine on these threads can pass: a step must read every weight, and for each row
    its keys and values, and multiply each row by every weight."""
    import torch

    from reasonloom.models.local.llama import LlamaDecoder

    torch.set_num_threads(threads)
    decoder = LlamaDecoder.load(
        json.loads((folder / "config.json").read_text("utf-8")), [folder / "model.safetensors"]
    )
    matrices = [*(m for layer in decoder.weights.layers for m in layer), decoder.weights.head]
    everything = torch.cat([matrix.flatten() for matrix in matrices])
    read = _best(lambda: everything.sum())
    print(
        f"at best, batch 1: {everything.nbytes / 1e6:.1f} MB of weights in {1e3 * read:.2f} ms: "
        f"{1 / read:,.0f} tokens/s without guesses"
    )
    rows = [torch.ones(64, matrix.shape[0]) for matrix in matrices]
    products = _best(lambda: [torch.mm(row, m) for row, m in zip(rows, matrices, strict=True)])
    cache = torch.zeros(64 * 144 * decoder.token_bytes // 4)
    seen = _best(lambda: cache.sum())
    print(
        f"at best, batch 64: products in {1e3 * products:.2f} ms, {cache.nbytes / 1e6:.0f} MB of "
        f"keys and values in {1e3 * seen:.2f} ms: {64 / (products + seen):,.0f} tokens/s"
    )


def _best(act: Callable[[], Any]) -> float:
    def once() -> float:
        start = Clock.now()
        act()
        return Clock.now() - start

    return min(once() for _ in range(40))


def mismatch(folder: Path, threads: int, repeat: int) -> None:
    """The same 64 requests of many lengths, together and one by one in another order.

    Every second one begins with the same 48 tokens, which the engine then reads only once.
    """
    shared = _ids(48, 0)
    uneven = [_ids(8 + (37 * i) % 150, i) for i in range(64)]
    rows = [(*shared, *ids) if i % 2 else ids for i, ids in enumerate(uneven)]
    for backend in ("llama", "transformers"):
        for temperature in (0.0, 1.0):
            one, other = (_open(folder, backend=backend, threads=1) for _ in range(2))
            differ = asyncio.run(_compare(one, other, rows, temperature))
            kind = "sampled" if temperature else "greedy"
            print(f"differ in company, {backend:12} {kind:7}  {differ} of {len(rows)}")


async def _compare(one: Any, other: Any, rows: Sequence[Ids], heat: float) -> int:
    from reasonloom.models.protocol import Request

    together = await _replies(one, rows, max_tokens=NEW_TOKENS, temperature=heat)
    differ = 0
    for i, (ids, reply) in reversed(list(enumerate(zip(rows, together, strict=True)))):
        request = Request(token_ids=ids, seeds=(i,), max_tokens=NEW_TOKENS, temperature=heat)
        differ += (await other.generate(request)).choices != reply.choices
    await one.close()
    await other.close()
    return differ


PARTS = {"bound": bound, "speed": speed, "branches": branches, "cold": cold, "mismatch": mismatch}

if __name__ == "__main__":
    main()
