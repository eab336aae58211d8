from __future__ import annotations

import json
from pathlib import Path

import pytest

pytest.importorskip("trl")

from tests.train.tiny import pairs, sums, tiny_model

from reasonloom.errors import InputError, StoreError, TrainingError
from reasonloom.models.local import LocalModel
from reasonloom.train.dpo import train_dpo
from reasonloom.train.recipe import DPO, SFT
from reasonloom.train.rows import Row
from reasonloom.train.sft import train_sft

FAST = {"batch": 8, "rows_at_once": 4, "threads": 1, "warmup": 0.0}


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    return f"local:{tiny_model(tmp_path_factory.mktemp('tiny'))}"


def lines(folder: Path) -> list[dict[str, float]]:
    return [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]


def test_the_loss_falls_the_log_tells_it_and_the_model_opens_as_it_came(
    tmp_path: Path, model: str
) -> None:
    recipe = SFT(model=model, steps=12, learning_rate=1e-2, save_every=6, **FAST)
    seen = []
    out = train_sft(sums(64), recipe, tmp_path, seen.append)
    losses = [line["loss"] for line in lines(tmp_path) if "loss" in line]
    assert len(losses) == 12 and losses[-1] < losses[0] - 0.5
    assert (seen[-1].step, seen[-1].steps) == (12, 12)
    assert json.loads((tmp_path / "lengths.json").read_text())["rows"] == 64
    opened = LocalModel.open(out)
    assert opened.profile.dialect == "compact"


def test_only_the_completion_is_learnt(tmp_path: Path, model: str) -> None:
    def first(name: str, rows: list[Row]) -> float:
        recipe = SFT(model=model, steps=1, **FAST)
        train_sft(rows, recipe, tmp_path / name)
        return lines(tmp_path / name)[0]["num_tokens"]

    longer = [row | {"prompt": "<|q|>x " + row["prompt"]} for row in sums(8)]
    assert first("a", sums(8)) < first("b", longer)
    with pytest.raises(InputError, match="no row fits"):
        train_sft(sums(8), SFT(model=model, max_tokens=3, **FAST), tmp_path / "c")


def test_the_checkpoint_with_the_lowest_held_out_loss_is_kept(tmp_path: Path, model: str) -> None:
    recipe = SFT(
        model=model,
        steps=9,
        learning_rate=0.1,
        save_every=3,
        keep=9,
        hold_out=0.3,
        select="hold_out",
        schedule="constant",
        **FAST,
    )
    train_sft(sums(64), recipe, tmp_path)
    held = {line["step"]: line["eval_loss"] for line in lines(tmp_path) if "eval_loss" in line}
    assert set(held) == {3, 6, 9}
    best = min(held, key=lambda step: held[int(step)])
    last = json.loads(
        (tmp_path / "checkpoints" / "checkpoint-9" / "trainer_state.json").read_text()
    )
    assert last["best_model_checkpoint"].endswith(f"-{best}")


def test_a_loss_that_is_not_finite_ends_the_run_and_says_when(tmp_path: Path, model: str) -> None:
    recipe = SFT(model=model, steps=40, learning_rate=1e30, schedule="constant", clip=1e9, **FAST)
    with pytest.raises(TrainingError, match="at update"):
        train_sft(sums(64), recipe, tmp_path)


def test_another_tokenizer_and_other_rows_are_another_run(tmp_path: Path, model: str) -> None:
    recipe = SFT(model=model, steps=1, **FAST)
    train_sft(sums(8), recipe, tmp_path / "run")
    with pytest.raises(InputError, match="its rows differ"):
        train_sft(sums(16), recipe, tmp_path / "run")
    small = tiny_model(tmp_path / "small", vocabulary=512)
    with pytest.raises(InputError, match="is of another tokenizer: it has 512 embeddings"):
        train_sft(sums(8), SFT(model=f"local:{small}", **FAST), tmp_path / "other")


def test_a_batch_that_does_not_split_is_refused(tmp_path: Path, model: str) -> None:
    with pytest.raises(InputError, match="batch 10 does not split"):
        train_sft(sums(16), SFT(model=model, batch=10, rows_at_once=4), tmp_path)


def test_packing_is_refused_where_rows_would_see_each_other(tmp_path: Path, model: str) -> None:
    with pytest.raises(InputError, match="would let rows see each other"):
        train_sft(sums(16), SFT(model=model, packing=True, **FAST), tmp_path)


def test_an_endpoint_cannot_be_trained(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="take nano, local:PATH"):
        train_sft(sums(8), SFT(model="openai:x@http://localhost:1/v1", **FAST), tmp_path)


def test_preferences_widen_the_margin_and_adapters_are_merged(tmp_path: Path, model: str) -> None:
    whole = DPO(model=model, steps=8, learning_rate=1e-2, hold_out=0.2, save_every=4, **FAST)
    train_dpo(pairs(64), whole, tmp_path / "whole")
    margins = [x["rewards/margins"] for x in lines(tmp_path / "whole") if "rewards/margins" in x]
    assert margins[-1] > margins[0] + 0.1
    light = DPO(model=model, steps=2, lora={"rank": 2}, sft=0.1, **FAST)
    out = train_dpo(pairs(16), light, tmp_path / "light")
    assert "model.safetensors" in {path.name for path in out.iterdir()}
    assert not list(out.glob("adapter*"))


def test_a_disk_that_refuses_leaves_the_checkpoint_before(
    tmp_path: Path, model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import resource

    recipe = SFT(model=model, steps=6, save_every=2, **FAST)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)

    def refuse(progress: object) -> None:
        if (tmp_path / "checkpoints" / "checkpoint-2" / "whole").exists():
            resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, before[1]))

    try:
        with pytest.raises(StoreError, match="checkpoint-2 stands: make room"):
            train_sft(sums(64), recipe, tmp_path, refuse)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    train_sft(sums(64), recipe, tmp_path)
    assert [line["step"] for line in lines(tmp_path)] == [1, 2, 3, 4, 5, 6]
