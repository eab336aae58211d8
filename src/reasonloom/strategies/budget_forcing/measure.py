"""Tokens of what is put into a model's mouth, and what a budget leaves for thinking."""

from __future__ import annotations

from dataclasses import dataclass

from reasonloom.context import Context
from reasonloom.limits import Limits
from reasonloom.models.protocol import Prompt, Request, Tokenizing, tokens_of


@dataclass(frozen=True)
class Measure:
    """Exact where the model shows its tokens; else UTF-8 bytes, which are never fewer.

    prompt  tokens of the prompt
    """

    prompt: int
    tokens: Tokenizing | None

    @staticmethod
    def of(ctx: Context, role: str, prompt: Prompt) -> Measure:
        request = Request(messages=prompt.messages, text=prompt.text, prefix=prompt.prefix)
        tokens = tokens_of(ctx.model(role))
        size = len(tokens.encode(request)) if tokens else request.prompt_bytes
        return Measure(size, tokens)

    def count(self, text: str) -> int:
        if self.tokens:
            return len(self.tokens.encode_text(text)) if text else 0
        return len(text.encode("utf-8", "replace"))


def affordable(left: Limits, prompt: int, reserve: int) -> int | None:
    """Tokens that may be thought such that the answer can be paid for too; None: no bound.

    The answer is a call of its own, which reads all again. `prompt` are the tokens that a call
    would read now, `reserve` those of the closing delimiter and of the answer.
    """
    if left.calls is not None and left.calls < 2:
        return 0
    if left.tokens is None:
        return None
    return max(0, (left.tokens - 2 * prompt - reserve) // 2)
