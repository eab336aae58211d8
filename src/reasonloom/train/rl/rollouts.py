"""Roll-outs laid out ahead: which prompts fit, in which order they come, how many updates follow.

The order is fixed before the run begins, all passes over the prompts one after another, so that a
run which is resumed in its third pass meets the same prompts.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from typing import Any

from reasonloom.errors import InputError
from reasonloom.seeds import derive
from reasonloom.train.lengths import Lengths, measure
from reasonloom.train.rl.recipe import RL
from reasonloom.train.rows import Row, row_id


def rollouts(prompts: int, recipe: RL) -> int:
    """Roll-outs of a run over so many prompts; a last one that is not full is left out.

    Raises InputError where there is not one.
    """
    if recipe.steps:
        return math.ceil(recipe.steps / recipe.updates_a_rollout)
    whole = int(recipe.epochs * prompts) // recipe.prompts
    if not whole:
        raise InputError(
            f"{prompts} prompts x {recipe.epochs:g} epochs fill no roll-out of {recipe.prompts}:"
            " lower `prompts`, raise epochs, or add rows"
        )
    return whole


def updates(prompts: int, recipe: RL) -> int:
    return recipe.steps or rollouts(prompts, recipe) * recipe.updates_a_rollout


def in_order(rows: Sequence[Row], recipe: RL) -> list[Row]:
    """The rows of all roll-outs as they are asked for; each pass has an order of its own."""
    wanted = rollouts(len(rows), recipe) * recipe.prompts
    asked: list[Row] = []
    while len(asked) < wanted:
        order = list(rows)
        number = len(asked) // len(rows)
        random.Random(derive(recipe.seed, "rl", number)).shuffle(order)
        asked += order
    return asked[:wanted]


def named(rows: Sequence[Row]) -> list[Row]:
    """What RL needs of each row: its prompt, its answer as text, and an id to name it by."""
    return [
        {
            "prompt": row["prompt"],
            "answer": str(row["answer"]),
            "id": str(row.get("id") or row_id(row["prompt"], row["answer"])),
        }
        for row in rows
    ]


def that_fit(rows: Sequence[Row], tokenizer: Any, recipe: RL) -> tuple[list[Row], Lengths]:
    """Rows whose prompt leaves room for a whole response, and what all of them would take.

    Raises InputError where nothing is left.
    """
    sizes = [(_tokens(row["prompt"], tokenizer), recipe.cap) for row in rows]
    found = measure(sizes, recipe.max_tokens)
    kept = [row for row, size in zip(rows, sizes, strict=True) if sum(size) <= recipe.max_tokens]
    if not kept:
        raise InputError(
            f"no prompt leaves room for {recipe.cap} tokens within {recipe.max_tokens} (the longest"
            f" has {found.longest - recipe.cap:,}): raise max_tokens, or lower cap"
        )
    return kept, found


def _tokens(prompt: Any, tokenizer: Any) -> int:
    if isinstance(prompt, str):
        return len(tokenizer(prompt)["input_ids"])
    ids = tokenizer.apply_chat_template(
        list(prompt), tokenize=True, add_generation_prompt=True, return_dict=True
    )
    return len(ids["input_ids"])
