"""A step scorer's network: a language model's body and one number on the last token of each step.

Shapes: B rows, T tokens, S steps of the longest solution, D width of the body.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from reasonloom.errors import InputError
from reasonloom.models.local.folder import Folder
from reasonloom.models.local.tokens import Tokenizer
from reasonloom.models.protocol import Message

HEAD, ABOUT = "head.safetensors", "step_scorer.json"
NO_STEP = -1
"""Fills the places behind a solution's last step."""


@dataclass(frozen=True, slots=True)
class Solved:
    """A solution in tokens behind its prompt, which has the first `prompt` of them.

    `ends` are the places of the steps' last tokens.
    """

    ids: tuple[int, ...]
    prompt: int
    ends: tuple[int, ...]


def encode(tokenizer: Tokenizer, prompt: str | Sequence[Message], steps: Sequence[str]) -> Solved:
    """Each step is encoded apart, its line end with it: that token says that the step is over.

    So a step's score depends on nothing that comes after it. Steps of several lines were
    paragraphs, and get an empty line between them.
    """
    if isinstance(prompt, str):
        ids = tokenizer.encode(prompt, add_special=True)
    else:
        ids = tokenizer.encode(tokenizer.chat(prompt), add_special=False)
    gap, before, ends = separator(steps), len(ids), list[int]()
    for step in steps:
        ids = [*ids, *tokenizer.encode(step + gap, add_special=False)]
        ends.append(len(ids) - 1)
    return Solved(tuple(ids), before, tuple(ends))


def separator(steps: Sequence[str]) -> str:
    return "\n\n" if any("\n" in step for step in steps) else "\n"


def batch(solved: Sequence[Solved]) -> dict[str, Tensor]:
    """`input_ids`, `attention_mask` [B, T] and `ends` [B, S], filled up at the right."""
    width, most = max(len(s.ids) for s in solved), max(len(s.ends) for s in solved)
    filled = [[*s.ids, *[0] * (width - len(s.ids))] for s in solved]
    mask = [[1] * len(s.ids) + [0] * (width - len(s.ids)) for s in solved]
    ends = [[*s.ends, *[NO_STEP] * (most - len(s.ends))] for s in solved]
    return {
        "input_ids": torch.tensor(filled),
        "attention_mask": torch.tensor(mask),
        "ends": torch.tensor(ends),
    }


class StepNet(nn.Module):
    """`about` is what the folder's step_scorer.json says. The head begins at zero: all at 0.5."""

    def __init__(self, body: Any, about: Mapping[str, Any]) -> None:
        super().__init__()
        self.body, self.about = body, dict(about)
        width = body.config.get_text_config().hidden_size
        self.head = nn.Linear(width, 1, dtype=body.dtype)
        nn.init.zeros_(self.head.weight)
        nn.init.zeros_(self.head.bias)

    @classmethod
    def load(cls, folder: Folder) -> StepNet:
        """In eval mode, float32, on the GPU where there is one.

        Raises InputError for a folder whose parts do not fit.
        """
        from safetensors.torch import load_file
        from transformers import AutoModel

        try:
            body = AutoModel.from_pretrained(str(folder.path), dtype=torch.float32)
            net = cls(body, read_about(folder.path))
            net.head.load_state_dict(load_file(folder.path / HEAD))
        except (OSError, ValueError, KeyError, RuntimeError) as failure:
            reason = (str(failure).strip() or repr(failure)).splitlines()[0]
            raise InputError(f"the step scorer in {folder.path} cannot be read: {reason}") from None
        return net.to("cuda" if torch.cuda.is_available() else "cpu").eval()

    def forward(
        self,
        input_ids: Tensor,
        attention_mask: Tensor,
        ends: Tensor,
        labels: Tensor | None = None,
    ) -> dict[str, Tensor]:
        """`logits` [B, S], and `loss`, the mean binary cross-entropy of all steps, for `labels`
        from 0 to 1."""
        read = self.body(input_ids=input_ids, attention_mask=attention_mask, use_cache=False)
        rows = torch.arange(len(ends), device=ends.device)[:, None]
        logits = self.head(read.last_hidden_state[rows, ends.clamp_min(0)]).squeeze(-1).float()
        if labels is None:
            return {"logits": logits}
        there = ends != NO_STEP
        loss = F.binary_cross_entropy_with_logits(logits[there], labels[there])
        return {"loss": loss, "logits": logits}

    @torch.inference_mode()
    def logprobs(self, solved: Sequence[Solved]) -> list[list[float]]:
        """The logarithm of each step's score, row by row."""
        place = self.head.weight.device
        found = self(**{name: t.to(place) for name, t in batch(solved).items()})["logits"]
        told = F.logsigmoid(found).tolist()
        return [row[: len(s.ends)] for row, s in zip(told, solved, strict=True)]

    def save_pretrained(self, folder: str) -> None:
        """The body as transformers stores it, the head and `about` beside it."""
        from safetensors.torch import save_file

        self.body.save_pretrained(folder)
        save_file(self.head.state_dict(), Path(folder) / HEAD, metadata={"format": "pt"})
        (Path(folder) / ABOUT).write_text(json.dumps(self.about, indent=1) + "\n")

    def gradient_checkpointing_enable(self, **options: Any) -> None:
        self.body.gradient_checkpointing_enable(**options)


def read_about(path: Path) -> Mapping[str, Any]:
    """Raises InputError for a folder that holds no step scorer."""
    if not (path / HEAD).is_file() or not (path / ABOUT).is_file():
        raise InputError(
            f"{path} holds no step scorer: name the folder `model` of a run of `loom train scorer`"
        )
    about = json.loads((path / ABOUT).read_text())
    return about if isinstance(about, dict) else {}
