from __future__ import annotations

from pathlib import Path

import pytest

from reasonloom.errors import InputError
from reasonloom.train.run_folder import WHOLE, RunFolder


def checkpoint(run: RunFolder, step: int, *, whole: bool) -> Path:
    path = run.checkpoints / f"checkpoint-{step}"
    path.mkdir(parents=True)
    (path / "optimizer.pt").write_text("x")
    if whole:
        (path / WHOLE).touch()
    return path


def test_a_half_written_checkpoint_is_removed_and_the_one_before_taken(tmp_path: Path) -> None:
    run = RunFolder(tmp_path)
    for step, whole in ((5, True), (20, True), (100, False)):
        checkpoint(run, step, whole=whole)
    run.tidy()
    found = run.last_whole()
    assert found and found.name == "checkpoint-20"
    assert sorted(p.name for p in run.checkpoints.iterdir()) == ["checkpoint-20", "checkpoint-5"]


def test_a_run_goes_on_only_as_itself(tmp_path: Path) -> None:
    run = RunFolder(tmp_path / "a")
    run.claim({"rows": "1", "tokenizer": "2"})
    run.claim({"rows": "1", "tokenizer": "2"})
    with pytest.raises(InputError, match="its tokenizer differ"):
        run.claim({"rows": "1", "tokenizer": "3"})


def test_the_log_forgets_what_is_done_again_and_a_line_that_was_cut(tmp_path: Path) -> None:
    run = RunFolder(tmp_path)
    for step in (1, 2, 3):
        run.note({"step": step, "loss": 0.5})
    with run.log.open("a") as file:
        file.write('{"step": 4, "lo')
    run.go_back(2)
    assert [line["step"] for line in run.metrics()] == [1, 2]
