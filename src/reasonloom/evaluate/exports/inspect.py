"""Logs of inspect (inspect_ai), one `.eval` a strategy, by inspect's own writer.

The strategy stands as the solver, the dataset as the task, samples as epochs. Each attempt has its
model calls as events, from the run's trace. What the two do not share:

- A trace holds no clock times: every attempt is shown as if it had begun with the run.
- Failures carry both an error and the score N (no answer), so that they stay in the denominator.
- Problems without a reference answer carry no score.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from reasonloom.errors import InputError
from reasonloom.evaluate import store
from reasonloom.evaluate.exports.calls import calls_by_trace
from reasonloom.evaluate.exports.inspect_calls import model_event, model_usage
from reasonloom.evaluate.exports.material import Told, by_arm, read_settings, score
from reasonloom.evaluate.records import Arm, Attempt, Settings
from reasonloom.events import Call
from reasonloom.problem import Problem
from reasonloom.spec import parse

SCORER = "reasonloom"


def export(run: store.Run, out: Path) -> list[Path]:
    """Write one log a strategy into the folder `out`, and return them.

    Raises InputError where inspect_ai is missing or there is nothing to write.
    """
    try:
        from inspect_ai.log import write_eval_log
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] != "inspect_ai":
            raise
        raise InputError(
            "inspect's logs need inspect-ai: pip install 'reasonloom[inspect]'"
        ) from None
    settings = read_settings(run)
    written: list[Path] = []
    for arm, told in by_arm(run):
        name = re.sub(r"[^A-Za-z0-9]+", "-", f"{settings.dataset} {arm.spec}").strip("-")
        file = out / f"{settings.created[:19].replace(':', '-')}_{name[:120]}_{_id(arm.spec)}.eval"
        file.parent.mkdir(parents=True, exist_ok=True)
        write_eval_log(_log(run, settings, arm, told), file, format="eval")
        written.append(file)
    return written


def _log(run: store.Run, settings: Settings, arm: Arm, told: Sequence[Told]) -> Any:
    from inspect_ai.log import EvalLog, EvalPlan, EvalPlanStep

    calls = calls_by_trace(run.trace, {a.key.trace for one in told for a in one.attempts})
    samples = [
        _sample(settings, one.problem, attempt, calls.get(attempt.key.trace, []))
        for one in told
        for attempt in one.attempts
    ]
    step = EvalPlanStep(solver=arm.spec, params=_arguments(arm))
    return EvalLog(
        status="success",
        eval=_spec(settings, arm, told),
        plan=EvalPlan(steps=[step]),
        results=_results(told),
        stats=_stats(settings, samples),
        samples=samples,
    )


def _spec(settings: Settings, arm: Arm, told: Sequence[Told]) -> Any:
    from inspect_ai.log import EvalConfig, EvalDataset, EvalSpec

    ids = [one.problem.id for one in told]
    made = (settings.dataset, settings.split, settings.seed, settings.created)
    roles = {role: used.spec for role, used in settings.models.items()}
    return EvalSpec(
        created=settings.created,
        eval_id=_id(*made, arm.spec),
        run_id=_id(*made),
        task=settings.dataset,
        task_id=_id(settings.dataset, arm.spec),
        solver=arm.spec,
        solver_args=_arguments(arm),
        dataset=EvalDataset(name=settings.dataset, samples=len(ids), sample_ids=ids),
        model=settings.models["default"].spec,
        config=EvalConfig(limit=settings.limit, epochs=settings.samples, epochs_reducer=["mean"]),
        packages={"reasonloom": settings.version},
        metadata={
            "seed": settings.seed,
            "split": settings.split,
            "budget": settings.budget,
            "models": roles,
            "hashes": {role: used.hash for role, used in settings.models.items()},
            "strategy": arm.made,
        },
    )


def _results(told: Sequence[Told]) -> Any:
    from inspect_ai.log import EvalMetric, EvalResults, EvalScore

    made = [attempt for one in told for attempt in one.attempts]
    graded = sum(len(one.attempts) for one in told if one.accuracy is not None)
    found = score(told)
    scores = []
    if found:
        metrics = {"accuracy": EvalMetric(name="accuracy", value=found.mean)}
        if found.error is not None:
            metrics["stderr"] = EvalMetric(name="stderr", value=found.error)
        scores.append(
            EvalScore(
                name=SCORER,
                scorer=SCORER,
                reducer="mean",
                scored_samples=graded,
                unscored_samples=len(made) - graded,
                metrics=metrics,
            )
        )
    finished = sum(attempt.failure is None for attempt in made)
    return EvalResults(total_samples=len(made), completed_samples=finished, scores=scores)


def _sample(settings: Settings, problem: Problem, attempt: Attempt, calls: Sequence[Call]) -> Any:
    from inspect_ai.log import EvalError, EvalSample
    from inspect_ai.model import (
        ChatCompletionChoice,
        ChatMessageAssistant,
        ChatMessageUser,
        ModelOutput,
    )

    model = settings.models["default"].spec
    answer = ChatMessageAssistant(content=attempt.text, model=model)
    usage = _usage_by_model(settings, attempt, calls)
    choices = [ChatCompletionChoice(message=answer)]
    error = attempt.failure and (attempt.error or attempt.failure)
    return EvalSample(
        id=problem.id,
        epoch=attempt.sample + 1,
        input=problem.question,
        target=problem.answer or "",
        messages=[ChatMessageUser(content=problem.question), answer],
        output=ModelOutput(model=model, choices=choices, time=attempt.seconds),
        scores=None if problem.answer is None else {SCORER: _score(attempt)},
        metadata=_metadata(problem, attempt),
        events=[model_event(call, settings.created) for call in calls],
        model_usage=usage,
        total_time=attempt.seconds,
        uuid=_id(*attempt.key, settings.created),
        error=EvalError(message=error, traceback=error, traceback_ansi=error) if error else None,
    )


def _score(attempt: Attempt) -> Any:
    from inspect_ai.scorer import CORRECT, INCORRECT, NOANSWER, Score

    value = CORRECT if attempt.correct else INCORRECT if attempt.answer is not None else NOANSWER
    return Score(value=value, answer=attempt.answer, explanation=attempt.reason or None)


def _metadata(problem: Problem, attempt: Attempt) -> dict[str, Any]:
    return {
        "topic": problem.topic,
        "level": problem.level,
        "source": problem.source,
        "stop_reason": attempt.stop_reason,
        "outcome": attempt.outcome,
        "candidates": list(attempt.candidates),
        "confidence": attempt.confidence,
        "calls": attempt.calls,
        "depth": attempt.depth,
        "bound_seconds": attempt.path,
        "estimated": attempt.estimated,
        "detail": dict(attempt.detail),
    }


def _usage_by_model(
    settings: Settings, attempt: Attempt, calls: Sequence[Call]
) -> Mapping[str, Any]:
    """As booked. With one model that is the attempt's own sum, also where its trace is gone."""
    from inspect_ai.model import ModelUsage

    models = {used.spec for used in settings.models.values()}
    if len(models) == 1 or not calls:
        return {settings.models["default"].spec: model_usage(attempt, attempt.usd)}
    found: dict[str, Any] = {}
    for call in calls:
        booked = model_usage(call.booking.usage, call.booking.usd)
        found[call.model] = found.get(call.model, ModelUsage()) + booked
    return found


def _stats(settings: Settings, samples: Sequence[Any]) -> Any:
    from inspect_ai.log import EvalStats
    from inspect_ai.model import ModelUsage

    usage: dict[str, Any] = {}
    for sample in samples:
        for model, spent in sample.model_usage.items():
            usage[model] = usage.get(model, ModelUsage()) + spent
    return EvalStats(started_at=settings.created, model_usage=usage)


def _arguments(arm: Arm) -> dict[str, Any]:
    return {name: str(value) for name, value in parse(arm.spec).args.items()}


def _id(*parts: object) -> str:
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:22]
