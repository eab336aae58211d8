"""Progress bars for training, and for making what to train on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

if TYPE_CHECKING:
    from reasonloom.nano.train import Progress as Trained
    from reasonloom.train.keeper import Progress as Learnt

SHOWN = ("loss", "eval_loss", "reward", "correct", "rewards/accuracies", "completions/mean_length")
"""Metrics that a bar has room for, in this order, where a trainer reports them."""


@contextmanager
def training_bar(steps: int) -> Iterator[Callable[[Trained], None]]:
    """Yields the function that takes progress reports; plain lines where no terminal is."""
    columns = (
        TextColumn("training"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("loss {task.fields[loss]:.3f}  {task.fields[rate]:,.0f} tokens/s"),
        TimeRemainingColumn(),
    )
    with Progress(*columns) as bar:
        task = bar.add_task("training", total=steps, loss=float("nan"), rate=0.0)

        def report(now: Trained) -> None:
            bar.update(task, completed=now.step, loss=now.loss, rate=now.tokens_per_second)
            if not bar.console.is_terminal:
                bar.console.print(
                    f"step {now.step}/{now.steps}  loss {now.loss:.3f}"
                    f"  {now.tokens_per_second:,.0f} tokens/s"
                )

        yield report


@contextmanager
def learning_bar() -> Iterator[Callable[[Learnt], None]]:
    """As `training_bar`, for the trainers of `loom train`, whose metrics differ."""
    columns = (
        TextColumn("training"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[told]}"),
        TimeRemainingColumn(),
    )
    with Progress(*columns) as bar:
        task = bar.add_task("training", total=None, told="loading")

        def report(now: Learnt) -> None:
            told = "  ".join(f"{n} {now.metrics[n]:.4g}" for n in SHOWN if n in now.metrics)
            bar.update(task, total=now.steps, completed=now.step, told=told)
            if not bar.console.is_terminal:
                bar.console.print(f"update {now.step}/{now.steps}  {told}")

        yield report


@contextmanager
def making_bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """Yields the function that hears how many are done, of how many; silent without a terminal."""
    console = Console(stderr=True)
    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, all: bar.update(task, completed=done, total=all)
