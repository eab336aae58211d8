"""`loom train trajectories` as a user meets it."""

from __future__ import annotations

import inspect
import json
from dataclasses import fields
from pathlib import Path

import pytest
from sums import LIBRARY, model, question

from reasonloom.cli import main
from reasonloom.cli.train_trajectories import trajectories
from reasonloom.train.trajectories import Settings


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three problems in a file; every model spec is the scripted one."""
    monkeypatch.setattr("reasonloom.models.resolve.resolve", lambda spec, cache=None: model())
    path = tmp_path / "own.jsonl"
    rows = [{"question": question(a), "answer": str(a + 4)} for a in (3, 5, 12)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def command(*words: object) -> int:
    try:
        main(["train", "trajectories", *map(str, words), "--library", str(LIBRARY)])
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def test_pairs_of_a_users_own_problems_from_an_endpoint(
    own: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    code = command(out, "--data", own, "--model", "openai:m@http://x/v1", "--pairs-only", "--json")
    told = json.loads(capsys.readouterr().out)
    assert code == 0
    assert (told["problems"], told["short"]) == (3, 3)
    assert told == json.loads((out / "report.json").read_text())
    assert len((out / "pairs.jsonl").read_text().splitlines()) == told["pairs"] > 0


def test_the_report_and_the_files_of_llama_factory(
    own: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    options = ["--k", 4, "--m", 0, "--pairs-only", "--format", "llamafactory", "--controls"]
    assert command(out, "--data", own, *options) == 0
    shown = capsys.readouterr().out
    assert "mean R, greedy        1.000" in shown
    assert {"pairs.jsonl", "dataset_info.json", "shuffled.jsonl", "best.jsonl"} <= {
        path.name for path in out.iterdir()
    }


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--model", "openai:m@http://x/v1"], "--pairs-only"),
        (["--pairs-only", "--k", "0"], "k=0"),
        (["--pairs-only", "--format", "trrl"], "'trrl'"),
        (["--pairs-only", "--data", "none.jsonl"], "none.jsonl"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], told: str
) -> None:
    assert command(tmp_path / "out", *options) == 2
    error = capsys.readouterr().err
    assert told in error
    assert "Traceback" not in error
    assert not (tmp_path / "out").exists()


def test_the_command_has_the_defaults_of_the_settings() -> None:
    given = inspect.signature(trajectories).parameters
    for field in fields(Settings):
        assert given[field.name].default == field.default
