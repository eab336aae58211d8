"""How many tokens rows take, and which do not fit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from reasonloom.errors import InputError
from reasonloom.train.rows import Row


@dataclass(frozen=True)
class Lengths:
    """Tokens of the rows, and what `limit` does to them.

    over       rows above the limit; cut_tokens of them do not fit
    completion tokens that are learnt from, of the rows that fit
    """

    rows: int
    mean: float
    median: float
    p95: float
    longest: int
    limit: int
    over: int
    cut_tokens: int
    completion: int

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    def __str__(self) -> str:
        share = 100 * self.over / self.rows
        return (
            f"{self.rows:,} rows; tokens a row: mean {self.mean:,.0f}, median {self.median:,.0f},"
            f" 95 % under {self.p95:,.0f}, longest {self.longest:,}; {self.over:,} rows"
            f" ({share:.1f} %) above {self.limit:,}, {self.cut_tokens:,} tokens too many"
        )


def prompt_and_reply(row: Row, reply: str, tokenizer: Any) -> tuple[int, int]:
    """Tokens of a row's prompt, and of `reply` (a column) with its end token."""
    prompt, text = row["prompt"], row[reply]
    if isinstance(prompt, str) != isinstance(text, str):
        raise InputError(
            f"row {row.get('id', '')}: 'prompt' and '{reply}' must both be text or both messages"
        )
    if isinstance(prompt, str):
        asked = len(tokenizer(prompt)["input_ids"])
        return asked, len(tokenizer(prompt + text)["input_ids"]) + 1 - asked
    asked = _chat(tokenizer, prompt, add_generation_prompt=True)
    return asked, _chat(tokenizer, [*prompt, *text]) - asked


def measure(sizes: Sequence[tuple[int, int]], limit: int) -> Lengths:
    """`sizes` are (prompt, reply) tokens a row."""
    total = np.array([sum(size) for size in sizes])
    fits = [reply for prompt, reply in sizes if prompt + reply <= limit]
    return Lengths(
        rows=len(total),
        mean=float(total.mean()),
        median=float(np.median(total)),
        p95=float(np.percentile(total, 95)),
        longest=int(total.max()),
        limit=limit,
        over=int((total > limit).sum()),
        cut_tokens=int(np.maximum(total - limit, 0).sum()),
        completion=sum(fits),
    )


def fitting(
    rows: Sequence[Row], replies: Sequence[str], tokenizer: Any, limit: int, *, cut: bool = False
) -> tuple[list[Row], Lengths]:
    """The rows that fit into `limit` tokens with the longest of their `replies` (columns).

    With `cut` those whose prompt leaves room for a part of the reply stay too, for the trainer to
    cut. Raises InputError where nothing is left.
    """
    kept, sizes = [], []
    for row in rows:
        prompt, reply = max((prompt_and_reply(row, r, tokenizer) for r in replies), key=sum)
        sizes.append((prompt, reply))
        if prompt + reply <= limit or (cut and prompt < limit):
            kept.append(row)
    found = measure(sizes, limit)
    if not kept:
        raise InputError(
            f"no row fits into {limit} tokens (the longest has {found.longest:,}): raise max_tokens"
        )
    return kept, found


def _chat(tokenizer: Any, messages: Sequence[Mapping[str, str]], **how: bool) -> int:
    ids = tokenizer.apply_chat_template(list(messages), tokenize=True, return_dict=True, **how)
    return len(ids["input_ids"])
