"""Whether a response is one block of thinking and then an answer."""

from __future__ import annotations

from collections.abc import Sequence

from reasonloom.train.rewards.inputs import token_ids

Piece = str | Sequence[int]


def think_format_reward(
    response: Piece, opening: Piece = "<think>", closing: Piece = "</think>", opened: bool = False
) -> float:
    """1 for `opening` thinking `closing` answer with each delimiter once, else 0.

    Works on text or on token ids (response and delimiters alike); ids are the safer kind, since
    decoding may drop delimiters that are special tokens. Leave out the end token. Thinking and
    answer must both hold something; of text, something besides white space (our choice: an empty
    block would collect the reward). `opened` says that the prompt ends with `opening`, so the
    response must not repeat it.

    Raises ValueError for text mixed with ids and for an empty delimiter.
    """
    kinds = {isinstance(piece, str) for piece in (response, opening, closing)}
    if len(kinds) > 1:
        raise ValueError("response and delimiters must all be text or all be token ids")
    (is_text,) = kinds
    said, begin, end = (_characters(piece) for piece in (response, opening, closing))
    if not begin or not end:
        raise ValueError("an empty delimiter delimits nothing: name the opening and the closing")
    if not opened:
        said = said.lstrip() if is_text else said
        if not said.startswith(begin):
            return 0.0
        said = said[len(begin) :]
    thinking, _, answer = said.partition(end)
    alone = begin not in said and end not in answer
    full = all(part.strip() if is_text else part for part in (thinking, answer))
    return float(alone and full)


def _characters(piece: Piece) -> str:
    """Ids as one character each, so that one search serves both kinds."""
    if isinstance(piece, str):
        return piece
    return "".join(map(chr, token_ids(piece).tolist()))
