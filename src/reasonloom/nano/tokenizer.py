"""nano's tokenizer: byte-fallback BPE with single-digit tokens, trained once and then frozen."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from reasonloom.nano.tokens import MARKERS, VOCABULARY

_SIGNS = r"▁?[=+\-|]▁?|[;:,]▁?|[^\w\s▁']"
"""Signs take the spaces around them along, which saves a fifth of all tokens."""
_BYTES = tuple(f"<0x{i:02X}>" for i in range(256))


def train_tokenizer(texts: Iterable[str]) -> Any:
    """Learn the merges from `texts`; returns a `tokenizers.Tokenizer` of at most 2,048 tokens.

    Ids 0 to 63 are the markers, the next 256 the bytes. Words carry their leading space as `▁`;
    digits and line ends stand alone.
    """
    from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, trainers

    tokenizer = Tokenizer(models.BPE(byte_fallback=True, unk_token=None))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex("\n"), "isolated"),
            pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="never"),
            pre_tokenizers.Digits(individual_digits=True),
            pre_tokenizers.Split(Regex(_SIGNS), "isolated"),
        ]
    )
    tokenizer.decoder = decoders.Sequence(
        [decoders.Replace("▁", " "), decoders.ByteFallback(), decoders.Fuse()]
    )
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY,
        special_tokens=[*MARKERS, *_BYTES],
        initial_alphabet=[*"0123456789", "▁", "\n"],
        limit_alphabet=400,
        min_frequency=3,
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return _with_markers(tokenizer, AddedToken)


def _with_markers(tokenizer: Any, added: Any) -> Any:
    """Mark only pad and end as special: other markers are part of a reply and must be shown.

    The trainer adds bytes as special tokens as well; they belong to the model, not to the text.
    """
    import json

    state = json.loads(tokenizer.to_str())
    for token in state["added_tokens"]:
        token["special"] = token["content"] in MARKERS[:2]
    state["added_tokens"] = state["added_tokens"][: len(MARKERS)]
    return type(tokenizer).from_str(json.dumps(state))
