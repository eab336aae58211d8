"""How an endpoint is asked to cap thinking natively: body fields, with "{tokens}" for the number.

The names and places are those that the servers document. A server that does not know a field
mostly takes it and ignores it, so whoever sends one must look at what came back.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from reasonloom.spec import unknown
from reasonloom.thinking import TOKENS

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


def _holds_tokens(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(map(_holds_tokens, value.values()))
    return bool(value == TOKENS)
