"""Preference over two completions of one prompt, on TRL's trainer.

Rafailov et al., arXiv 2305.18290; with pairs of trajectories it is ReasonFlux's second stage
(section 3.2). The reference is the model that the run begins with.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import torch

from reasonloom.train.keeper import Report, arguments, finish
from reasonloom.train.learner import load_learner
from reasonloom.train.lengths import fitting
from reasonloom.train.prepare import adapters, begin, dataset, split, world
from reasonloom.train.recipe import DPO
from reasonloom.train.rows import PREFERENCE as COLUMNS
from reasonloom.train.rows import Row


def train_dpo(
    rows: Sequence[Row], recipe: DPO, folder: Path, report: Report = lambda progress: None
) -> Path:
    """Learn the preferences of `rows` and return the model's folder; a stopped run goes on.

    Rows of which a side does not fit into max_tokens are dropped (`lengths.json`). Raises as
    `train_sft` does.
    """
    from trl import DPOConfig, DPOTrainer

    torch.set_num_threads(recipe.threads)
    learner = load_learner(recipe)
    kept, lengths = fitting(rows, COLUMNS[1:], learner.tokenizer, recipe.max_tokens)
    learnt, held = split(kept, recipe.hold_out)
    run = begin(rows, recipe, folder, learner)
    (folder / "lengths.json").write_text(json.dumps(lengths.as_json(), indent=1) + "\n")
    trainer = DPOTrainer(
        model=learner.model,
        args=DPOConfig(
            **arguments(recipe, run, world()),
            max_length=recipe.max_tokens,
            beta=recipe.beta,
            loss_type=[recipe.loss, "sft"] if recipe.sft else [recipe.loss],
            loss_weights=[1.0, recipe.sft] if recipe.sft else None,
        ),
        train_dataset=dataset(learnt, COLUMNS),
        eval_dataset=dataset(held, COLUMNS) if held else None,
        processing_class=learner.tokenizer,
        peft_config=adapters(recipe.lora),
    )
    return finish(trainer, learner, run, report)
