"""Training runs that are made once: a run that is done is found, a stopped one goes on."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from reasonloom.models.local.folder import find, weights_hash
from reasonloom.train.learner import source_of
from reasonloom.train.recipe import Recipe
from reasonloom.train.rows import Row, row_id
from reasonloom.train.run_folder import RunFolder

Trainer = Callable[[Sequence[Row], Any, Path], Path]


def learn(trainer: Trainer, rows: Sequence[Row], recipe: Recipe, folder: Path) -> str:
    """The model that the run in `folder` ends with, trained only where it does not stand there.

    Its checkpoints, 60 MB each, go once it does. Raises InputError where `folder` holds a run of
    other rows or another recipe.
    """
    model = folder / "model"
    if not (model.exists() and _is_of(folder / "run.json", rows, recipe)):
        print(f"{folder}: {len(rows)} rows", flush=True)
        trainer(rows, recipe, folder)
    shutil.rmtree(RunFolder(folder).checkpoints, ignore_errors=True)
    return f"local:{model}"


def hash_of(model: str) -> str:
    return weights_hash(find(source_of(model)).weights)


def slug(arm: str) -> str:
    """A folder's name for an arm."""
    return "".join(c if c.isalnum() else "-" for c in arm).strip("-")


def _is_of(path: Path, rows: Sequence[Row], recipe: Recipe) -> bool:
    run = json.loads(path.read_text())
    wanted = json.loads(json.dumps(recipe.model_dump()))
    return bool(run["rows"] == row_id(list(rows)) and run["recipe"] == wanted)
