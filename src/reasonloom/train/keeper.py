"""What stands beside transformers' trainer: our log, whole checkpoints, a word when it fails."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from transformers import PrinterCallback, TrainerCallback

from reasonloom.errors import InputError, StoreError, TrainingError
from reasonloom.train.learner import Learner, store
from reasonloom.train.recipe import Recipe
from reasonloom.train.run_folder import WHOLE, RunFolder

Report = Callable[["Progress"], None]


@dataclass(frozen=True)
class Progress:
    """Where a run stands: updates done, of how many, and the trainer's last metrics."""

    step: int
    steps: int
    metrics: Mapping[str, float]


class Keeper(TrainerCallback):  # type: ignore[misc]
    def __init__(self, run: RunFolder, report: Report) -> None:
        self.run, self.report, self.began = run, report, time.monotonic()

    def on_log(
        self, args: Any, state: Any, control: Any, logs: dict[str, Any] | None = None, **_: Any
    ) -> None:
        metrics = {k: float(v) for k, v in (logs or {}).items() if isinstance(v, int | float)}
        for name in ("loss", "grad_norm", "eval_loss"):
            if not math.isfinite(metrics.get(name, 0.0)):
                raise TrainingError(
                    f"{name} is {metrics[name]} at update {state.global_step}: lower"
                    " learning_rate, or look for rows without a completion; the last checkpoint"
                    f" stands in {self.run.checkpoints}"
                )
        if not state.is_world_process_zero or "train_runtime" in metrics:
            return
        seconds = round(time.monotonic() - self.began, 3)
        self.run.note({"step": state.global_step, "seconds": seconds, **metrics})
        self.report(Progress(state.global_step, state.max_steps, metrics))

    def on_save(self, args: Any, state: Any, control: Any, **_: Any) -> None:
        if state.is_world_process_zero:
            done = self.run.checkpoints / f"checkpoint-{state.global_step}"
            (done / WHOLE).touch()


def arguments(recipe: Recipe, run: RunFolder, world: int) -> dict[str, Any]:
    """What every trainer of transformers is told; a batch that does not split is an InputError."""
    at_once = min(recipe.rows_at_once, recipe.batch // world)
    if not at_once or recipe.batch % (at_once * world):
        raise InputError(
            f"batch {recipe.batch} does not split over {world} devices with rows_at_once"
            f" {recipe.rows_at_once}: make it a multiple of their product"
        )
    held = recipe.hold_out > 0
    return {
        "output_dir": str(run.checkpoints),
        "seed": recipe.seed,
        "data_seed": recipe.seed,
        "num_train_epochs": recipe.epochs,
        "max_steps": recipe.steps or -1,
        "per_device_train_batch_size": at_once,
        "per_device_eval_batch_size": at_once,
        "gradient_accumulation_steps": recipe.batch // (at_once * world),
        "learning_rate": recipe.learning_rate,
        "lr_scheduler_type": recipe.schedule
        if recipe.schedule != "constant"
        else "constant_with_warmup",
        "warmup_steps": recipe.warmup,
        "adam_beta1": recipe.betas[0],
        "adam_beta2": recipe.betas[1],
        "weight_decay": recipe.decay,
        "max_grad_norm": recipe.clip,
        "activation_checkpointing": recipe.activation_checkpointing,
        "bf16": recipe.autocast,
        "use_cpu": not torch.cuda.is_available(),
        "dataloader_pin_memory": torch.cuda.is_available(),
        "logging_steps": 1,
        "logging_nan_inf_filter": False,
        "disable_tqdm": True,
        "report_to": list(recipe.report_to) or "none",
        "save_strategy": "steps",
        "save_steps": recipe.save_every,
        "save_total_limit": recipe.keep,
        "eval_strategy": "steps" if held else "no",
        "eval_steps": recipe.save_every if held else None,
        "load_best_model_at_end": recipe.select == "hold_out",
        "metric_for_best_model": "eval_loss" if held else None,
        "greater_is_better": False if held else None,
    }


def finish(trainer: Any, learner: Learner, run: RunFolder, report: Report) -> Path:
    """Train from the last whole checkpoint on, and store the model.

    Raises StoreError where the disk refuses, TrainingError where the numbers fail; the checkpoints
    before stand.
    """
    trainer.remove_callback(PrinterCallback)
    trainer.add_callback(Keeper(run, report))
    last = run.last_whole()
    try:
        trainer.train(resume_from_checkpoint=str(last) if last else None)
        if trainer.is_world_process_zero():
            store(learner, trainer.model, run.model)
    except (OSError, RuntimeError, SafetensorError) as failure:
        if not _is_disk(failure):
            raise
        reason = str(failure).strip().splitlines()[0]
        left = run.last_whole()
        raise StoreError(
            f"{run.path} cannot be written ({reason}); {left.name if left else 'no checkpoint'}"
            " stands: make room and run the same command again"
        ) from failure
    return run.model


def _is_disk(failure: BaseException) -> bool:
    """Whether a write failed; torch and safetensors say so in errors of their own."""
    told = str(failure).lower()
    words = ("no space left", "disk quota", "file too large", "file write failed", "i/o error")
    return isinstance(failure, OSError) or any(word in told for word in words)
