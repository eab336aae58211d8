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
        self._ids, self._given = _context(decode, prompt)
        self._settled = len(self._ids)

    def push(self, ids: Sequence[int]) -> str:
        """Take the next tokens, return the text that is complete with them."""
        self._ids += ids
        text = self._decode(self._ids)
        unfinished = text.endswith(UNFINISHED) and len(self._ids) - self._settled < MOST_BYTES
        if unfinished or text == self._given:
            return ""
        new = self._after(text)
        self._ids = self._ids[self._settled :]
        self._settled, self._given = len(self._ids), self._decode(self._ids)
        return new

    def end(self) -> str:
        """What is left: bytes of a character that never became complete, as U+FFFD."""
        return self._after(self._decode(self._ids))

    def _after(self, text: str) -> str:
        """`text` without what was given. Bytes that fit nowhere can undo the text before them too:
        then the new tokens stand for themselves."""
        if text.startswith(self._given):
            return text[len(self._given) :]
        return self._decode(self._ids[self._settled :])


def _context(decode: Decode, prompt: Sequence[int]) -> tuple[list[int], str]:
    """The prompt's last tokens from the beginning of a character on, and their complete text."""
    size = CONTEXT_TOKENS
    while size < len(prompt) and decode(prompt[-size:]).startswith(UNFINISHED):
        size *= 2
    ids = list(prompt[-size:])
    whole = (decode(ids[: len(ids) - cut]) for cut in range(MOST_BYTES))
    return ids, next((text for text in whole if not text.endswith(UNFINISHED)), decode(ids))
