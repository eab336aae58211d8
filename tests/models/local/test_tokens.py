from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from reasonloom.models.local.folder import find
from reasonloom.models.local.tokens import (
    FastTokenizer,
    SlowTokenizer,
    end_ids,
    load_tokenizer,
    opens_thinking,
)
from reasonloom.models.protocol import messages

TEXTS = ["let a be 120.", "<|q|>정답 42<|plan|> let", "", " two  spaces\n\nand é", "<0x41>"]


@pytest.mark.parametrize("text", TEXTS)
def test_ids_and_texts_are_those_of_transformers(
    llama_folder: Path, reference_tokenizer: Any, text: str
) -> None:
    tokenizer = FastTokenizer(llama_folder)
    ids = reference_tokenizer(text).input_ids
    assert tokenizer.encode(text, add_special=True) == ids
    for keep in (True, False):
        wanted = reference_tokenizer.decode(ids, skip_special_tokens=not keep)
        assert tokenizer.decode(ids, keep_special=keep) == wanted


@pytest.mark.parametrize("text", TEXTS)
def test_both_tokenizers_agree(llama_folder: Path, text: str) -> None:
    fast, slow = FastTokenizer(llama_folder), SlowTokenizer(llama_folder)
    ids = fast.encode(text, add_special=False)
    assert slow.encode(text, add_special=False) == ids
    assert slow.decode(ids) == fast.decode(ids)
    assert slow.special_id("<|plan|>") == fast.special_id("<|plan|>") == 1
    assert slow.special_id("let") is fast.special_id("let") is None
    turns = messages(("user", text))
    assert slow.chat(turns) == fast.chat(turns)
    assert slow.template == fast.template


def test_a_folder_with_tokenizer_json_needs_no_transformers(llama_folder: Path) -> None:
    assert isinstance(load_tokenizer(find(llama_folder)), FastTokenizer)


def test_every_file_that_names_an_ending_id_counts(llama_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "ends"
    shutil.copytree(llama_folder, folder)
    (folder / "generation_config.json").write_text(json.dumps({"eos_token_id": [7, 9]}))
    found = find(folder)
    assert end_ids(found, load_tokenizer(found)) == {2, 7, 9}


@pytest.mark.parametrize(
    ("template", "opens"),
    [
        ("{{ messages[0].content }}<think>\n", True),
        ("{{ messages[0].content }}<think>\n\n</think>\n", False),
        ("{{ messages[0].content }}", False),
    ],
)
def test_a_template_that_ends_inside_the_thinking_is_seen(
    llama_folder: Path, tmp_path: Path, template: str, opens: bool
) -> None:
    folder = tmp_path / "think"
    shutil.copytree(llama_folder, folder)
    (folder / "chat_template.jinja").write_text(template)
    assert opens_thinking(FastTokenizer(folder), "<think>") is opens
