"""What a run would do, found out without loading a weight."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reasonloom.errors import InputError
from reasonloom.train.learner import source_of
from reasonloom.train.lengths import Lengths, fitting
from reasonloom.train.memory import Memory, plan, shape_of
from reasonloom.train.prepare import split
from reasonloom.train.recipe import Recipe
from reasonloom.train.rl.recipe import RL
from reasonloom.train.rl.rollouts import that_fit
from reasonloom.train.rl.rollouts import updates as updates_of_rl
from reasonloom.train.rows import Row


@dataclass(frozen=True)
class Plan:
    """Lengths are None where the tokenizer cannot be had here; then all rows are thought to fit."""

    rows: int
    held: int
    updates: int
    lengths: Lengths | None
    memory: Memory


def dry_run(rows: Sequence[Row], replies: Sequence[str], recipe: Recipe) -> Plan:
    """Raises InputError as the run itself would, and where the model's sizes are not known."""
    source = source_of(recipe.model)
    tokenizer = _tokenizer(source)
    kept, lengths = list(rows), None
    if tokenizer is not None:
        kept, lengths = _fitting(rows, replies, tokenizer, recipe)
    learnt, held = split(kept, recipe.hold_out)
    shape = recipe.shape or shape_of(_config(source))
    memory = plan(recipe, shape)
    return Plan(len(rows), len(held), _updates(len(learnt), recipe), lengths, memory)


def _fitting(
    rows: Sequence[Row], replies: Sequence[str], tokenizer: Any, recipe: Recipe
) -> tuple[list[Row], Lengths]:
    if isinstance(recipe, RL):
        return that_fit(rows, tokenizer, recipe)
    return fitting(rows, replies, tokenizer, recipe.max_tokens)


def _updates(rows: int, recipe: Recipe) -> int:
    if isinstance(recipe, RL):
        return updates_of_rl(rows, recipe)
    return recipe.steps or math.ceil(recipe.epochs * math.ceil(rows / recipe.batch))


def _config(source: str) -> dict[str, Any]:
    path = Path(source) / "config.json"
    if path.is_file():
        return dict(json.loads(path.read_text()))
    from huggingface_hub import hf_hub_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    try:
        return dict(json.loads(Path(hf_hub_download(source, "config.json")).read_text()))
    except (HfHubHTTPError, HFValidationError, LocalEntryNotFoundError, OSError) as failure:
        raise InputError(
            f"the config of {source!r} cannot be had ({str(failure).splitlines()[0]}):"
            " give `shape` in the recipe"
        ) from failure


def _tokenizer(source: str) -> Any:
    from transformers import AutoTokenizer

    try:
        return AutoTokenizer.from_pretrained(source)
    except (OSError, ValueError):
        return None
