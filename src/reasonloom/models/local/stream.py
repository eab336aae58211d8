"""Token ids to text, some at a time, so that no step decodes the whole reply again."""

from __future__ import annotations

from collections.abc import Callable, Sequence

Decode = Callable[[Sequence[int]], str]

CONTEXT_TOKENS = 8
"""How many tokens of the prompt stand before the reply: enough for decoders that look back."""
UNFINISHED = "\ufffd"
MOST_BYTES = 4
"""A character has at most four bytes, so a longer unfinished end is not a character."""


class TextStream:
    """The reply's text such that prompt text + reply text is the text of all tokens together.

    So a space between the prompt's last word and the reply's first stays. Characters whose bytes
    are spread over several tokens come out when they are complete.
    """

    def __init__(self, decode: Decode, prompt: Sequence[int]) -> None:
        self._decode = decode
        self._ids = list(prompt[-CONTEXT_TOKENS:])
        self._given = decode(self._ids).rstrip(UNFINISHED)
        self._settled = len(self._ids)

    def push(self, ids: Sequence[int]) -> str:
        """Take the next tokens, return the text that is complete with them."""
        self._ids += ids
        text = self._decode(self._ids)
        unfinished = text.endswith(UNFINISHED) and len(self._ids) - self._settled < MOST_BYTES
        return "" if unfinished or len(text) <= len(self._given) else self._settle(text)

    def end(self) -> str:
        """What is left: bytes of a character that never became complete, as U+FFFD."""
        return self._decode(self._ids)[len(self._given) :]

    def _settle(self, text: str) -> str:
        new = text[len(self._given) :]
        self._ids = self._ids[self._settled :]
        self._settled = len(self._ids)
        self._given = self._decode(self._ids)
        return new
