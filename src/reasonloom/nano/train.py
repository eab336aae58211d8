"""Train nano from nothing: one loop, resumable, with a log.

Every file of a run is put in place by a rename, and every `save_every` steps a checkpoint replaces
the last one, so a kill at any moment loses at most that much. Learning rates warm up, stay, and
fall to a tenth over the last steps (our choice). The state before the fall is kept, so that a run
that is over can be made longer: it goes on from there. Matrices are trained by Muon, the rest by
AdamW.
"""

from __future__ import annotations

import ctypes
import json
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F

from reasonloom.errors import InputError
from reasonloom.nano.batches import WIDTHS, Batch, Batches
from reasonloom.nano.llama import Llama, Shape
from reasonloom.nano.recipe import Recipe
from reasonloom.nano.team import Member, gather
from reasonloom.nano.tokenizer import train_tokenizer
from reasonloom.templates.library import Library

LATEST, STABLE = "checkpoint.pt", "before_fall.pt"
EVERY = 20
"""Steps between two lines of the log."""


@dataclass(frozen=True)
class Progress:
    step: int
    steps: int
    loss: float
    tokens: int
    targets: int
    tokens_per_second: float


def train(
    recipe: Recipe,
    folder: Path,
    *,
    report: Callable[[Progress], None] = lambda progress: None,
    compile_blocks: bool = True,
    device: str = "cpu",
    workers: int = 0,
    processes: int = 1,
) -> Path:
    """Train, or go on where an earlier run in `folder` stopped; returns the checkpoint's path.

    device     `cpu` or `cuda`
    workers    processes that make examples beside the training; 0 makes them in between
    processes  processes that share each batch, with a share of the cores each

    Raises InputError when `folder` holds a run of another recipe; one with fewer steps is made
    longer.
    """
    rows = recipe.batch_tokens // WIDTHS[-1]
    if not 1 <= processes <= max(1, rows):
        raise InputError(f"processes={processes}: a batch has {rows} of the longest rows to share")
    folder.mkdir(parents=True, exist_ok=True)
    _claim(folder, recipe)
    load_tokenizer(folder, recipe)
    run = _Run(recipe, folder, compile_blocks, device, workers)
    with gather(processes, run) as me:
        run(me, report)
    return folder / LATEST


@dataclass(frozen=True)
class _Run:
    """The loop of one member. Whoever is not number 0 computes and says nothing."""

    recipe: Recipe
    folder: Path
    compile_blocks: bool
    device: str
    workers: int

    def __call__(self, me: Member, report: Callable[[Progress], None] | None = None) -> None:
        recipe, folder = self.recipe, self.folder
        tokenizer, library = load_tokenizer(folder, recipe), Library.load()
        torch.manual_seed(recipe.seed)
        model = make_model(recipe, tokenizer.get_vocab_size()).to(self.device)
        optimizers = _optimizers(model, recipe)
        state = _resume(folder, model, optimizers)
        if self.compile_blocks:
            torch._dynamo.config.cache_size_limit = 4 * len(WIDTHS)
            model.compile_blocks()
        batches = Batches(
            tokenizer,
            library,
            seed=recipe.seed,
            tokens=recipe.batch_tokens,
            skills=recipe.skills,
            families=recipe.families,
        )
        stream = batches.from_pool(state["pool"], self.workers)
        for _ in range(state["skip"]):
            next(stream)
        keeper = _Keeper(folder, recipe, report) if report else None
        falls = math.ceil((1 - recipe.fall) * recipe.steps)
        while state["step"] < recipe.steps:
            if keeper and state["step"] == falls:
                _save(folder / STABLE, model, optimizers, state)
            pool, batch = next(stream)
            state["skip"] = state["skip"] + 1 if pool == state["pool"] else 1
            state["pool"] = pool
            share = _rate(state["step"], recipe)
            loss = _update(model, optimizers, batch, share, self.device, me)
            state["step"] += 1
            state["tokens"] += batch.ids.numel()
            state["targets"] += batch.targets.numel()
            if keeper:
                keeper.note(loss, batch, state)
                if state["step"] % recipe.save_every == 0 or state["step"] == recipe.steps:
                    _save(folder / LATEST, model, optimizers, state)
            if state["step"] % EVERY == 0:
                give_back_memory()


class _Keeper:
    """Writes the log: every `EVERY` steps a line with their mean loss."""

    def __init__(self, folder: Path, recipe: Recipe, report: Callable[[Progress], None]) -> None:
        self.path, self.recipe, self.report = folder / "log.jsonl", recipe, report
        self.started, self.losses, self.seen = time.monotonic(), list[float](), 0

    def note(self, loss: float, batch: Batch, state: Mapping[str, int]) -> None:
        self.losses.append(loss)
        self.seen += batch.ids.numel()
        if state["step"] % EVERY:
            return
        progress = Progress(
            state["step"],
            self.recipe.steps,
            sum(self.losses) / len(self.losses),
            state["tokens"],
            state["targets"],
            self.seen / (time.monotonic() - self.started),
        )
        with self.path.open("a") as log:
            log.write(json.dumps(asdict(progress)) + "\n")
        self.report(progress)
        self.losses.clear()


