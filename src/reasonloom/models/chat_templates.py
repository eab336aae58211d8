"""Conversations as raw text, for endpoints that continue text but not a half-said reply.

Only the plain turn structure of well-known families is here. The beginning-of-text token is left
out: servers add it to raw completions themselves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reasonloom.errors import InputError
from reasonloom.models.protocol import Message

SLOT = "{content}"


@dataclass(frozen=True, slots=True)
class ChatTemplate:
    """One pattern a role, each with {content} in it; `system` None joins it to the first user turn.

    What stands before {content} in `assistant` is what the model writes after.
    """

    user: str
    assistant: str
    system: str | None = None

    def __post_init__(self) -> None:
        for role in ("user", "assistant", "system"):
            pattern = getattr(self, role)
            if pattern is not None and pattern.count(SLOT) != 1:
                raise InputError(
                    f"the chat template's {role} pattern {pattern!r} must hold {SLOT} once"
                )

    def render(self, messages: Sequence[Message], prefix: str = "") -> str:
        """The whole conversation, ending where the assistant goes on after `prefix`."""
        turns: list[tuple[str, str]] = [(m.role, m.content) for m in messages]
        if self.system is None:
            turns = _fold_system(turns)
        text = "".join(self._pattern(role).replace(SLOT, content) for role, content in turns)
        return text + self.assistant.split(SLOT)[0] + prefix

    def _pattern(self, role: str) -> str:
        pattern: str = getattr(self, role)
        return pattern


def _fold_system(turns: list[tuple[str, str]]) -> list[tuple[str, str]]:
    system = "\n\n".join(content for role, content in turns if role == "system")
    rest = [(role, content) for role, content in turns if role != "system"]
    if system and rest:
        rest[0] = (rest[0][0], f"{system}\n\n{rest[0][1]}")
    return rest or [("user", system)]


def _same_shape(before: str, after: str, assistant: str = "assistant") -> ChatTemplate:
    def pattern(role: str) -> str:
        return before.format(role=role) + SLOT + after

    return ChatTemplate(pattern("user"), pattern(assistant), pattern("system"))


CHATML = _same_shape("<|im_start|>{role}\n", "<|im_end|>\n")
LLAMA3 = _same_shape("<|start_header_id|>{role}<|end_header_id|>\n\n", "<|eot_id|>")
PHI4 = _same_shape("<|im_start|>{role}<|im_sep|>", "<|im_end|>")
GEMMA = ChatTemplate(
    "<start_of_turn>user\n{content}<end_of_turn>\n",
    "<start_of_turn>model\n{content}<end_of_turn>\n",
)
MISTRAL = ChatTemplate("[INST]{content}[/INST]", "{content}</s>")
DEEPSEEK = ChatTemplate(
    "<｜User｜>{content}", "<｜Assistant｜>{content}<｜end▁of▁sentence｜>", "{content}"
)

TEMPLATES: Mapping[str, ChatTemplate] = {
    "chatml": CHATML,
    "llama3": LLAMA3,
    "phi4": PHI4,
    "gemma": GEMMA,
    "mistral": MISTRAL,
    "deepseek": DEEPSEEK,
}
