"""The files of EleutherAI's lm-evaluation-harness: results JSON and samples JSONL.

    OUT/MODEL STRATEGY/results_TIME.json
    OUT/MODEL STRATEGY/samples_DATASET_TIME.jsonl

There a model meets tasks; so a strategy on a model stands as a model, and the dataset as the task,
which lets tools that compare models on a task compare strategies. The filter is called `answer`:
what was read from the text. The metric is `acc`, a share over samples where there are several,
for our grader takes equal values in other writing too; `tokens` stands beside it. Problems without
a reference answer have samples but no `acc`. What the harness writes of its own installation
(versions of torch and transformers, its git hash, the tokenizer) is left out.

Names and fields are those of `lm_eval/result_schema.py` and `loggers/evaluation_tracker.py` there,
as of August 2026.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from reasonloom.evaluate import store
from reasonloom.evaluate.exports.material import (
    Score,
    Told,
    by_arm,
    mean_score,
    read_settings,
    score,
)
from reasonloom.evaluate.records import Arm, Settings

FILTER = "answer"


def export(run: store.Run, out: Path) -> list[Path]:
    """Write both files of each strategy below the folder `out`, and return them.

    Raises InputError where there is nothing to write.
    """
    settings = read_settings(run)
    total = len(store.problems(run))
    written: list[Path] = []
    for arm, told in by_arm(run):
        samples = [_sample(settings, arm, one) for one in told]
        folder = out / _file_name(_model_name(settings, arm))
        folder.mkdir(parents=True, exist_ok=True)
        time = datetime.fromisoformat(settings.created).replace(tzinfo=None)
        stamp = time.isoformat().replace(":", "-")
        results = folder / f"results_{stamp}.json"
        results.write_text(_json(_results(settings, arm, told, samples, total), indent=2))
        lines = folder / f"samples_{_task(settings)}_{stamp}.jsonl"
        lines.write_text("".join(_json(sample) + "\n" for sample in samples))
        written += [results, lines]
    return written


def _sample(settings: Settings, arm: Arm, told: Told) -> dict[str, Any]:
    """A problem with all its attempts, as the harness tells of repeats."""
    problem = told.problem
    doc = {
        "id": problem.id,
        "question": problem.question,
        "answer": problem.answer,
        "topic": problem.topic,
        "level": problem.level,
        "source": problem.source,
    }
    target = problem.answer or ""
    answers = [attempt.answer or "" for attempt in told.attempts]
    metrics = {} if told.accuracy is None else {"acc": told.accuracy}
    metrics["tokens"] = _tokens(told)
    return {
        "doc_id": told.position,
        "doc": doc,
        "target": target,
        "arguments": {"gen_args_0": {"arg_0": problem.question, "arg_1": _settings(settings, arm)}},
        "resps": [[attempt.text for attempt in told.attempts]],
        "filtered_resps": answers if len(answers) == 1 else [answers],
        "filter": FILTER,
        "metrics": list(metrics),
        "doc_hash": _hash(_json(doc, indent=2)),
        "prompt_hash": _hash(problem.question),
        "target_hash": _hash(target),
        **metrics,
    }


def _results(
    settings: Settings,
    arm: Arm,
    told: Sequence[Told],
    samples: Sequence[dict[str, Any]],
    total: int,
) -> dict[str, Any]:
    task, name = _task(settings), _model_name(settings, arm)
    hashes = "".join(s["doc_hash"] + s["prompt_hash"] + s["target_hash"] for s in samples)
    return {
        "results": {task: {"name": task, "alias": task, "sample_len": len(told), **_metrics(told)}},
        "group_subtasks": {task: []},
        "configs": {task: _config(settings)},
        "versions": {task: settings.version},
        "n-shot": {task: 0},
        "higher_is_better": {task: {"acc": True, "tokens": False}},
        "n-samples": {task: {"original": total, "effective": len(told)}},
        "config": {
            "model": "reasonloom",
            "model_args": {"model": _models(settings), **_settings(settings, arm)},
            "limit": settings.limit,
            "random_seed": settings.seed,
        },
        "date": datetime.fromisoformat(settings.created).timestamp(),
        "task_hashes": {task: _hash(hashes)},
        "model_source": "reasonloom",
        "model_name": name,
        "model_name_sanitized": _file_name(name),
        "system_instruction": None,
        "system_instruction_sha": None,
        "fewshot_as_multiturn": None,
        "chat_template": None,
        "chat_template_sha": None,
    }


def _metrics(told: Sequence[Told]) -> dict[str, Any]:
    found = {"acc": score(told), "tokens": mean_score([_tokens(one) for one in told])}
    return {key: value for name, one in found.items() if one for key, value in _pair(name, one)}


def _pair(name: str, found: Score) -> Iterator[tuple[str, Any]]:
    yield f"{name},{FILTER}", found.mean
    yield f"{name}_stderr,{FILTER}", "N/A" if found.error is None else found.error


def _config(settings: Settings) -> dict[str, Any]:
    metrics = (("acc", True), ("tokens", False))
    return {
        "task": _task(settings),
        "dataset_path": settings.dataset,
        "test_split": settings.split,
        "doc_to_text": "{{question}}",
        "doc_to_target": "{{answer}}",
        "output_type": "generate_until",
        "num_fewshot": 0,
        "repeats": settings.samples,
        "metric_list": [
            {"metric": name, "aggregation": "mean", "higher_is_better": better}
            for name, better in metrics
        ],
    }


def _settings(settings: Settings, arm: Arm) -> dict[str, Any]:
    return {"strategy": arm.spec, "seed": settings.seed, "budget": settings.budget}


def _models(settings: Settings) -> str:
    specs = [f"{role}={used.spec}" for role, used in settings.models.items() if role != "default"]
    return ",".join([settings.models["default"].spec, *specs])


def _model_name(settings: Settings, arm: Arm) -> str:
    return f"{_models(settings)} {arm.spec}"


def _task(settings: Settings) -> str:
    """No underscore at the end: the harness reads the name between the first and the last one."""
    return re.sub(r"\W+", "_", settings.dataset).strip("_")


def _file_name(text: str) -> str:
    """Without the characters that the harness replaces in the name of a model's folder."""
    return re.sub(r'[][<>:"/\\|?*]+', "__", text)


def _tokens(told: Told) -> float:
    return sum(a.tokens for a in told.attempts) / len(told.attempts)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def _json(value: Any, indent: int | None = None) -> str:
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    return text.encode("utf-8", "replace").decode()
