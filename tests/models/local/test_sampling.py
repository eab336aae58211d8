from __future__ import annotations

from collections import Counter

import pytest
import torch
from transformers import TopKLogitsWarper, TopPLogitsWarper

from reasonloom.models.local.sampling import Draw, pick, waits


def grid(draws: list[Draw], size: int) -> torch.Tensor:
    """The noise of every column for every draw."""
    rows, columns = torch.ones(len(draws), size).nonzero(as_tuple=True)
    return waits(draws, rows, columns).view(len(draws), size)


def test_temperature_zero_takes_the_likeliest_token() -> None:
    logits = torch.tensor([[0.0, 3.0, 1.0], [2.0, 0.0, 1.0]])
    assert pick(logits, [Draw(), Draw(seed=9)]) == [1, 0]


def test_the_noise_is_a_function_of_seed_step_and_column() -> None:
    draws = [Draw(1.0, seed=seed, step=step) for seed in (0, 1, 2**63 - 1) for step in range(99)]
    noise = grid(draws, 50)
    assert torch.equal(noise[7:9], grid(draws[7:9], 50))
    assert torch.equal(noise[:, :20], grid(draws, 20))
    assert len(noise.unique()) > 0.999 * noise.numel()


def test_the_noise_is_exponential_and_uncorrelated() -> None:
    draws = [Draw(1.0, seed=seed, step=step) for seed in range(40) for step in range(40)]
    noise = grid(draws, 64).double()
    shares = 1 - (-noise).exp()
    counts = torch.histc(shares, 100, 0, 1)
    expected = noise.numel() / 100
    assert ((counts - expected) ** 2 / expected).sum() < 160  # 99 degrees of freedom, p < 0.0001
    for shifted in (shares[1:], shares[40:], shares[:, 1:]):
        part = shares[: shifted.shape[0], : shifted.shape[1]]
        pair = torch.stack((part.flatten(), shifted.flatten()))
        assert torch.corrcoef(pair)[0, 1].abs() < 5 * pair.shape[1] ** -0.5


def test_draws_follow_the_softmax() -> None:
    logits = torch.tensor([[0.0, 1.0, 2.0, -1.0]])
    wanted = (logits[0] / 0.7).softmax(-1)
    count = 8_000
    found = Counter(pick(logits.expand(count, -1), [Draw(0.7, seed=i) for i in range(count)]))
    for token, share in enumerate(wanted.tolist()):
        error = (share * (1 - share) / count) ** 0.5
        assert abs(found[token] / count - share) < 4 * error


def test_a_row_draws_the_same_in_any_company() -> None:
    torch.manual_seed(0)
    logits = torch.randn(6, 50)
    draws = [
        Draw(1.0, seed=1),
        Draw(),
        Draw(0.5, top_k=5, seed=2),
        Draw(1.3, top_p=0.6, seed=3, step=7),
        Draw(2.0, top_k=9, top_p=0.9, seed=4),
        Draw(1.0, seed=5),
    ]
    together = pick(logits, draws)
    assert together == [pick(logits[i : i + 1], [draw])[0] for i, draw in enumerate(draws)]
    order = [3, 1, 5, 0, 4, 2]
    assert pick(logits[order], [draws[i] for i in order]) == [together[i] for i in order]


@pytest.mark.parametrize(("top_k", "top_p"), [(3, 1.0), (0, 0.5), (8, 0.7), (1, 1.0), (0, 1e-9)])
def test_top_k_and_top_p_leave_the_tokens_that_transformers_leaves(
    top_k: int, top_p: float
) -> None:
    torch.manual_seed(2)
    logits = torch.randn(1, 20)
    kept = logits
    if top_k:
        kept = TopKLogitsWarper(top_k)(torch.zeros(1, 1), kept)
    if top_p < 1:
        kept = TopPLogitsWarper(top_p)(torch.zeros(1, 1), kept)
    allowed = {i for i, value in enumerate(kept[0].tolist()) if value > float("-inf")}
    count = 20_000
    draws = [Draw(1.0, top_k, top_p, seed=i) for i in range(count)]
    found = Counter(pick(logits.expand(count, -1), draws))
    assert set(found) <= allowed
    likely = {i for i in allowed if kept.softmax(-1)[0, i] > 0.001}
    assert likely <= set(found)
