"""Supervised fine-tuning on rows of prompt and completion, on TRL's trainer.

The loss is on completions alone, their end token included.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import torch

from reasonloom.errors import InputError
from reasonloom.train.keeper import Report, arguments, finish
from reasonloom.train.learner import Learner, load_learner
from reasonloom.train.lengths import fitting
from reasonloom.train.prepare import adapters, begin, dataset, split, world
from reasonloom.train.recipe import SFT
from reasonloom.train.rows import SFT as COLUMNS
from reasonloom.train.rows import Row

APART = ("flash_attention_2", "flash_attention_3")
"""Attentions that keep the rows of a packed sequence apart."""


def train_sft(
    rows: Sequence[Row], recipe: SFT, folder: Path, report: Report = lambda progress: None
) -> Path:
    """Learn `rows` and return the model's folder; a run that was stopped in `folder` goes on.

    `lengths.json` there says how many rows were too long. Raises InputError for rows or recipes
    that cannot be used, TrainingError for a loss that is not finite, StoreError where the disk
    refuses.
    """
    from trl import SFTConfig, SFTTrainer

    torch.set_num_threads(recipe.threads)
    learner = load_learner(recipe)
    kept, lengths = fitting(
        rows, COLUMNS[1:], learner.tokenizer, recipe.max_tokens, cut=recipe.too_long == "cut"
    )
    learnt, held = split(kept, recipe.hold_out)
    run = begin(rows, recipe, folder, learner)
    (folder / "lengths.json").write_text(json.dumps(lengths.as_json(), indent=1) + "\n")
    if recipe.packing:
        _needs_apart(learner)
    trainer = SFTTrainer(
        model=learner.model,
        args=SFTConfig(
            **arguments(recipe, run, world()),
            max_length=recipe.max_tokens,
            packing=recipe.packing,
            completion_only_loss=True,
        ),
        train_dataset=dataset(learnt, COLUMNS),
        eval_dataset=dataset(held, COLUMNS) if held else None,
        processing_class=learner.tokenizer,
        peft_config=adapters(recipe.lora),
    )
    return finish(trainer, learner, run, report)


def _needs_apart(learner: Learner) -> None:
    used = learner.model.config._attn_implementation
    if used not in APART:
        raise InputError(
            f"packing with the attention {used!r} would let rows see each other: set attention to"
            f" {APART[0]!r} (a GPU and its package), or packing to false"
        )
