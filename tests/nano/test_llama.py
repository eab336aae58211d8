from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from reasonloom.nano.llama import FUSED, Llama, Shape

SHAPE = Shape(vocabulary=50, width=32, layers=2, heads=2, kv_heads=2, inner=48)
SHARED = replace(SHAPE, kv_heads=1)


@pytest.fixture(params=[SHAPE, SHARED], ids=["own keys", "shared keys"])
def llama(request: pytest.FixtureRequest, one_thread: None) -> Llama:
    torch.manual_seed(1)
    return Llama(request.param, 2 * FUSED)


def logits(llama: Llama, ids: Tensor, where: Tensor) -> Tensor:
    """As training calls it: matrices multiply in bfloat16."""
    with torch.autocast("cpu", dtype=torch.bfloat16):
        return llama(ids, where)  # type: ignore[no-any-return]


def test_logits_are_given_where_they_are_asked_for(llama: Llama) -> None:
    ids = torch.randint(50, (3, 20))
    every = logits(llama, ids, torch.arange(60))
    some = torch.tensor([0, 19, 41])
    assert every.shape == (60, 50) and every.dtype == torch.float32
    torch.testing.assert_close(logits(llama, ids, some), every[some], atol=0.01, rtol=0.01)


def test_no_position_sees_what_comes_after_it(llama: Llama) -> None:
    ids = torch.randint(50, (1, 20))
    changed = ids.clone()
    changed[0, 12:] = (changed[0, 12:] + 1) % 50
    before, after = (logits(llama, x, torch.arange(20)).detach() for x in (ids, changed))
    torch.testing.assert_close(before[:12], after[:12], atol=0.002, rtol=0)
    assert float((before[12:] - after[12:]).abs().max()) > 0.02


def test_every_weight_learns(llama: Llama) -> None:
    logits(llama, torch.randint(50, (2, 16)), torch.arange(32)).logsumexp(-1).sum().backward()  # type: ignore[no-untyped-call]
    for name, weight in llama.named_parameters():
        assert weight.grad is not None and weight.grad.abs().sum() > 0, name


def test_long_rows_are_computed_like_short_ones(llama: Llama) -> None:
    ids = torch.randint(50, (1, FUSED))
    start = torch.arange(FUSED - 1)
    long, short = logits(llama, ids, start), logits(llama, ids[:, :-1], start)
    torch.testing.assert_close(long, short, atol=0.01, rtol=0.01)