def give_back_memory() -> None:
    """Return freed memory to the system, where the C library is glibc.

    Every batch asks for tensors of other sizes; in an hour the holes between them grow to 10 GB.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim:
        trim(0)


def make_model(recipe: Recipe, vocabulary: int) -> Llama:
    sizes = (recipe.width, recipe.layers, recipe.heads, recipe.kv_heads, recipe.inner)
    return Llama(Shape(vocabulary, *sizes), WIDTHS[-1])


def load_tokenizer(folder: Path, recipe: Recipe) -> Any:
    """The folder's tokenizer; learnt and stored there on first use.

    From all skills, whatever the recipe trains: models that are to be compared read alike.
    """
    import random

    from tokenizers import Tokenizer

    from reasonloom.nano.examples import SKILLS, example
    from reasonloom.seeds import derive

    path = folder / "tokenizer.json"
    if path.exists():
        return Tokenizer.from_file(str(path))
    library = Library.load()
    rng = random.Random(derive(recipe.seed, "tokenizer"))
    texts = [text for t in library.templates for text in (t.name, t.description, t.scope)]
    texts += [step for t in library.templates for step in t.steps]
    for _ in range(recipe.tokenizer_examples):
        made = example(rng, library, SKILLS)
        texts += [made.prompt, made.reply]
    tokenizer = train_tokenizer(texts)
    part = path.with_suffix(".part")
    tokenizer.save(str(part))
    part.replace(path)
    return tokenizer


def _claim(folder: Path, recipe: Recipe) -> None:
    path = folder / "recipe.json"
    mine = json.dumps(asdict(recipe), indent=1)
    if path.exists() and (theirs := path.read_text()) != mine:
        before = json.loads(theirs)
        if {**asdict(recipe), "steps": before["steps"]} != before or before["steps"] > recipe.steps:
            raise InputError(
                f"{folder} holds a run of another recipe: choose another folder, or delete it to"
                " start afresh"
            )
        if (folder / STABLE).exists():
            (folder / STABLE).replace(folder / LATEST)
    part = path.with_suffix(".part")
    part.write_text(mine)
    part.replace(path)


def _optimizers(model: Llama, recipe: Recipe) -> list[torch.optim.Optimizer]:
    matrices = [p for p in model.blocks.parameters() if p.ndim == 2]
    rest = [p for p in model.parameters() if not any(p is m for m in matrices)]
    return [
        torch.optim.Muon(
            matrices,
            lr=recipe.muon_rate,
            weight_decay=recipe.decay,
            adjust_lr_fn="match_rms_adamw",
        ),
        torch.optim.AdamW(
            rest, lr=recipe.adam_rate, betas=(0.9, 0.95), weight_decay=0.0, fused=True
        ),
    ]


def _rate(step: int, recipe: Recipe) -> float:
    """The share of the full learning rate at a step."""
    fall = (1 - recipe.fall) * recipe.steps
    if step < recipe.warm_steps:
        return (step + 1) / recipe.warm_steps
    return 1.0 if step < fall else 1.0 - 0.9 * (step - fall) / (recipe.steps - fall)


def _update(
    model: Llama,
    optimizers: list[torch.optim.Optimizer],
    batch: Batch,
    share: float,
    device: str,
    me: Member,
) -> float:
    ids, where, targets = (t.to(device, non_blocking=True) for t in me.share(batch))
    with torch.autocast(device, dtype=torch.bfloat16):
        logits = model(ids, where)
    loss = F.cross_entropy(logits, targets, reduction="sum") / batch.targets.numel()
    loss.backward()  # type: ignore[no-untyped-call]
    me.add(model)
    torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
    for optimizer in optimizers:
        for group in optimizer.param_groups:
            group["lr"] = share * group.setdefault("full", group["lr"])
        optimizer.step()
        optimizer.zero_grad()
    return me.total(float(loss.detach()))


def _resume(folder: Path, model: Llama, optimizers: list[torch.optim.Optimizer]) -> dict[str, int]:
    path = folder / LATEST
    if not path.exists():
        return {"step": 0, "pool": 0, "skip": 0, "tokens": 0, "targets": 0}
    saved = torch.load(path, weights_only=True, map_location=model.norm.device)
    model.load_state_dict(saved["model"])
    for optimizer, state in zip(optimizers, saved["optimizers"], strict=True):
        optimizer.load_state_dict(state)
    return dict(saved["state"])


def _save(
    path: Path, model: Llama, optimizers: list[torch.optim.Optimizer], state: dict[str, int]
) -> None:
    part = path.with_suffix(".part")
    torch.save(
        {
            "model": model.state_dict(),
            "optimizers": [o.state_dict() for o in optimizers],
            "state": dict(state),
        },
        part,
    )
    part.replace(path)
