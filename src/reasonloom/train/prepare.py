"""What every trainer does before it begins: claim the folder, split the rows, hand them over."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from reasonloom.errors import InputError
from reasonloom.train.learner import Learner
from reasonloom.train.recipe import Lora, Recipe
from reasonloom.train.rows import Row, row_id
from reasonloom.train.run_folder import RunFolder


def begin(rows: Sequence[Row], recipe: Recipe, folder: Path, learner: Learner) -> RunFolder:
    """The run of exactly these rows, this recipe and this tokenizer in `folder`."""
    run = RunFolder(folder)
    what = {
        "recipe": recipe.model_dump(),
        "rows": row_id(list(rows)),
        "tokenizer": learner.tokenizer_hash(),
    }
    if os.environ.get("RANK", "0") == "0":
        run.claim(json.loads(json.dumps(what)))
        run.tidy()
    return run


def split(rows: Sequence[Row], share: float) -> tuple[list[Row], list[Row]]:
    """Rows to learn from, and about `share` of them held out by the hash of their content.

    A prompt is wholly on one side. Raises InputError where a side would be empty.
    """
    if not share:
        return list(rows), []
    bound = int(share * 2**64)
    held = [int(row_id(row["prompt"]), 16) < bound for row in rows]
    if all(held) or not any(held):
        raise InputError(
            f"hold_out {share} of {len(rows)} rows leaves one side empty: change it, or add rows"
        )
    pairs = list(zip(rows, held, strict=True))
    return [row for row, out in pairs if not out], [row for row, out in pairs if out]


def dataset(rows: Iterable[Row], columns: Sequence[str]) -> Any:
    """The columns that are learnt, as the trainers take them."""
    from datasets import Dataset

    return Dataset.from_list([{name: row[name] for name in columns} for row in rows])


def world() -> int:
    """How many processes share the run, as accelerate and torchrun say."""
    return int(os.environ.get("WORLD_SIZE", "1"))


def adapters(wanted: Lora | None) -> Any:
    if wanted is None:
        return None
    from peft import LoraConfig

    return LoraConfig(
        r=wanted.rank,
        lora_alpha=wanted.alpha,
        lora_dropout=wanted.dropout,
        target_modules="all-linear",
        task_type="CAUSAL_LM",
    )
