from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from tiny_recipe import TINY

from reasonloom.errors import InputError
from reasonloom.nano.batches import Batch
from reasonloom.nano.team import Member
from reasonloom.nano.train import train


def weights(folder: Path) -> dict[str, torch.Tensor]:
    return dict(torch.load(folder / "checkpoint.pt", weights_only=True)["model"])


def test_members_share_the_rows_and_what_is_learnt_from_them() -> None:
    ids = torch.arange(5 * 8).view(5, 8)
    where = torch.tensor([1, 2, 9, 17, 18, 30, 39])
    whole = Batch(ids, where, ids.flatten()[where])
    shares = [Member(n, 2).share(whole) for n in range(2)]
    assert [s.ids.shape[0] for s in shares] == [3, 2]
    for share in shares:
        assert torch.equal(share.ids.flatten()[share.where], share.targets)
    learnt = torch.cat([s.targets for s in shares]).sort().values
    assert torch.equal(learnt, whole.targets)
    assert Member().share(whole) is whole


def test_a_batch_too_small_to_share_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="processes=3: a batch has 0 of the longest rows"):
        train(TINY, tmp_path, processes=3)


@pytest.mark.slow
def test_two_processes_learn_what_one_does(tmp_path: Path, one_thread: None) -> None:
    recipe = replace(TINY, steps=6, save_every=6, batch_tokens=2_560)
    alone, team = tmp_path / "alone", tmp_path / "team"
    train(recipe, alone, compile_blocks=False)
    train(recipe, team, compile_blocks=False, processes=2)
    one, two = weights(alone), weights(team)
    for name in one:
        torch.testing.assert_close(two[name], one[name], atol=2e-3, rtol=2e-2)
