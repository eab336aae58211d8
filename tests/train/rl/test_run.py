from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("trl")

import torch
from safetensors.torch import load_file
from tests.train.tiny import rows_file, tiny_model

from reasonloom.data.load import load
from reasonloom.errors import InputError, TrainingError
from reasonloom.train.learner import load_learner
from reasonloom.train.recipe import Lora, load_recipe
from reasonloom.train.rl.problem_rows import problem_rows
from reasonloom.train.rl.recipe import RL
from reasonloom.train.rl.reward_specs import Channel
from reasonloom.train.rl.run import reader_of, train_rl
from reasonloom.train.rows import RL as COLUMNS
from reasonloom.train.rows import Row, read_rows

FAST = {"prompts": 2, "samples": 2, "batch": 4, "rows_at_once": 4, "cap": 24, "threads": 1}
COSINE = "cosine(right=[2, 1], wrong=[-10, 0], exceed=-10)"
REPETITION = "repetition(n=2, penalty=-0.05, gamma=0.99)"


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    return f"local:{tiny_model(tmp_path_factory.mktemp('tiny'))}"


def questions(count: int) -> list[Row]:
    return [
        {"prompt": f"<|q|>{a}+1<|direct|>", "answer": str(a + 1), "id": f"row-{a}"}
        for a in range(count)
    ]


def lines(folder: Path) -> list[dict[str, float]]:
    return [json.loads(line) for line in (folder / "log.jsonl").read_text().splitlines()]


def weights(folder: Path) -> dict[str, torch.Tensor]:
    return dict(load_file(folder / "model.safetensors"))


