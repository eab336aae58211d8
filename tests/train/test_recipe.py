from __future__ import annotations

from pathlib import Path

import pytest

from reasonloom.errors import InputError
from reasonloom.train.recipe import DPO, SFT, load_recipe, shipped


def test_changes_stand_over_the_file_and_the_file_over_the_defaults(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text("train: sft\nbatch: 8\nlearning_rate: 1.0e-4\n")
    recipe = load_recipe(SFT, str(tmp_path / "mine.yaml"), ["batch=4", "lora={rank: 2}"])
    assert (recipe.batch, recipe.learning_rate, recipe.epochs) == (4, 1e-4, 3.0)
    assert recipe.lora and recipe.lora.rank == 2 and recipe.lora.alpha == 32


def test_a_rate_may_be_written_as_yaml_would_not_read_it() -> None:
    assert load_recipe(SFT, None, ["learning_rate=1e-5"]).learning_rate == 1e-5


@pytest.mark.parametrize(
    ("source", "changes", "told"),
    [
        (None, ["bach=3"], "did you mean 'batch'"),
        (None, ["batch"], "write key=value"),
        (None, ["epochs=0"], "epochs: Input should be greater than 0"),
        (None, ["select=hold_out"], "needs a hold_out share above 0"),
        ("s11", [], "did you mean 's1'"),
        ("reasonflux_trajectories", [], "is a recipe for 'dpo': this command needs 'sft'"),
    ],
)
def test_a_bad_recipe_is_one_sentence(source: str | None, changes: list[str], told: str) -> None:
    with pytest.raises(InputError) as caught:
        load_recipe(SFT, source, changes)
    assert told in str(caught.value)


def test_a_file_that_is_no_mapping_is_refused(tmp_path: Path) -> None:
    for content in ("- 1\n", "a: [\n"):
        (tmp_path / "r.yaml").write_text(content)
        with pytest.raises(InputError, match=r"holds no mapping|is no YAML"):
            load_recipe(SFT, str(tmp_path / "r.yaml"))


def test_the_published_numbers_are_in_the_shipped_recipes() -> None:
    assert {"s1", "limo", "reasonflux_structure", "reasonflux_trajectories"} <= set(shipped())
    s1, limo = load_recipe(SFT, "s1"), load_recipe(SFT, "limo")
    assert (s1.epochs, s1.batch, s1.learning_rate, s1.betas) == (5, 16, 1e-5, (0.9, 0.95))
    assert (limo.epochs, limo.learning_rate, limo.warmup) == (15, 5e-6, 0)
    assert limo.select == "hold_out"
    assert load_recipe(DPO, "reasonflux_trajectories").beta == 0.5
