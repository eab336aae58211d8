"""What inspect itself reads back from the logs that we write by its writer."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from reasonloom.evaluate import store
from reasonloom.evaluate.exports.export import export
from reasonloom.events import Call

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not find_spec("inspect_ai"), reason="inspect_ai is not installed"),
    pytest.mark.filterwarnings("ignore"),  # what a foreign package warns of is not ours
]


@pytest.fixture
def logs(path: Path) -> list[Any]:
    from inspect_ai.log import read_eval_log

    return [read_eval_log(str(file), resolve_attachments=True) for file in export(path, "inspect")]


def test_each_strategy_is_a_log_that_inspect_reads(logs: list[Any]) -> None:
    assert [log.eval.solver for log in logs] == ["cot", "self_consistency(n=3)"]
    for log in logs:
        assert log.status == "success"
        assert (log.eval.model, log.eval.config.epochs) == ("scripted", 2)
        assert log.eval.dataset.samples == 4
        assert len(log.samples) == 8


def test_failures_stay_in_the_denominator_and_ungraded_problems_do_not(
    logs: list[Any],
) -> None:
    (found,) = logs[0].results.scores
    assert found.metrics["accuracy"].value == pytest.approx(1 / 3)
    assert (found.scored_samples, found.unscored_samples) == (6, 2)
    marks = {s.input: s.scores and s.scores["reasonloom"].value for s in logs[0].samples}
    assert marks == {
        "What is 1 + 1?": "C",
        "What is 2 + 1?": "I",
        "What is broken?": "N",
        "What is unknown?": None,
    }
    failed = next(s for s in logs[0].samples if "broken" in s.input)
    assert "slow down, 한글 too" in failed.error.message


def test_tokens_and_calls_are_those_of_the_run(logs: list[Any], path: Path) -> None:
    with store.open_run(path) as run:
        made = {(a.problem, a.sample + 1): a for a in store.attempts(run, "self_consistency(n=3)")}
        calls = {
            key: [e for e in store.events(run, a) if isinstance(e, Call)] for key, a in made.items()
        }
    for sample in logs[1].samples:
        key = sample.id, sample.epoch
        assert sample.model_usage["scripted"].total_tokens == made[key].tokens
        assert len(sample.events) == len(calls[key])
        for event, call in zip(sample.events, calls[key], strict=True):
            assert call.request.messages
            assert [m.text for m in event.input] == [m.content for m in call.request.messages]
            texts = [c.text for c in call.response.choices] if call.response else []
            assert [c.message.text for c in event.output.choices] == texts
    total = sum(a.tokens for a in made.values())
    assert logs[1].stats.model_usage["scripted"].total_tokens == total


def test_inspects_own_command_opens_a_log(path: Path) -> None:
    (file, _) = export(path, "inspect")
    command = [sys.executable, "-m", "inspect_ai", "log", "dump", str(file), "--header-only"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
    assert json.loads(done.stdout)["eval"]["solver"] == "cot"
