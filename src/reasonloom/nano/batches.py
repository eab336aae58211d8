"""Endless training batches of about equal size, made from a seed and a step number."""

from __future__ import annotations

import itertools
import random
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any, NamedTuple

import torch
from torch import Tensor

from reasonloom.nano.examples import example
from reasonloom.nano.tokens import END, PAD
from reasonloom.seeds import derive
from reasonloom.templates.library import Library
from reasonloom.worlds.families import FAMILIES

WIDTHS = (64, 96, 128, 160, 192, 224, 256, 320, 384, 448, 512, 640, 768, 1024, 1280)
"""Row lengths in tokens: few, so that a compiled block is reused; longer examples are left out."""


class Batch(NamedTuple):
    """ids [B, T]; `where` picks the positions that predict reply tokens; `targets` [picked]."""

    ids: Tensor
    where: Tensor
    targets: Tensor


class Batches:
    """Pool after pool of examples, sorted by length, cut into batches of about `tokens` tokens.

    Pool p depends on (seed, p) alone, so training can go on from any pool.
    """

    def __init__(
        self,
        tokenizer: Any,
        library: Library,
        *,
        seed: int,
        tokens: int,
        pool: int = 9_000,
        skills: Mapping[str, float],
        families: Sequence[str] = tuple(FAMILIES),
    ) -> None:
        self.tokenizer, self.library = tokenizer, library
        self.skills, self.families = skills, families
        self.seed, self.tokens, self.pool = seed, tokens, pool
        self.end = tokenizer.token_to_id(END)
        self.pad = tokenizer.token_to_id(PAD)

    def from_pool(self, start: int, workers: int = 0) -> Iterator[tuple[int, Batch]]:
        """Batches with the number of the pool that each comes from.

        workers  processes that make pools ahead; with none, each is made when it is needed
        """
        for number, pool in enumerate(self._pools(start, workers), start):
            for batch in pool:
                yield number, batch

    def _pools(self, start: int, workers: int) -> Iterator[list[Batch]]:
        if not workers:
            yield from map(self.of_pool, itertools.count(start))
        with ProcessPoolExecutor(workers, get_context("spawn")) as processes:
            ahead: deque[Future[list[Batch]]] = deque()
            for number in itertools.count(start):
                ahead.append(processes.submit(self.of_pool, number))
                if len(ahead) > 2 * workers:
                    yield ahead.popleft().result()

    def of_pool(self, number: int) -> list[Batch]:
        rng = random.Random(derive(self.seed, "pool", number))
        drawn = (self.library, self.skills, self.families)
        made = [example(rng, *drawn) for _ in range(self.pool)]
        prompts = self.tokenizer.encode_batch_fast([e.prompt for e in made])
        replies = self.tokenizer.encode_batch_fast([e.reply for e in made])
        rows: dict[int, list[tuple[list[int], int]]] = {w: [] for w in WIDTHS}
        for prompt, reply in zip(prompts, replies, strict=True):
            ids = [*prompt.ids, *reply.ids, self.end]
            width = next((w for w in WIDTHS if len(ids) <= w), None)
            if width:
                rows[width].append((ids, len(prompt.ids)))
        batches = [
            self._batch(group[i : i + size], width)
            for width, group in rows.items()
            for size in [max(1, self.tokens // width)]
            for i in range(0, len(group) - size + 1, size)
        ]
        rng.shuffle(batches)
        return batches

    def _batch(self, rows: list[tuple[list[int], int]], width: int) -> Batch:
        ids = torch.full((len(rows), width), self.pad)
        where: list[int] = []
        targets: list[int] = []
        for r, (row, prompt) in enumerate(rows):
            ids[r, : len(row)] = torch.tensor(row)
            where.extend(range(r * width + prompt - 1, r * width + len(row) - 1))
            targets.extend(row[prompt:])
        return Batch(ids, torch.tensor(where), torch.tensor(targets))
