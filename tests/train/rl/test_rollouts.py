from __future__ import annotations

from typing import Any

import pytest

from reasonloom.errors import UsageError
from reasonloom.train.recipe import load_recipe
from reasonloom.train.rl.recipe import RL
from reasonloom.train.rl.rollouts import in_order, named, rollouts, updates

ROWS = [{"prompt": f"<|q|>{n}<|cot|>", "answer": n, "id": str(n)} for n in range(1, 6)]
SMALL: dict[str, Any] = {"prompts": 2, "samples": 2, "batch": 2}


def test_every_pass_asks_every_prompt_once_in_an_order_of_its_own() -> None:
    asked = [row["id"] for row in in_order(ROWS, RL(epochs=4, **SMALL))]
    passes = [asked[i : i + 5] for i in range(0, 20, 5)]
    assert all(sorted(each) == ["1", "2", "3", "4", "5"] for each in passes)
    assert len({tuple(each) for each in passes}) > 1
    assert asked == [row["id"] for row in in_order(ROWS, RL(epochs=4, **SMALL))]
    assert asked != [row["id"] for row in in_order(ROWS, RL(epochs=4, seed=2, **SMALL))]


def test_updates_follow_from_rollouts_and_a_last_one_that_is_not_full_is_left_out() -> None:
    recipe = RL(passes=3, save_every=6, **SMALL)
    assert (recipe.updates_a_rollout, rollouts(5, recipe), updates(5, recipe)) == (6, 2, 12)
    ended = RL(passes=3, save_every=6, steps=8, **SMALL)
    assert (rollouts(5, ended), updates(5, ended)) == (2, 8)


def test_rows_are_named_and_their_answers_are_text() -> None:
    assert named([{"prompt": "a", "answer": 7}])[0]["answer"] == "7"
    assert len(named([{"prompt": "a", "answer": "7"}])[0]["id"]) == 16


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ("save_every=3", "save_every 3 falls into a roll-out, which serves 2 updates"),
        ("batch=3", "2 x 2 = 4 responses: make it a multiple of batch 3"),
        ("samples=1", "samples: Input should be greater than or equal to 2"),
        ("cap=2000", "cap 2000 leaves no room"),
        ("rewards=[cosine(left=1)]", "unknown option 'left'"),
        ("loss=ppo", "loss: Input should be 'grpo'"),
        ("lossy=grpo", "did you mean 'loss'"),
    ],
)
def test_a_recipe_that_cannot_be_rolled_out_is_refused(change: str, problem: str) -> None:
    changes = [*(f"{key}={value}" for key, value in SMALL.items()), "save_every=2", change]
    with pytest.raises(UsageError, match=problem):
        load_recipe(RL, None, changes)


def test_the_published_recipe_has_32_updates_a_rollout() -> None:
    recipe = load_recipe(RL, "demystify")
    assert recipe.updates_a_rollout == 32
    assert recipe.cap + 2048 == recipe.max_tokens
