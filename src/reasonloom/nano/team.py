"""Processes that train one model together: each takes a share of a batch's rows, gradients add up.

Threads of one process wait for each other after every small operation; processes meet once a step.
How much that gains hangs on the model's size. The sum of the gradients is that of the whole batch,
so only the order of additions differs from training alone.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import torch
from torch import distributed, nn

from reasonloom.nano.batches import Batch


@dataclass(frozen=True)
class Member:
    """One of `size` processes; number 0 keeps the log and the checkpoints."""

    number: int = 0
    size: int = 1

    def share(self, batch: Batch) -> Batch:
        """Every `size`-th row of a batch, beginning with its own number."""
        if self.size == 1:
            return batch
        width = batch.ids.shape[1]
        row, column = batch.where // width, batch.where % width
        mine = row % self.size == self.number
        where = (row[mine] // self.size) * width + column[mine]
        return Batch(batch.ids[self.number :: self.size], where, batch.targets[mine])

    def add(self, model: nn.Module) -> None:
        """Replace every gradient by the sum over all members."""
        if self.size == 1:
            return
        gradients = [p.grad for p in model.parameters() if p.grad is not None]
        flat = torch.cat([g.flatten() for g in gradients])
        distributed.all_reduce(flat)
        parts = torch.split(flat, [g.numel() for g in gradients])
        for gradient, part in zip(gradients, parts, strict=True):
            gradient.copy_(part.view_as(gradient))

    def total(self, value: float) -> float:
        """The sum of a number over all members."""
        if self.size == 1:
            return value
        held = torch.tensor(value, dtype=torch.float64)
        distributed.all_reduce(held)
        return float(held)


@contextmanager
def gather(size: int, task: Callable[[Member], object]) -> Iterator[Member]:
    """Start `size` - 1 processes that carry out `task`, and be member 0 of them.

    task  a picklable callable; each process calls it with its own member
    """
    if size == 1:
        yield Member()
        return
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "meeting"
        spawn = get_context("spawn")
        others = [
            spawn.Process(target=_join, args=(place, Member(n, size), task), daemon=True)
            for n in range(1, size)
        ]
        for process in others:
            process.start()
        _meet(place, me := Member(0, size))
        try:
            yield me
        finally:
            distributed.destroy_process_group()
        for process in others:
            process.join()


def _join(place: Path, member: Member, task: Callable[[Member], object]) -> None:
    _meet(place, member)
    task(member)
    distributed.destroy_process_group()


def _meet(place: Path, member: Member) -> None:
    torch.set_num_threads(max(1, (os.cpu_count() or 1) // member.size))
    distributed.init_process_group(
        "gloo", init_method=f"file://{place}", rank=member.number, world_size=member.size
    )
