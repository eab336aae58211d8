"""Runs with known outcomes, for tests of what is read from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from reasonloom.evaluate import store
from reasonloom.evaluate.records import Arm, Attempt, ModelUsed, Settings
from reasonloom.problem import Problem

TOKENS = {"cot": 100, "self_consistency(n=4)": 400, "self_consistency(n=8)": 800}


def problem(number: int, answer: str | None = "7") -> Problem:
    topic = "algebra" if number % 2 else "geometry"
    return Problem(f"What is {number}?", answer, f"p{number}", topic, number % 3)


def attempt(asked: Problem, spec: str, sample: int, right: bool) -> Attempt:
    return Attempt(
        asked.id, spec, sample, "7" if right else "8", "so it is", "finished", calls=1,
        prompt_tokens=TOKENS.get(spec, 50) - 40, completion_tokens=40, seconds=0.5,
        outcome="correct" if right else "wrong",
    )  # fmt: skip


def write(
    path: Path,
    outcomes: Mapping[str, Sequence[str]],
    *,
    model: str = "nano",
    problems: Sequence[Problem] | None = None,
) -> Path:
    """A run in which strategy `spec` did on problem i what the i-th text says.

    1 is a right sample, 0 a wrong one, - one without answer, ! a failed one; "" makes no attempt.
    """
    asked = problems or [problem(i) for i in range(max(map(len, outcomes.values())))]
    with store.open_to_write(path) as run:
        used = ModelUsed(model, "abc123", (1.0, 1.0, 2.0))
        store.write_settings(run, Settings("world:gcd", {"default": used}, created="2026-11-21"))
        store.write_problems(run, asked, 0)
        store.write_arms(run, [Arm(spec, spec) for spec in outcomes])
        store.write_attempts(run, _attempts(asked, outcomes))
    return path


def _attempts(asked: Sequence[Problem], outcomes: Mapping[str, Sequence[str]]) -> list[Attempt]:
    return [
        _became(attempt(p, spec, sample, sign == "1"), sign)
        for spec, texts in outcomes.items()
        for p, text in zip(asked, texts, strict=False)
        for sample, sign in enumerate(text)
    ]


def _became(made: Attempt, sign: str) -> Attempt:
    if sign == "-":
        return replace(made, answer=None, stop_reason="unanswered")
    if sign == "!":
        return replace(made, answer=None, failure="TimedOut", error="TimedOut: no reply in 60 s")
    return made
