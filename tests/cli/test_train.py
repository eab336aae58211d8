from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from reasonloom.cli import main
from reasonloom.train.rows import write_rows


def run(*arguments: str) -> None:
    main(["train", *arguments])


@pytest.fixture
def rows(tmp_path: Path) -> str:
    write_rows(tmp_path / "rows.jsonl", [{"prompt": "<|q|>1+1<|cot|>", "completion": "2"}] * 40)
    return str(tmp_path / "rows.jsonl")


def said(capsys: pytest.CaptureFixture[str]) -> str:
    return " ".join(capsys.readouterr().out.split())


def test_recipes_are_listed_by_name_and_one_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run("recipes")
    listed = said(capsys)
    assert "s1 s1 (arXiv 2501.19393" in listed and "accelerate/fsdp" in listed
    with pytest.raises(SystemExit):
        run("recipes", "limo")
    assert "epochs: 15" in said(capsys)


def test_a_dry_run_tells_data_and_memory_and_writes_nothing(
    tmp_path: Path, rows: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        run("sft", rows, str(tmp_path / "out"), "--dry-run", "--set", "epochs=2")
    told = said(capsys)
    assert "40 rows; tokens a row: mean 7" in told
    assert "4 updates of 32 rows" in told and "5.0 M parameters" in told
    assert not (tmp_path / "out").exists()


def test_published_recipes_resolve_where_no_hub_is(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    row = {"question": "1+1?", "thinking": "hm", "answer": "2"}
    write_rows(tmp_path / "s1.jsonl", [row])
    code = "from reasonloom.cli import main; main()"
    arguments = ["train", "sft", str(tmp_path / "s1.jsonl"), "x", "--recipe", "s1", "--dry-run"]
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        text=True,
        env={"HF_HUB_OFFLINE": "1", "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
        check=True,
    )
    assert "32,763.4 M parameters" in " ".join(done.stdout.split())


def test_a_row_without_its_column_is_one_sentence(
    tmp_path: Path, rows: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        run("dpo", rows, str(tmp_path / "out"))
    assert ended.value.code == 2
    told = capsys.readouterr().err
    assert told.startswith("loom: ") and "no 'chosen', 'rejected'" in told


def test_a_run_is_drawn(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines = [{"step": n, "loss": 1 / n, "eval_loss": 1.1 / n} for n in (1, 2, 3)]
    (tmp_path / "log.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    with pytest.raises(SystemExit):
        run("plot", str(tmp_path))
    picture = (tmp_path / "curves.svg").read_text()
    assert picture.startswith("<?xml") and "held out" in picture


def test_a_dry_run_of_rl_tells_its_updates_and_its_reference(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        run("rl", "world:gcd", str(tmp_path / "out"), "--limit", "16", "--dry-run")
    told = said(capsys)
    assert "16 rows; tokens a row" in told and "2 updates of 64 responses" in told
    assert not (tmp_path / "out").exists()
