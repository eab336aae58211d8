"""Text to token ids and back, by the `tokenizers` library where tokenizer.json is there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol

from reasonloom.errors import BadRequest, InputError
from reasonloom.models.local.chat import Render, compile_template, template_source
from reasonloom.models.local.folder import Folder, read_json
from reasonloom.models.protocol import Message

SPECIAL = ("bos_token", "eos_token", "unk_token", "pad_token", "sep_token", "cls_token")


class Tokenizer(Protocol):
    @property
    def template(self) -> str | None:
        """The chat template's source; None for a model that takes raw text alone."""

    def encode(self, text: str, *, add_special: bool) -> list[int]:
        """Ids of a text, special tokens written in it parsed; `add_special` adds bos and such."""

    def decode(self, ids: Sequence[int], *, keep_special: bool = False) -> str: ...

    def special_id(self, text: str) -> int | None:
        """The id of a special token written exactly so."""

    def chat(self, messages: Sequence[Message]) -> str:
        """The prompt text. Raises BadRequest where there is no template or it refuses."""


class FastTokenizer:
    """tokenizer.json and the chat template beside it, with no transformers import."""

    def __init__(self, folder: Path) -> None:
        import tokenizers

        self._inner = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._inner.no_truncation()
        self._inner.no_padding()
        self._config = read_json(folder / "tokenizer_config.json")
        self._legacy = read_json(folder / "special_tokens_map.json")
        self.template = template_source(folder)
        added = self._inner.get_added_tokens_decoder()
        self._special = {token.content: id_ for id_, token in added.items() if token.special}

    def encode(self, text: str, *, add_special: bool) -> list[int]:
        ids: list[int] = self._inner.encode(text, add_special_tokens=add_special).ids
        return ids

    def decode(self, ids: Sequence[int], *, keep_special: bool = False) -> str:
        text: str = self._inner.decode(ids, skip_special_tokens=not keep_special)
        return text

    def special_id(self, text: str) -> int | None:
        return self._special.get(text)

    def chat(self, messages: Sequence[Message]) -> str:
        return self._render(messages)

    @cached_property
    def _render(self) -> Render:
        if self.template is None:
            raise BadRequest(NO_TEMPLATE)
        return compile_template(self.template, self.names)

    @cached_property
    def names(self) -> Mapping[str, str]:
        """The special tokens by the names that chat templates know (`bos_token`, ...)."""
        found = {name: _content(self._config.get(name, self._legacy.get(name))) for name in SPECIAL}
        return {name: text for name, text in found.items() if text is not None}


class SlowTokenizer:
    """Any tokenizer that transformers can load (SentencePiece models without tokenizer.json)."""

    def __init__(self, folder: Path) -> None:
        from transformers import AutoTokenizer

        try:
            self._inner = AutoTokenizer.from_pretrained(str(folder))
        except (OSError, ValueError, ImportError) as failure:
            raise InputError(f"cannot read the tokenizer in {folder}: {failure}") from failure
        added = self._inner.added_tokens_decoder
        self._special = {token.content: id_ for id_, token in added.items() if token.special}

    @property
    def template(self) -> str | None:
        source = self._inner.chat_template
        return str(source) if source else None

    def encode(self, text: str, *, add_special: bool) -> list[int]:
        ids: list[int] = self._inner.encode(text, add_special_tokens=add_special)
        return ids

    def decode(self, ids: Sequence[int], *, keep_special: bool = False) -> str:
        text: str = self._inner.decode(
            list(ids), skip_special_tokens=not keep_special, clean_up_tokenization_spaces=False
        )
        return text

    def special_id(self, text: str) -> int | None:
        return self._special.get(text)

    def chat(self, messages: Sequence[Message]) -> str:
        if self.template is None:
            raise BadRequest(NO_TEMPLATE)
        turns = [{"role": m.role, "content": m.content} for m in messages]
        text: str = self._inner.apply_chat_template(
            turns, tokenize=False, add_generation_prompt=True
        )
        return text


NO_TEMPLATE = (
    "this model has no chat template, so it takes raw text and no messages: "
    "send text, or put a chat_template.jinja into its folder"
)


def load_tokenizer(folder: Folder) -> Tokenizer:
    if (folder.path / "tokenizer.json").is_file():
        return FastTokenizer(folder.path)
    return SlowTokenizer(folder.path)


def opens_thinking(tokenizer: Tokenizer, opener: str) -> bool:
    """Whether the chat template itself ends with the thinking delimiter."""
    if opener not in (tokenizer.template or ""):
        return False
    return tokenizer.chat((Message("user", "?"),)).rstrip().endswith(opener)


def end_ids(folder: Folder, tokenizer: Tokenizer) -> frozenset[int]:
    """Every id that ends a reply: generation_config.json, config.json and the tokenizer's eos."""
    sources = (read_json(folder.path / "generation_config.json"), folder.config)
    found = {int(i) for source in sources for i in _ids(source.get("eos_token_id"))}
    eos = _content(read_json(folder.path / "tokenizer_config.json").get("eos_token"))
    id_ = tokenizer.special_id(eos) if eos else None
    return frozenset(found if id_ is None else found | {id_})


def _ids(value: Any) -> Iterable[int]:
    if isinstance(value, int):
        return (value,)
    return value if isinstance(value, list) else ()


def _content(value: Any) -> str | None:
    """A token is written as a string or as an object with its flags."""
    if isinstance(value, Mapping):
        value = value.get("content")
    return value if isinstance(value, str) else None
