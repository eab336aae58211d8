"""nano's marker tokens: part of its frozen interface."""

from __future__ import annotations

PAD, END = "<|pad|>", "<|end|>"
_USED = (
    PAD,
    END,
    *(
        f"<|{name}|>"
        for name in (
            "q direct cot plan known goal template do work value assess revise retry answer"
        ).split()
    ),
)
RESERVED = 64
MARKERS: tuple[str, ...] = (*_USED, *(f"<|reserved_{i}|>" for i in range(len(_USED), RESERVED)))
"""64 tokens with fixed ids 0 to 63; those without a use yet wait for later skills."""

CHAT_TEMPLATE = (
    "{% for message in messages %}{% if message.role == 'user' %}<|q|>{{ message.content }}"
    "{% elif message.role == 'assistant' %}<|cot|>{{ message.content }}<|end|>{% endif %}"
    "{% endfor %}{% if add_generation_prompt %}<|cot|>{% endif %}"
)
"""A chat with nano is a chain of thought on each user message; system messages are not for it."""
CONTEXT = 4096
VOCABULARY = 2048
