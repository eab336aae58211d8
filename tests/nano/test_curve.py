from __future__ import annotations

import json
from pathlib import Path

import pytest

from reasonloom.errors import InputError
from reasonloom.nano.curve import draw, read


def test_a_curve_has_each_step_once(tmp_path: Path) -> None:
    run = tmp_path / "mine"
    run.mkdir()
    rows = [(20, 2e6, 3.0), (40, 4e6, 2.0), (40, 4e6, 1.5), (60, 6e6, 1.0)]
    lines = [json.dumps({"step": s, "tokens": t, "loss": loss}) for s, t, loss in rows]
    (run / "log.jsonl").write_text("\n".join(lines) + "\n")
    assert read(run) == ([2.0, 4.0, 6.0], [3.0, 1.5, 1.0])
    picture = draw([run], tmp_path / "curve.svg").read_text()
    assert "<svg" in picture and "mine" in picture


def test_a_folder_without_a_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no log of a training run"):
        draw([tmp_path], tmp_path / "curve.svg")
