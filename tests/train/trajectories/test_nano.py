"""The shipped model plans, follows and is scored."""

from __future__ import annotations

from pathlib import Path

import pytest

from reasonloom.strategies.dialects import DIALECTS
from reasonloom.strategies.dialects.base import Outside, Unreadable
from reasonloom.train.rows import PREFERENCE, read_rows
from reasonloom.train.trajectories import Settings, make_pairs, sources


@pytest.mark.slow
async def test_nano_makes_pairs_that_it_can_read(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    found = sources(["world:composite(depth=2)"], limit=4)
    settings = Settings(k=4, m=2, margin=0.3)
    rows, report = await make_pairs(found, tmp_path, settings, model="nano")
    assert report.problems == 4
    assert report.rollouts == 3 * report.distinct * 4
    assert 0 < report.best.mean <= 1
    assert rows == (read_rows(tmp_path / "pairs.jsonl", PREFERENCE) if rows else [])
    for row in rows:
        assert row["prompt"].endswith("<|plan|>")
        assert row["from"]["reward_chosen"] > row["from"]["reward_rejected"]
        for side in ("chosen", "rejected"):
            compact = DIALECTS["compact"]
            read = compact.plan("q", ()).parse(row[side])
            assert not isinstance(read, Unreadable | Outside)
            assert compact.plan_text(read) == row[side]
    assert (await make_pairs(found, tmp_path, settings, model="nano"))[1] == report
