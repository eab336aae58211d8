"""Samples responses on the local engine, with the weights that learn.

For small models on a CPU: a prompt is read once for all its responses, rows leave as they end, and
attention covers what a row holds, where transformers' `generate` pads them all to the longest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import torch

from reasonloom.models.local.engine import Engine
from reasonloom.models.local.llama import LlamaDecoder
from reasonloom.models.local.llama_weights import Shape, Weights
from reasonloom.models.local.rows import Job
from reasonloom.models.local.sampling import Draw


@dataclass(frozen=True)
class LocalEngine:
    """How responses are sampled.

    shape  of the model
    cap    tokens a response at the most, its end token included
    lanes  threads that share the rows
    """

    shape: Shape
    cap: int
    temperature: float
    top_p: float
    lanes: int

    def sample(
        self,
        weights: Mapping[str, torch.Tensor],
        prompts: Sequence[Sequence[int]],
        seeds: Sequence[int],
        end_ids: Sequence[int],
    ) -> list[list[int]]:
        """A response for each prompt and seed; neighbours with one prompt share its reading.

        weights  by their names in transformers' Llama, of any float type
        end_ids  tokens that end a response
        """
        jobs = self._jobs(prompts, seeds, frozenset(end_ids))
        decoder = LlamaDecoder(self.shape, Weights.of(self.shape, weights), self.lanes)
        threads = torch.get_num_threads()
        torch.set_num_threads(1)  # the lanes are the threads: torch's own would wait for each other
        room = 4 * len(prompts) * max(job.longest for job in jobs)
        engine = Engine(decoder, max_rows=len(prompts), room=room)
        try:
            for job in jobs:
                engine.submit(job)
            outcomes = [job.future.result() for job in jobs]
        finally:
            engine.stop()
            torch.set_num_threads(threads)
        return [list(sample.ids) for outcome in outcomes for sample in outcome.samples]

    def _jobs(
        self, prompts: Sequence[Sequence[int]], seeds: Sequence[int], end_ids: frozenset[int]
    ) -> list[Job]:
        asked = zip(map(tuple, prompts), seeds, strict=True)
        return [
            Job(
                prompt=prompt,
                draws=tuple(self._draw(seed) for _, seed in group),
                max_tokens=self.cap,
                end_ids=end_ids,
                stops=(),
                stop_ids={},
                decode=_unread,
            )
            for prompt, group in groupby(asked, key=lambda pair: pair[0])
        ]

    def _draw(self, seed: int) -> Draw:
        return Draw(self.temperature, top_p=self.top_p, seed=seed)


def _unread(ids: Sequence[int]) -> str:
    """No stop string is looked for, so nobody reads the text here."""
    return ""
