"""A training run on disk: what it is, its log, and the checkpoints that are whole.

run.json       recipe, hash of the rows, hash of the tokenizer: a run goes on only as itself
log.jsonl      one line a report: step and metrics
checkpoints/   checkpoint-N of transformers' trainer; `whole` inside marks a finished one
model/         what the run ends with, a Hugging Face folder
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reasonloom.errors import InputError

WHOLE = "whole"


@dataclass(frozen=True)
class RunFolder:
    path: Path

    @property
    def checkpoints(self) -> Path:
        return self.path / "checkpoints"

    @property
    def model(self) -> Path:
        return self.path / "model"

    @property
    def log(self) -> Path:
        return self.path / "log.jsonl"

    def claim(self, what: Mapping[str, Any]) -> None:
        """Begin the run that `what` describes, or go on with it.

        Raises InputError where another run lives here, and says what differs.
        """
        path = self.path / "run.json"
        if path.exists():
            theirs = json.loads(path.read_text())
            other = [key for key in what if theirs.get(key) != what[key]]
            if other:
                raise InputError(
                    f"{self.path} holds another run (its {', '.join(other)} differ):"
                    " choose another folder, or delete it to start afresh"
                )
            return
        self.checkpoints.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        part.write_text(json.dumps(dict(what), indent=1) + "\n")
        part.replace(path)

    def last_whole(self) -> Path | None:
        """The newest finished checkpoint."""
        found = sorted(self.checkpoints.glob("checkpoint-*"), key=_step, reverse=True)
        return next((path for path in found if (path / WHOLE).exists()), None)

    def tidy(self) -> None:
        """Remove what a killed process left half written, and the log's lines that it made."""
        for path in self.checkpoints.glob("checkpoint-*"):
            if not (path / WHOLE).exists():
                shutil.rmtree(path)
        last = self.last_whole()
        self.go_back(_step(last) if last else 0)

    def go_back(self, step: int) -> None:
        """Forget the lines of the log after `step`: they are made again."""
        if self.log.exists():
            lines = [line for line in self.log.read_text().splitlines() if _is_whole(line)]
            kept = [line for line in lines if json.loads(line)["step"] <= step]
            self.log.write_text("".join(line + "\n" for line in kept))

    def note(self, line: Mapping[str, Any]) -> None:
        with self.log.open("a") as file:
            file.write(json.dumps(dict(line)) + "\n")

    def metrics(self) -> list[dict[str, Any]]:
        """The log so far. Raises InputError where there is none."""
        if not self.log.exists():
            raise InputError(
                f"{self.path} holds no log of a training run: name one of `loom train`"
            )
        return [json.loads(line) for line in self.log.read_text().splitlines() if _is_whole(line)]


def _step(checkpoint: Path) -> int:
    number = checkpoint.name.rpartition("-")[2]
    return int(number) if number.isdigit() else -1


def _is_whole(line: str) -> bool:
    """Whether a line was written to its end before the process was killed."""
    return line.endswith("}")
