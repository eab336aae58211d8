"""How an endpoint is asked to cap thinking natively: body fields, with "{tokens}" for the number.

The names and places are those that the servers document. A server that does not know a field
mostly takes it and ignores it, so whoever sends one must look at what came back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from reasonloom.models.protocol import Choice
from reasonloom.spec import unknown

TOKENS: Final = "{tokens}"
CAPS: Final[Mapping[str, Mapping[str, Any]]] = {
    "vllm": {"thinking_token_budget": TOKENS},
    "sglang": {"custom_params": {"thinking_budget": TOKENS}},
    "llama.cpp": {"thinking_budget_tokens": TOKENS},
    "template": {"chat_template_kwargs": {"thinking_budget": TOKENS}},
    "qwen": {"enable_thinking": True, "thinking_budget": TOKENS},
    "anthropic": {"thinking": {"type": "enabled", "budget_tokens": TOKENS}},
    "gemini": {"extra_body": {"google": {"thinking_config": {"thinking_budget": TOKENS}}}},
    "openrouter": {"reasoning": {"max_tokens": TOKENS}},
}
LEVELS: Final = frozenset({"openai", "deepseek"})
"""APIs with levels of effort, which say nothing of tokens."""

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


def cap_of(given: str | Mapping[str, Any]) -> Mapping[str, Any]:
    """The fields of a known kind, or the user's own. Raises ValueError where there is no cap."""
    if isinstance(given, str):
        if given in LEVELS:
            raise ValueError(
                f"the API of {given} has levels of effort and no cap in tokens:"
                " leave thinking_cap out, and set a level with extra: {reasoning_effort: low}"
            )
        if given not in CAPS:
            raise ValueError(unknown("thinking_cap", given, CAPS))
        return CAPS[given]
    if not _holds_tokens(given):
        raise ValueError(f'thinking_cap {dict(given)!r} says nowhere "{TOKENS}", the number')
    return given


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


def _holds_tokens(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(map(_holds_tokens, value.values()))
    return bool(value == TOKENS)
