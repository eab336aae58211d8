"""How likely a model finds the completions of rows: what held-out templates are measured by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from math import fsum
from typing import Any

from reasonloom.branches import BranchFailure
from reasonloom.context import Context, open_context
from reasonloom.data.prompts import Told
from reasonloom.errors import InputError
from reasonloom.evaluate.bootstrap import Estimate, mean
from reasonloom.models.protocol import Message, Model, Prompt
from reasonloom.problem import Problem
from reasonloom.train.rows import Row


@dataclass(frozen=True, slots=True)
class Likelihood:
    """Mean negative log-likelihood in nats, with 95 % bootstrap intervals over templates.

    per_token     of a token; compare it between models of one tokenizer only
    per_template  of a whole completion, which tokenizers do not touch
    tokens        scored in all
    """

    per_token: Estimate
    per_template: Estimate
    tokens: int

    def __str__(self) -> str:
        return (
            f"{self.per_token} nats a token, {self.per_template} a completion"
            f" ({self.per_token.clusters} templates, {self.tokens:,} tokens)"
        )


async def likelihood(model: Model, rows: Sequence[Row]) -> Likelihood:
    """Score the completions of SFT rows; the end token is not among them.

    Rows of one template (`from`) count as one cluster; without it each row is its own. Raises
    InputError for no rows, BadReply for a model that sends no log-probabilities of a prompt, and
    what a failing model raises.
    """
    if not rows:
        raise InputError("there are no rows to score: hold some templates out")
    with open_context(Problem("how likely are these completions?"), {"default": model}) as ctx:
        scored = await ctx.gather({f"row-{i}": partial(_score, r) for i, r in enumerate(rows)})
    nats: list[list[float]] = []
    for found in scored.values():
        if isinstance(found, BranchFailure):
            raise found.error
        nats.append(found)
    clusters = [row.get("from", {}).get("template", row["id"]) for row in rows]
    owners = [name for name, own in zip(clusters, nats, strict=True) for _ in own]
    tokens = [value for own in nats for value in own]
    return Likelihood(
        mean(tokens, owners), mean([fsum(own) for own in nats], clusters), len(tokens)
    )


async def _score(row: Row, ctx: Context) -> list[float]:
    scored = await ctx.score(_prompt(row["prompt"]), _text(row["completion"]))
    return [-token.logprob for token in scored]


def _prompt(column: Told) -> Prompt:
    """What a model is asked that reads the column."""
    if isinstance(column, str):
        return Prompt(text=column)
    turns: list[Any] = [(message["role"], message["content"]) for message in column]
    return Prompt(messages=tuple(Message(role, content) for role, content in turns))


def _text(column: Told) -> str:
    return column if isinstance(column, str) else "".join(turn["content"] for turn in column)