def same(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> bool:
    return all(torch.equal(one[name], other[name]) for name in one.keys() | other.keys())


def letters(
    prompts: list[Any], completions: list[Any], completion_ids: list[list[int]], **columns: Any
) -> list[float]:
    """Pays for tokens from the vocabulary's first half: something that even noise can learn."""
    return [float(low(ids).mean()) for ids in completion_ids]


def low(ids: list[int]) -> np.ndarray[Any, Any]:
    return (np.array(ids) < 1024).astype(float)


LETTERS = Channel("letters", letters, per_token=low, gamma=0.0)


@pytest.mark.slow
def test_nano_learns_from_the_shaped_rewards_and_the_log_tells_what_it_did(tmp_path: Path) -> None:
    recipe = RL(
        steps=2,
        prompts=2,
        samples=4,
        batch=8,
        rows_at_once=8,
        cap=96,
        threads=1,
        rewards=("correct", REPETITION),
    )
    rows = list(problem_rows(load("world:gcd", split="train", limit=4)))
    out = train_rl(rows, recipe, tmp_path)
    told = lines(tmp_path)
    assert [line["step"] for line in told] == [1, 2]
    for line in told:
        assert line["correct"] == line["rewards/correct/mean"] <= line["answered"] <= 1
        assert line["rewards/repetition/mean"] <= 0 <= line["repeated"] < 1
        assert 0 < line["completions/mean_length"] <= 96
        assert {"completions/clipped_ratio", "kl", "entropy", "reward", "grad_norm"} <= set(line)
    assert told[0]["answered"] > 0
    before = weights(Path(load_learner(recipe).folder.path))
    assert not same(before, weights(out))


@pytest.mark.parametrize("advantages", ["group", "returns"])
def test_a_reward_that_can_be_had_goes_up(tmp_path: Path, model: str, advantages: Any) -> None:
    recipe = RL(
        model=model,
        steps=24,
        learning_rate=0.1,
        kl=0.0,
        advantages=advantages,
        **FAST | {"samples": 8, "batch": 16, "rows_at_once": 16, "cap": 12},
    )
    train_rl(questions(8), recipe, tmp_path, more=[LETTERS])
    paid = [line["rewards/letters/mean"] for line in lines(tmp_path)]
    assert sum(paid[-4:]) > sum(paid[:4]) + 1.0


def test_returns_count_kl_as_a_reward_and_several_passes_share_a_rollout(
    tmp_path: Path, model: str
) -> None:
    recipe = RL(
        model=model,
        epochs=2,
        passes=2,
        save_every=4,
        learning_rate=1e-3,
        rewards=(COSINE, REPETITION),
        advantages="returns",
        **FAST | {"prompts": 4},
    )
    train_rl(questions(4), recipe, tmp_path, more=[LETTERS])
    told = lines(tmp_path)
    assert [line["step"] for line in told] == list(range(1, 9))
    rolled = [line["step"] for line in told if "rewards/cosine/mean" in line]
    assert rolled == [1, 5]
    assert told[0]["kl"] == pytest.approx(0, abs=1e-6)
    assert told[4]["kl"] != 0
    kept = sorted(path.name for path in (tmp_path / "checkpoints").glob("checkpoint-*"))
    assert kept == ["checkpoint-4", "checkpoint-8"]


def test_held_out_prompts_are_asked_and_the_most_often_right_checkpoint_is_chosen(
    tmp_path: Path, model: str
) -> None:
    recipe = RL(model=model, steps=4, save_every=2, hold_out=0.4, select="hold_out", keep=4, **FAST)
    train_rl(questions(8), recipe, tmp_path)
    held = [line for line in lines(tmp_path) if "eval_correct" in line]
    assert [line["step"] for line in held] == [2, 4]
    assert all("eval_completions/mean_length" in line for line in held)


def test_a_reward_that_is_no_number_names_itself_and_the_row_and_the_checkpoint_stands(
    tmp_path: Path, model: str
) -> None:
    def broken(completion_ids: list[list[int]], id: list[str], **columns: Any) -> list[float]:
        late = columns["trainer_state"].global_step >= 2
        return [float("nan") if late and row == "row-1" else 0.0 for row in id]

    recipe = RL(model=model, steps=8, save_every=2, **FAST)
    with pytest.raises(TrainingError, match="reward broken is nan for a response to row 'row-1'"):
        train_rl(questions(2), recipe, tmp_path, more=[Channel("broken", broken)])
    assert (tmp_path / "checkpoints" / "checkpoint-2" / "whole").exists()


def test_prompts_that_leave_no_room_are_left_out(tmp_path: Path, model: str) -> None:
    long = [{"prompt": "<|q|>" + "7" * 60, "answer": "1"}]
    recipe = RL(model=model, steps=1, max_tokens=48, **FAST)
    train_rl([*questions(2), *long], recipe, tmp_path / "a")
    assert json.loads((tmp_path / "a" / "lengths.json").read_text())["over"] == 1
    with pytest.raises(InputError, match="no prompt leaves room for 24 tokens within 48"):
        train_rl(long, recipe, tmp_path / "b")
    with pytest.raises(InputError, match="1 prompts x 1 epochs fill no roll-out of 2"):
        train_rl(questions(1), RL(model=model, **FAST), tmp_path / "c")


def test_a_run_without_a_reward_is_refused(tmp_path: Path, model: str) -> None:
    with pytest.raises(InputError, match="there is no reward"):
        train_rl(questions(4), RL(model=model, rewards=(), **FAST), tmp_path)


def test_the_local_engine_reads_no_adapters(tmp_path: Path, model: str) -> None:
    with pytest.raises(InputError, match="engine local cannot sample here, for it reads no adap"):
        train_rl(questions(4), RL(model=model, engine="local", lora=Lora(), **FAST), tmp_path)


def test_an_engine_that_is_not_installed_is_refused(tmp_path: Path, model: str) -> None:
    with pytest.raises(InputError, match="engine vllm needs vllm"):
        train_rl(questions(4), RL(model=model, engine="vllm", **FAST), tmp_path)


def test_answers_are_read_outside_the_thinking_that_the_template_opens(tmp_path: Path) -> None:
    folder = tiny_model(tmp_path / "thinks")
    (folder / "reasonloom.json").write_text("{}")
    settings = json.loads((folder / "tokenizer_config.json").read_text())
    settings["chat_template"] = "{{ messages[0].content }}<think>"
    (folder / "tokenizer_config.json").write_text(json.dumps(settings))
    read = reader_of(load_learner(RL(model=f"local:{folder}")))
    assert read("the answer is 3</think>The answer is 4.") == "4"
    assert read("so the answer is 3") is None


@pytest.mark.slow
def test_a_command_that_was_killed_goes_on_to_the_same_weights(tmp_path: Path, model: str) -> None:
    rows = rows_file(tmp_path / "rows.jsonl", questions(6))
    recipe = tmp_path / "recipe.yaml"
    recipe.write_text(
        f"model: {model}\nsteps: 24\nprompts: 4\nsamples: 2\nbatch: 4\nrows_at_once: 4\ncap: 24\n"
        "threads: 1\npasses: 2\nsave_every: 4\nlearning_rate: 1.0e-3\nadvantages: returns\n"
        f"rewards: ['{COSINE}', '{REPETITION}', 'format(opening=a, closing=b)']\n"
    )
    whole = train_rl(read_rows(rows, COLUMNS), load_recipe(RL, str(recipe)), tmp_path / "whole")
    killed = tmp_path / "killed"
    told = [sys.executable, "-m", "reasonloom", "train", "rl", str(rows), str(killed)]
    process = subprocess.Popen([*told, "--recipe", str(recipe)])
    while not (killed / "checkpoints/checkpoint-8/whole").exists() and process.poll() is None:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    assert not (killed / "model").exists()
    subprocess.run([*told, "--recipe", str(recipe)], check=True)
    assert same(weights(whole), weights(killed / "model"))
    assert [line["step"] for line in lines(killed)] == list(range(1, 25))
