from __future__ import annotations

import itertools
import random
from pathlib import Path
from typing import Any

import pytest
import torch
from tokenizers import Tokenizer

from reasonloom.nano.batches import WIDTHS, Batch, Batches
from reasonloom.nano.examples import SKILLS, example
from reasonloom.nano.tokens import CONTEXT, END, PAD
from reasonloom.seeds import derive
from reasonloom.templates.library import Library

POOL, TOKENS = 150, 2_048


@pytest.fixture(scope="module")
def tokenizer(tiny_run: Path) -> Any:
    return Tokenizer.from_file(str(tiny_run / "tokenizer.json"))


@pytest.fixture(scope="module")
def batches(tokenizer: Any) -> Batches:
    return Batches(tokenizer, Library.load(), seed=3, tokens=TOKENS, pool=POOL, skills=SKILLS)


def replies_of(batch: Batch) -> list[tuple[list[int], list[int]]]:
    """For each row its prompt and what is learnt from it, by `where` and `targets`."""
    width = batch.ids.shape[1]
    rows: list[tuple[list[int], list[int]]] = []
    for r, row in enumerate(batch.ids.tolist()):
        mine = (batch.where >= r * width) & (batch.where < (r + 1) * width)
        start = int(batch.where[mine][0]) - r * width + 1
        rows.append((row[:start], batch.targets[mine].tolist()))
    return rows


def test_just_the_tokens_of_replies_are_learnt(batches: Batches, tokenizer: Any) -> None:
    rng = random.Random(derive(3, "pool", 0))
    made = [example(rng, batches.library, SKILLS) for _ in range(POOL)]
    pairs = {(e.prompt, e.reply + END) for e in made}
    seen = 0
    for batch in batches.of_pool(0):
        for prompt, reply in replies_of(batch):
            shown = tuple(tokenizer.decode(i, skip_special_tokens=False) for i in (prompt, reply))
            assert shown in pairs
            seen += 1
    assert seen > POOL / 2


def test_each_position_predicts_the_token_after_it(batches: Batches) -> None:
    for batch in batches.of_pool(1):
        assert torch.equal(batch.ids.flatten()[batch.where + 1], batch.targets)


def test_what_follows_a_reply_is_padding(batches: Batches, tokenizer: Any) -> None:
    pad, end = tokenizer.token_to_id(PAD), tokenizer.token_to_id(END)
    for batch in batches.of_pool(0):
        for row, (prompt, reply) in zip(batch.ids.tolist(), replies_of(batch), strict=True):
            assert reply[-1] == end
            assert set(row[len(prompt) + len(reply) :]) <= {pad}


def test_rows_have_few_widths_and_fill_the_wanted_number_of_tokens(batches: Batches) -> None:
    for batch in batches.of_pool(0):
        rows, width = batch.ids.shape
        assert width in WIDTHS and rows == max(1, TOKENS // width)
    assert WIDTHS[-1] < CONTEXT


def test_a_pool_depends_on_its_number_alone(batches: Batches, tokenizer: Any) -> None:
    again = Batches(tokenizer, batches.library, seed=3, tokens=TOKENS, pool=POOL, skills=SKILLS)
    for one, two in zip(batches.of_pool(2), again.of_pool(2), strict=True):
        assert all(torch.equal(a, b) for a, b in zip(one, two, strict=True))
    other = again.of_pool(3)[0]
    assert not torch.equal(other.targets, batches.of_pool(2)[0].targets)


def test_a_stream_can_begin_at_any_pool(batches: Batches) -> None:
    many = len(batches.of_pool(5))
    numbers = [n for n, _ in itertools.islice(batches.from_pool(5), many + 1)]
    assert numbers == [5] * many + [6]


def test_processes_make_the_same_stream(batches: Batches) -> None:
    alone = itertools.islice(batches.from_pool(0), 40)
    shared = itertools.islice(batches.from_pool(0, workers=2), 40)
    for (n, one), (m, two) in zip(alone, shared, strict=True):
        assert n == m and all(torch.equal(a, b) for a, b in zip(one, two, strict=True))
