from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
import torch
from tiny_recipe import TINY

from reasonloom.errors import InputError
from reasonloom.nano.recipe import Recipe
from reasonloom.nano.train import Progress, _rate, load_tokenizer, train

CHILD = """
import json, sys, time
from pathlib import Path
import torch
from reasonloom.nano import train
from reasonloom.nano.recipe import Recipe

torch.set_num_threads(1)
folder, recipe, pause = sys.argv[1:]
update = train._update

def slowly(*args):
    time.sleep(float(pause))
    return update(*args)

train._update = slowly
train.train(Recipe(**json.loads(recipe)), Path(folder), compile_blocks=False)
"""
"""The real loop in a process of its own; the pause gives time to kill it between two steps."""


def start(folder: Path, recipe: Recipe, pause: float = 0.0) -> subprocess.Popen[bytes]:
    arguments = [str(folder), json.dumps(asdict(recipe)), str(pause)]
    return subprocess.Popen([sys.executable, "-c", CHILD, *arguments])


def checkpoint(folder: Path) -> dict[str, Any]:
    return dict(torch.load(folder / "checkpoint.pt", weights_only=True))


def same(one: Any, two: Any) -> bool:
    """Bit for bit, through dicts, lists and tensors."""
    if isinstance(one, torch.Tensor):
        return torch.equal(one, two) and one.dtype == two.dtype
    if isinstance(one, dict):
        return one.keys() == two.keys() and all(same(one[k], two[k]) for k in one)
    if isinstance(one, list | tuple):
        return len(one) == len(two) and all(map(same, one, two))
    return bool(one == two)


@pytest.mark.slow
def test_the_loss_falls(tmp_path: Path, one_thread: None) -> None:
    reports: list[Progress] = []
    recipe = replace(TINY, steps=60, save_every=60)
    train(recipe, tmp_path, report=reports.append, compile_blocks=False)
    assert [r.step for r in reports] == [20, 40, 60]
    assert reports[-1].loss < reports[0].loss - 0.5
    log = (tmp_path / "log.jsonl").read_text().splitlines()
    assert [json.loads(line)["step"] for line in log] == [20, 40, 60]
    assert reports[-1].tokens > reports[0].tokens > 0


@pytest.mark.slow
def test_a_killed_run_goes_on_to_bit_identical_weights(tmp_path: Path) -> None:
    recipe = replace(TINY, steps=24, save_every=6)
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    assert start(whole, recipe).wait() == 0
    child = start(killed, recipe, pause=0.1)
    while not (killed / "checkpoint.pt").exists():
        assert child.poll() is None
        time.sleep(0.01)
    wait = random.uniform(0, 1.2)
    time.sleep(wait)
    child.kill()
    assert child.wait() < 0
    stopped = checkpoint(killed)["state"]["step"]
    assert 0 < stopped < recipe.steps
    assert start(killed, recipe).wait() == 0
    assert same(checkpoint(killed), checkpoint(whole)), f"killed {wait:.2f} s after step {stopped}"


def test_a_finished_run_is_not_trained_again(tiny_run: Path) -> None:
    before = checkpoint(tiny_run)
    train(TINY, tiny_run, compile_blocks=False)
    assert before["state"]["step"] == TINY.steps
    assert same(checkpoint(tiny_run), before)


def test_the_checkpoint_counts_what_was_seen(tiny_run: Path) -> None:
    state = checkpoint(tiny_run)["state"]
    assert (state["step"], state["pool"], state["skip"]) == (12, 0, 12)
    assert TINY.steps * 512 < state["tokens"] <= TINY.steps * TINY.batch_tokens


def test_another_recipe_in_the_same_folder_is_refused(tiny_run: Path) -> None:
    with pytest.raises(InputError, match="holds a run of another recipe: choose another folder"):
        train(replace(TINY, width=64), tiny_run, compile_blocks=False)
    assert json.loads((tiny_run / "recipe.json").read_text()) == asdict(TINY)


def test_a_run_that_is_over_is_made_longer_from_before_its_rates_fell(
    tmp_path: Path, one_thread: None
) -> None:
    longer = replace(TINY, steps=20)
    once, twice = tmp_path / "once", tmp_path / "twice"
    train(longer, once, compile_blocks=False)
    train(TINY, twice, compile_blocks=False)
    train(longer, twice, compile_blocks=False)
    assert same(checkpoint(twice), checkpoint(once))
    with pytest.raises(InputError, match="another recipe"):
        train(TINY, twice, compile_blocks=False)


def test_a_tokenizer_is_learnt_once(tiny_run: Path) -> None:
    before = (tiny_run / "tokenizer.json").read_bytes()
    assert load_tokenizer(tiny_run, TINY).get_vocab_size() > 320
    assert (tiny_run / "tokenizer.json").read_bytes() == before


def test_the_learning_rate_rises_stays_and_falls_to_a_tenth() -> None:
    recipe = Recipe(steps=1_000, warm_steps=100, fall=0.4)
    assert _rate(0, recipe) == pytest.approx(0.01)
    assert _rate(99, recipe) == _rate(350, recipe) == _rate(600, recipe) == 1.0
    assert _rate(800, recipe) == pytest.approx(0.55)
    assert _rate(999, recipe) == pytest.approx(0.1, abs=0.01)
