"""A native cap on thinking: what a request carries for it, and whether a reply kept to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from reasonloom.errors import InputError
from reasonloom.models.protocol import Choice, Model

TOKENS: Final = "{tokens}"
"""Stands where the number goes, in the fields of `Profile.thinking_cap`."""
SLACK: Final = 16
"""Tokens over the cap that are no breach: servers count the closing delimiter, and some write a
sentence before it (vLLM's reasoning-config, llama.cpp's budget message)."""
GUESS: Final = 1.25
"""By how much a count by the share of the text may be wrong, either way: words and formulas take
different numbers of bytes a token (our choice)."""


@dataclass(frozen=True, slots=True)
class Capped:
    """What a native cap came to, in tokens.

    cap      what was asked for
    thought  what was thought; None where the reply shows neither thinking nor a count of it
    exact    the endpoint counted it; else it is the thinking's share of the reply's text
    """

    cap: int
    thought: int | None
    exact: bool

    @property
    def kept(self) -> bool | None:
        """Whether thinking stayed within the cap; None where nothing tells."""
        if self.thought is None:
            return None
        return self.thought <= self.cap * self._doubt + SLACK

    @property
    def reached(self) -> bool:
        """Whether the cap may be what ended thinking."""
        return self.thought is not None and self.thought * self._doubt >= self.cap

    @property
    def _doubt(self) -> float:
        return 1.0 if self.exact else GUESS


def cap_extra(model: Model, max_thinking: int | None) -> dict[str, Any]:
    """What a request carries to cap thinking. Raises InputError where the model has no cap."""
    if max_thinking is None:
        return {}
    if model.profile.thinking_cap is None:
        raise InputError(
            f"{model.name} has no native cap on thinking in its profile: name its kind as"
            " thinking_cap in its entry of your models file (loom models add --thinking-cap)"
        )
    return cap_fields(model.profile.thinking_cap, max_thinking)


def cap_fields(cap: Mapping[str, Any], tokens: int) -> dict[str, Any]:
    """The fields that ask for at most so many tokens of thinking."""
    return {name: _filled(value, tokens) for name, value in cap.items()}


def counted(choice: Choice, cap: int) -> Capped:
    """The tokens of a reply's thinking: as the endpoint counts them, else by its share of bytes."""
    if choice.reasoning_tokens:
        return Capped(cap, choice.reasoning_tokens, exact=True)
    if not choice.reasoning:
        return Capped(cap, None, exact=False)
    thought, said = (len(t.encode("utf-8", "replace")) for t in (choice.reasoning, choice.text))
    return Capped(cap, round(choice.completion_tokens * thought / (thought + said)), exact=False)


def _filled(value: Any, tokens: int) -> Any:
    if isinstance(value, Mapping):
        return cap_fields(value, tokens)
    return tokens if value == TOKENS else value
