from __future__ import annotations

import random
from functools import cache
from typing import Any

import pytest
from hypothesis import example as case
from hypothesis import given, settings
from hypothesis import strategies as st

from reasonloom.nano.examples import SKILLS, example
from reasonloom.nano.tokenizer import train_tokenizer
from reasonloom.nano.tokens import CONTEXT, END, MARKERS, PAD, RESERVED, VOCABULARY
from reasonloom.templates.library import Library

FROZEN = (
    "<|pad|> <|end|> <|q|> <|direct|> <|cot|> <|plan|> <|known|> <|goal|> <|template|> <|do|>"
    " <|work|> <|value|> <|assess|> <|revise|> <|retry|> <|answer|>"
).split()
"""Ids 0 to 15 of the first release; a change here breaks every released model."""


@cache
def tokenizer() -> Any:
    rng, library = random.Random(2), Library.load()
    return train_tokenizer(text for _ in range(1_500) for text in example(rng, library, SKILLS)[1:])


def test_the_interface_is_frozen() -> None:
    assert list(MARKERS[: len(FROZEN)]) == FROZEN
    assert MARKERS[len(FROZEN) :] == tuple(f"<|reserved_{i}|>" for i in range(16, 64))
    assert (RESERVED, VOCABULARY, CONTEXT) == (64, 2048, 4096)


def test_markers_have_the_first_sixty_four_ids() -> None:
    ids = [tokenizer().token_to_id(marker) for marker in MARKERS]
    assert ids == list(range(64))
    assert [tokenizer().token_to_id(f"<0x{i:02X}>") for i in range(256)] == list(range(64, 320))


def test_it_has_at_most_the_frozen_number_of_tokens() -> None:
    assert 320 < tokenizer().get_vocab_size() <= VOCABULARY


def test_each_digit_is_a_token_of_its_own() -> None:
    for text in ("1234567890", "84=2*36+12", "x1y22", " 77 8"):
        tokens = tokenizer().encode(text).tokens
        assert [t for t in tokens if any(c.isdigit() for c in t)] == [
            c for c in text if c.isdigit()
        ]


def test_no_token_holds_a_digit_and_something_else() -> None:
    learnt = [t for t, i in tokenizer().get_vocab().items() if i >= 320]
    assert all(len(t) == 1 for t in learnt if any(c.isdigit() for c in t))


def test_a_marker_in_a_text_is_one_token() -> None:
    ids = tokenizer().encode(f"{MARKERS[2]}gcd(12, 18){MARKERS[4]}").ids
    assert (ids[0], ids[-1]) == (2, 4)
    assert all(i >= RESERVED for i in ids[1:-1])


def test_only_pad_and_end_are_left_out_of_decoded_text() -> None:
    text = f"{PAD}a{MARKERS[10]}b{END}"
    assert tokenizer().decode(tokenizer().encode(text).ids) == f"a{MARKERS[10]}b"


@given(st.text(st.characters(exclude_categories=["Cs"])))
@case("the gcd of 12 and 18")
@case("  two  spaces  ")
@case("line\nline\n\n")
@case("👩‍👩‍👧 emoji 🎲")
@case("10을 3으로 나눈 나머지를 구하시오.")
@case("tab\tbell\x07 nul\x00 del\x7f")
@case("".join(MARKERS[2:]))
@case("<| q |> <|q|><|unknown|>")
@case("<0x41>")
@case("∫√(4 - x²) dx")
@settings(max_examples=200)
def test_any_text_comes_back_exactly(text: str) -> None:
    text = text.replace("▁", "")
    ids = tokenizer().encode(text).ids
    assert tokenizer().decode(ids, skip_special_tokens=False) == text


@pytest.mark.parametrize("text", ["a▁b"])
def test_the_sign_for_a_space_comes_back_as_a_space(text: str) -> None:
    assert tokenizer().decode(tokenizer().encode(text).ids) == "a b"


def test_training_is_repeatable() -> None:
    texts = ["let a be 12", "find a", "84 = 2*36 + 12"] * 5
    assert train_tokenizer(texts).to_str() == train_tokenizer(texts).to_str()
