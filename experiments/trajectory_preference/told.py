"""What a training seed learnt from, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from statistics import fmean
from typing import Any

from reasonloom.train.likelihood import Likelihood
from reasonloom.train.trajectories import Report

from .arms import FROZEN, NANO
from .teach import Taught


def told(
    taught: Taught, likely: Mapping[str, Likelihood], hashes: Mapping[str, str]
) -> Iterator[str]:
    """likely  of held-out templates, by arm; hashes: of the weights, by arm"""
    for arm in (NANO, FROZEN):
        yield f"held-out templates, {arm}: {likely[arm]}"
    for arm in (FROZEN, NANO):
        yield f"roll-outs of {arm}: {rolled(taught.rolled[arm])}"
    yield f"the five actions: {actions(taught.entries)}"
    yield "weights: " + ", ".join(f"{arm} `{name}`" for arm, name in hashes.items())


def rolled(report: Report) -> str:
    return (
        f"{report.problems} problems, {report.rollouts} roll-outs of {report.distinct:.1f}"
        f" trajectories each; R greedy {report.greedy}, sampled {report.sampled}, best of K"
        f" {report.best}, chosen apart {report.best_apart}; variance in a problem"
        f" {_short(report.variance)}, by chance {_short(report.noise)}; with a pair"
        f" {report.usable}, {report.pairs} pairs;"
        f" {report.costs['prompt_tokens'] + report.costs['completion_tokens']:,} tokens"
    )


def actions(entries: Sequence[Mapping[str, Any]]) -> str:
    """How often each action ends right, and the navigator's own."""
    states = [state for entry in entries for state in entry["states"]]
    shares: dict[str, list[float]] = {}
    for state in states:
        ended = {action: fmean(right) for action, right in state["right"].items()}
        for action, share in ended.items():
            shares.setdefault(action, []).append(share)
        if state["own"] in ended:
            shares.setdefault("the navigator's own", []).append(ended[state["own"]])
    told = ", ".join(f"{name} {fmean(of):.3f}" for name, of in sorted(shares.items()))
    return f"{len(states)} states of {len(entries)} problems; ended right: {told}"


def _short(value: float | None) -> str:
    return "n/a" if value is None else f"{value:.4f}"
