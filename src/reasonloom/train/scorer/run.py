"""Train a step scorer: a language model whose head says how good each step of a solution is.

Wang et al., Math-Shepherd (arXiv 2312.08935), section 3.3: binary cross-entropy on each step's
value. What differs: a head of its own on the step's last token in place of two words of the
vocabulary, and soft values unless hard ones are asked for.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor

from reasonloom.errors import InputError
from reasonloom.evaluate.bootstrap import Estimate
from reasonloom.models.local.folder import find, weights_hash
from reasonloom.models.local.step_net import Solved, StepNet, batch, encode
from reasonloom.models.local.tokens import Tokenizer, load_tokenizer
from reasonloom.models.protocol import Message
from reasonloom.train.keeper import Report, arguments, finish
from reasonloom.train.learner import Learner, load_learner
from reasonloom.train.prepare import begin, split, world
from reasonloom.train.rows import Row
from reasonloom.train.scorer.recipe import ScorerRecipe
from reasonloom.train.scorer.report import Scores, as_json, report

HELD_OUT = "held_out.json"


class Example(NamedTuple):
    row: Row
    solved: Solved


def train_scorer(
    rows: Sequence[Row],
    recipe: ScorerRecipe,
    folder: Path,
    tell: Report = lambda progress: None,
) -> Path:
    """Learn the values of `rows` and return the scorer's folder; a stopped run goes on.

    held_out.json compares it, on problems held out, with the likelihood that the model gave each
    step before it was trained, and with the mean of the values that were learnt. Raises InputError
    for rows or recipes that cannot be used, TrainingError for a loss that is not finite, StoreError
    where the disk refuses.
    """
    from transformers import Trainer, TrainingArguments

    if recipe.lora:
        raise InputError("a step scorer is trained in all its weights: leave lora out")
    for row in rows:
        _check(row)
    torch.set_num_threads(recipe.threads)
    learner = load_learner(recipe)
    tokenizer = load_tokenizer(learner.folder)
    learnt, held = (
        [
            e
            for e in (_example(tokenizer, r) for r in part)
            if len(e.solved.ids) <= recipe.max_tokens
        ]
        for part in split(rows, recipe.hold_out)
    )
    if not learnt:
        raise InputError(f"no row has {recipe.max_tokens} tokens at most: raise max_tokens")
    run = begin(rows, recipe, folder, learner)
    before = [likelihoods(learner.model, e.solved) for e in held]
    about = _about(recipe, learner, len(learnt), len(rows) - len(learnt) - len(held))
    trainer = Trainer(
        model=StepNet(learner.model.base_model, about),
        args=TrainingArguments(**arguments(recipe, run, world()), remove_unused_columns=False),
        train_dataset=learnt,
        eval_dataset=held or None,
        data_collator=_Collate(recipe.labels == "hard"),
    )
    model = finish(trainer, learner, run, tell)
    if held and trainer.is_world_process_zero():
        _measure(model, learnt, held, before, folder / HELD_OUT)
    return model


def held_out(folder: Path) -> dict[str, dict[str, Estimate]]:
    """What `train_scorer` measured: scorer, measure, estimate; empty where nothing was held out."""
    path = folder / HELD_OUT
    if not path.is_file():
        return {}
    told: dict[str, dict[str, dict[str, Any]]] = json.loads(path.read_text())
    return {k: {name: Estimate(**e) for name, e in found.items()} for k, found in told.items()}


@torch.inference_mode()
def likelihoods(model: Any, solved: Solved) -> list[float]:
    """The geometric mean of the probabilities that a model gives each step's tokens."""
    ids = torch.tensor([solved.ids], device=model.device)
    logprobs = model(input_ids=ids).logits[0, :-1].float().log_softmax(-1)
    each = logprobs.gather(1, ids[0, 1:, None]).squeeze(1)
    starts = [solved.prompt, *(end + 1 for end in solved.ends[:-1])]
    spans = zip(starts, solved.ends, strict=True)
    return [float(each[start - 1 : end].mean().exp()) for start, end in spans]


def _check(row: Row) -> None:
    """Raise InputError for steps that are no texts, or values that do not match them."""
    name, steps, values = row.get("id", "without id"), row["steps"], row["values"]
    if not isinstance(steps, list) or not all(isinstance(s, str) and s.strip() for s in steps):
        raise InputError(f"row {name}: 'steps' must be a list of texts, one for each step")
    numbers = [v for v in values if type(v) in (int, float) and math.isfinite(v) and 0 <= v <= 1]
    if len(numbers) != len(values) or len(values) != len(steps):
        raise InputError(
            f"row {name}: 'values' must be {len(steps)} numbers from 0 to 1, one for each step"
        )


def _example(tokenizer: Tokenizer, row: Row) -> Example:
    prompt = row["prompt"]
    if not isinstance(prompt, str):
        prompt = [Message(turn["role"], turn["content"]) for turn in prompt]
    return Example(row, encode(tokenizer, prompt, row["steps"]))


class _Collate:
    """From examples to what StepNet takes; `labels` [B, S], anything where there is no step."""

    def __init__(self, hard: bool) -> None:
        self.hard = hard

    def __call__(self, examples: Sequence[Example]) -> dict[str, Tensor]:
        filled = batch([example.solved for example in examples])
        labels = torch.zeros(filled["ends"].shape)
        for i, example in enumerate(examples):
            values = torch.tensor(example.row["values"], dtype=torch.float32)
            labels[i, : len(values)] = (values > 0).float() if self.hard else values
        return {**filled, "labels": labels}


def _about(recipe: ScorerRecipe, learner: Learner, rows: int, too_long: int) -> dict[str, Any]:
    return {
        "base": recipe.model,
        "base_hash": weights_hash(learner.folder.weights),
        "labels": recipe.labels,
        "rows": rows,
        "too_long": too_long,
    }


def _measure(
    model: Path,
    learnt: Sequence[Example],
    held: Sequence[Example],
    before: Scores,
    out: Path,
) -> None:
    net = StepNet.load(find(model))
    scores = [[math.exp(s) for s in net.logprobs([e.solved])[0]] for e in held]
    values = [v for example in learnt for v in example.row["values"]]
    usual = math.fsum(values) / len(values)
    scorers: Mapping[str, Scores] = {
        "trained": scores,
        "self-likelihood": before,
        "mean value": [[usual] * len(e.solved.ends) for e in held],
    }
    told = report([example.row for example in held], scorers)
    part = out.with_suffix(".part")
    part.write_text(json.dumps(as_json(told), indent=1) + "\n")
    part.replace(out)
