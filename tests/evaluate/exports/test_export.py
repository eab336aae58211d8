from __future__ import annotations

import sys
from pathlib import Path

import pytest

from reasonloom.cli import main
from reasonloom.errors import InputError, StoreError
from reasonloom.evaluate import store
from reasonloom.evaluate.exports.export import Format, export
from reasonloom.evaluate.records import ModelUsed, Settings


def test_a_run_without_attempts_has_nothing_to_export(tmp_path: Path) -> None:
    path = tmp_path / "empty.db"
    with store.open_to_write(path) as run:
        made = Settings("x", {"default": ModelUsed("nano")}, created="2026-01-01T00:00:00+00:00")
        store.write_settings(run, made)
    with pytest.raises(InputError, match="no finished attempt"):
        export(path, "lm-eval")


def test_a_run_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="there is no run"):
        export(tmp_path / "none.db", "parquet")


@pytest.mark.parametrize(
    ("to", "package", "extra"),
    [("parquet", "pyarrow", "data"), ("inspect", "inspect_ai", "inspect")],
)
async def test_a_missing_package_is_told_with_the_command_that_installs_it(
    path: Path, monkeypatch: pytest.MonkeyPatch, to: Format, package: str, extra: str
) -> None:
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(InputError, match=rf"pip install 'reasonloom\[{extra}\]'"):
        export(path, to)


async def test_an_export_never_takes_the_name_of_a_run(path: Path) -> None:
    with pytest.raises(InputError, match="named like a run"):
        export(path, "parquet", path)
    with store.open_run(path) as run:
        assert store.attempts(run)


async def test_a_place_that_cannot_be_written_is_told(path: Path) -> None:
    with pytest.raises(InputError, match=r"cannot write .*name another place"):
        export(path, "lm-eval", path / "below")


async def test_the_command_prints_what_it_wrote(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "out"
    with pytest.raises(SystemExit, match="0"):
        main(["export", str(path), "--to", "lm-eval", "-o", str(folder)])
    assert [Path(line) for line in capsys.readouterr().out.splitlines()] == [
        file for model in sorted(folder.iterdir()) for file in sorted(model.iterdir())
    ]


async def test_an_unknown_format_is_refused(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["export", str(path), "--to", "csv"])
    assert "'csv' is not one of" in capsys.readouterr().err
