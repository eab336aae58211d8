"""A prompt as rows hold it: text for models that take text, else chat messages."""

from __future__ import annotations

from reasonloom.models.protocol import Choice, Profile, Prompt, Request

Told = str | list[dict[str, str]]


def told(prompt: Prompt | Request) -> Told:
    """The prompt without a prefix; that belongs to the completion."""
    if prompt.messages is None:
        return prompt.text or ""
    return [{"role": m.role, "content": m.content} for m in prompt.messages]


def reply(text: str, prompt: Prompt | Request) -> Told:
    """A completion in the form of its prompt."""
    if prompt.messages is None:
        return text
    return [{"role": "assistant", "content": text}]


def thought(text: str, reasoning: str) -> str:
    """A reply with its thinking put back between the usual delimiters (`Profile.think`)."""
    opening, closing = Profile().think or ("", "")
    return f"{opening}\n{reasoning.strip()}\n{closing}\n\n{text}" if reasoning.strip() else text


def whole(choice: Choice) -> str:
    """All that a model wrote in a reply."""
    return thought(choice.text, choice.reasoning)
