"""What decides a training run, apart from its rows: typed, from YAML, each value with its unit.

The defaults suit nano on two CPU cores; the files in `recipes/` hold the published ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from reasonloom.errors import InputError
from reasonloom.spec import unknown

SHIPPED = Path(__file__).parent / "recipes"
R = TypeVar("R", bound="Recipe")


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Lora(Part):
    """Low-rank adapters (Hu et al., 2106.09685) on every linear layer; merged when the run ends."""

    rank: int = Field(16, ge=1)
    alpha: float = 32
    dropout: float = Field(0.0, ge=0, lt=1)


class Shape(Part):
    """A Llama-like model's sizes, for the memory plan where its config cannot be read."""

    layers: int
    width: int
    inner: int
    heads: int
    kv_heads: int
    vocabulary: int
    head_dim: int | None = None
    tied: bool = False


class Recipe(Part):
    """What SFT, DPO and RL have in common.

    model          `nano`, or local:PATH or local:NAME of a Hugging Face causal model
    seed           of the order of rows, dropout and whatever is drawn
    epochs         passes over the rows; steps, where given, ends the run earlier or later
    batch          rows an update, over all devices; rows_at_once of them pass a device together
    schedule       how the learning rate falls after `warmup` (a share of all updates)
    max_tokens     of prompt and completion together
    dtype          of the weights while they learn; they are stored in the type they came in
    autocast       matrix products in bfloat16, whatever the weights are
    save_every     updates between checkpoints; the last `keep` stay
    hold_out       share of the rows that is not learnt from, by hash of the row
    select         the weights that the run ends with: of the last update, or of the checkpoint
                   with the lowest loss on the held-out rows
    threads        CPU threads; what a run gives depends on them to the last bit
    report_to      wandb, tensorboard … as transformers knows them; log.jsonl is always written
    devices, shape for the memory plan of --dry-run alone
    """

    model: str = "nano"
    seed: int = 1
    epochs: float = Field(3.0, gt=0)
    steps: int | None = Field(None, ge=1)
    batch: int = Field(32, ge=1)
    rows_at_once: int = Field(32, ge=1)
    learning_rate: float = Field(3e-4, gt=0)
    schedule: Literal["cosine", "linear", "constant"] = "cosine"
    warmup: float = Field(0.05, ge=0, lt=1)
    betas: tuple[float, float] = (0.9, 0.95)
    decay: float = Field(0.0, ge=0)
    clip: float = Field(1.0, gt=0)
    max_tokens: int = Field(1024, ge=2)
    dtype: Literal["float32", "bfloat16"] = "float32"
    autocast: bool = False
    lora: Lora | None = None
    activation_checkpointing: bool = False
    save_every: int = Field(50, ge=1)
    keep: int = Field(2, ge=1)
    hold_out: float = Field(0.0, ge=0, lt=1)
    select: Literal["last", "hold_out"] = "last"
    threads: int = Field(2, ge=1)
    report_to: tuple[str, ...] = ()
    devices: int = Field(1, ge=1)
    shape: Shape | None = None

    @model_validator(mode="after")
    def _fits(self) -> Recipe:
        if self.select == "hold_out" and not self.hold_out:
            raise ValueError("select: hold_out needs a hold_out share above 0")
        return self


class SFT(Recipe):
    """Supervised fine-tuning on completions.

    packing   several rows in one; needs an attention that keeps them apart (flash_attention_2)
    too_long  rows above max_tokens are dropped (our choice: a cut row loses its answer, and s1's
              own ablation shows that cutting hurts) or cut at the end, as the papers do
    attention the implementation that transformers is asked for
    delimiters of rows with question, thinking and answer: `profile` (the model's own), s1 or none
    system    a system message for such rows
    """

    train: Literal["sft"] = "sft"
    packing: bool = False
    too_long: Literal["drop", "cut"] = "drop"
    attention: str | None = None
    delimiters: str = "profile"
    system: str | None = None


class DPO(Recipe):
    """Direct preference optimisation (Rafailov et al., 2305.18290) against the starting model.

    beta   weight of staying near the start (ReasonFlux gives none; its second version has 0.5)
    loss   a loss of TRL's DPO trainer; `sigmoid` is the paper's
    sft    weight of the chosen rows' likelihood beside it (0: plain DPO)
    """

    train: Literal["dpo"] = "dpo"
    epochs: float = Field(1.0, gt=0)
    learning_rate: float = Field(1e-5, gt=0)
    beta: float = Field(0.1, gt=0)
    loss: str = "sigmoid"
    sft: float = Field(0.0, ge=0)


def load_recipe(kind: type[R], source: str | None = None, changes: Sequence[str] = ()) -> R:
    """The recipe of `kind` from a file or a shipped name, with `key=value` changes on top.

    Raises InputError that names the file, the key and the nearest known one.
    """
    given: dict[str, Any] = {} if source is None else _read(source)
    own = kind.model_fields["train"].default
    if given.get("train", own) != own:
        raise InputError(f"{source} is a recipe for {given['train']!r}: this command needs {own!r}")
    for change in changes:
        key, mark, value = change.partition("=")
        if not mark:
            raise InputError(f"--set {change!r}: write key=value")
        given[key.strip()] = _scalar(value)
    for key in given:
        if key not in kind.model_fields:
            raise InputError(unknown("key of the recipe", key, list(kind.model_fields)))
    try:
        return kind.model_validate(given)
    except ValidationError as error:
        raise InputError(f"the recipe cannot be used: {_told(error)}") from None


def shipped() -> list[str]:
    """Names of the recipes in the package; `accelerate/fsdp` is a launcher's."""
    return sorted(str(p.relative_to(SHIPPED).with_suffix("")) for p in SHIPPED.rglob("*.yaml"))


def _scalar(text: str) -> Any:
    """A value as YAML reads it; `1e-5`, which YAML takes for text, as the number it is."""
    value = yaml.safe_load(text)
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            return value
    return value


def find_recipe(source: str) -> Path:
    """The file of that name, or the shipped recipe. Raises InputError with the nearest name."""
    for path in (Path(source), SHIPPED / f"{source}.yaml"):
        if path.is_file():
            return path
    raise InputError(unknown("recipe", source, shipped()) + "; or name a YAML file")


def _read(source: str) -> dict[str, Any]:
    path = find_recipe(source)
    try:
        value = yaml.safe_load(path.read_text("utf-8"))
    except yaml.YAMLError as error:
        raise InputError(f"{path} is no YAML: {' '.join(str(error).split())}") from None
    if not isinstance(value, dict):
        raise InputError(f"{path} holds no mapping: a recipe is a list of `key: value` lines")
    return value


def _told(error: ValidationError) -> str:
    return "; ".join(
        f"{'.'.join(map(str, e['loc'])) or 'recipe'}: {e['msg'].removeprefix('Value error, ')}"
        + (f" (given: {e['input']!r})" if e["loc"] else "")
        for e in error.errors()
    )
