from __future__ import annotations

import hashlib
import json
from pathlib import Path
from statistics import stdev
from typing import Any

import pytest

from reasonloom.errors import InputError
from reasonloom.evaluate.exports.export import export

SAMPLE = {
    "doc_id": int,
    "doc": dict,
    "target": str,
    "arguments": dict,
    "resps": list,
    "filtered_resps": list,
    "filter": str,
    "metrics": list,
    "doc_hash": str,
    "prompt_hash": str,
    "target_hash": str,
}
"""Fields that lm_eval/result_schema.py asks for, with their types."""


def read(written: list[Path]) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Results and samples of the first strategy."""
    results, samples = written[:2]
    lines = samples.read_text().splitlines()
    return json.loads(results.read_text()), [json.loads(line) for line in lines]


async def test_each_strategy_is_a_model_with_results_and_samples(path: Path) -> None:
    written = export(path, "lm-eval")
    folders = [file.parent.name for file in written]
    one, other = "scripted cot", "scripted self_consistency(n=3)"
    assert folders == [one, one, other, other]
    assert [file.name.partition("_")[0] for file in written] == ["results", "samples"] * 2


async def test_the_task_can_be_read_from_the_name_of_the_samples(path: Path) -> None:
    written = export(path, "lm-eval")
    name = written[1].name
    results, _ = read(written)
    assert list(results["results"]) == [name[name.find("_") + 1 : name.rfind("_")]]


async def test_samples_have_the_fields_that_the_harness_writes(path: Path) -> None:
    results, samples = read(export(path, "lm-eval"))
    assert len(samples) == 4
    for sample in samples:
        assert {name: type(sample[name]) for name in SAMPLE} == SAMPLE
        assert all(isinstance(sample[metric], float) for metric in sample["metrics"])
    first = samples[0]
    assert first["arguments"]["gen_args_0"]["arg_0"] == "What is 1 + 1?"
    assert first["resps"] == [["So it is \\boxed{2}"] * 2]
    assert first["filtered_resps"] == [["2", "2"]]
    assert first["target_hash"] == hashlib.sha256(b"2").hexdigest()
    (task,) = results["task_hashes"]
    hashes = "".join(s["doc_hash"] + s["prompt_hash"] + s["target_hash"] for s in samples)
    assert results["task_hashes"][task] == hashlib.sha256(hashes.encode()).hexdigest()


async def test_accuracy_is_the_mean_over_graded_problems_with_its_standard_error(
    path: Path,
) -> None:
    results, samples = read(export(path, "lm-eval"))
    (task,) = results["results"]
    values = [sample["acc"] for sample in samples if "acc" in sample["metrics"]]
    assert values == [1.0, 0.0, 0.0]
    found = results["results"][task]
    assert found["acc,answer"] == pytest.approx(1 / 3)
    assert found["acc_stderr,answer"] == pytest.approx(stdev(values) / 3**0.5)
    assert results["n-samples"] == {task: {"original": 4, "effective": 4}}
    for of_task in ("configs", "versions", "n-shot", "higher_is_better", "group_subtasks"):
        assert list(results[of_task]) == [task]


async def test_a_file_is_no_place_for_a_folder(path: Path) -> None:
    with pytest.raises(InputError, match="lm-eval is written to a folder"):
        export(path, "lm-eval", path.with_suffix(".trace.jsonl"))
