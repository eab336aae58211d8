"""The model that learns: loaded from a folder, and stored as one that every part of us can open."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from transformers import AutoModelForCausalLM, AutoTokenizer

from reasonloom.errors import InputError
from reasonloom.models.local.folder import Folder, find
from reasonloom.spec import parse
from reasonloom.train.recipe import Recipe

CARRIED = ("reasonloom.json", "tokenizer.json", "tokenizer_config.json", "chat_template.jinja")
"""Files that training does not change; they are copied as they are."""
NANO = Path(__file__).parents[1] / "nano" / "weights"


@dataclass(frozen=True)
class Learner:
    """A model with its tokenizer, and the folder that it came from."""

    model: Any
    tokenizer: Any
    folder: Folder

    @property
    def stored(self) -> torch.dtype:
        """The type that the weights came in, and go out in."""
        name = self.folder.config.get("dtype") or self.folder.config.get("torch_dtype")
        return getattr(torch, str(name), torch.float32)

    def tokenizer_hash(self) -> str:
        """Names the vocabulary: a checkpoint of another one must not be gone on with."""
        words = sorted(self.tokenizer.get_vocab().items())
        return hashlib.sha256(repr(words).encode()).hexdigest()[:16]


def source_of(model: str) -> str:
    """The folder or hub name of a model spec. Raises InputError for one that cannot be trained."""
    spec = parse(model)
    if spec.scheme is None and spec.name == "nano" and not spec.args:
        return str(NANO)
    if spec.scheme == "local":
        return str(spec.location)
    raise InputError(f"{model!r} cannot be trained: take nano, local:PATH or local:HUB_NAME")


def load_learner(recipe: Recipe) -> Learner:
    """Raises InputError for a folder without a causal model, or with another model's tokenizer."""
    _hush()
    folder = find(source_of(recipe.model))
    dtype = getattr(torch, recipe.dtype)
    attention = getattr(recipe, "attention", None)
    given = {"attn_implementation": attention} if attention else {}
    try:
        model = AutoModelForCausalLM.from_pretrained(str(folder.path), dtype=dtype, **given)
        tokenizer = AutoTokenizer.from_pretrained(str(folder.path))
    except (OSError, ValueError, KeyError, ImportError) as failure:
        reason = (str(failure).strip() or repr(failure)).splitlines()[0]
        raise InputError(f"{folder.path} cannot be trained: {reason}") from failure
    rows, known = model.get_input_embeddings().weight.shape[0], len(tokenizer)
    if known > rows:
        raise InputError(
            f"{folder.path} is of another tokenizer: it has {rows:,} embeddings,"
            f" the tokenizer beside it {known:,} tokens"
        )
    if tokenizer.pad_token_id is None:
        raise InputError(
            f"the tokenizer of {folder.path} has no pad token: name one in tokenizer_config.json,"
            " not the end token, which is learnt"
        )
    return Learner(model, tokenizer, folder)


def _hush() -> None:
    """Let the libraries below draw no bars of their own: ours shows the run."""
    import datasets
    from transformers.utils import logging

    logging.disable_progress_bar()
    datasets.disable_progress_bars()


def store(learner: Learner, trained: Any, folder: Path) -> Path:
    """Write `trained` with the files that its source came with; adapters are merged first.

    The folder appears whole or not at all.
    """
    whole = trained.merge_and_unload() if hasattr(trained, "merge_and_unload") else trained
    part = folder.with_name(folder.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    whole.to(learner.stored).save_pretrained(str(part))
    for name in CARRIED:
        if (learner.folder.path / name).is_file():
            shutil.copyfile(learner.folder.path / name, part / name)
    if not (part / "tokenizer_config.json").exists():
        learner.tokenizer.save_pretrained(str(part))
    shutil.rmtree(folder, ignore_errors=True)
    part.replace(folder)
    return folder
