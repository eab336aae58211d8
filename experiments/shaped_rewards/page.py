"""A results page: all numbers of a claim, and what they say of the paper's statements."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..common.markdown import listed, percent, table, whole
from .analyse import Results, gap, verdict
from .claims import Claim
from .pictures import Logs, draw_all

MEASURES = {
    "right": "accuracy",
    "greedy": "accuracy, greedy",
    "tokens": "tokens",
    "capped": "at the cap",
    "waits": "waits",
    "repeated": "repeated",
}


def write(
    results: Results,
    claim: Claim,
    logs: Logs,
    path: Path,
    facts: Sequence[str],
    made: Sequence[str],
) -> None:
    """`path` gets the page, its folder the pictures.

    logs   of the runs of RL, by arm
    facts  what was run; made: what each training seed learnt from
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    pictures = draw_all(results, claim, logs, path)
    blocks = [
        f"# {claim.title}",
        listed(facts),
        "Accuracy, tokens of a response, the share of responses that hit the cap, lines that begin"
        " with `wait;` and the share of 20-grams that stood earlier in the same response are means"
        " over sampled responses to held-out problems; one greedy response stands beside them."
        " Intervals are 95 %, problems resampled with all their training seeds together;"
        " differences are paired, shares in points.",
        "## Primary result",
        _primary(results, claim),
        "## What the paper says",
        _statements(results, claim),
        "## Arms",
        _arms(results, claim),
        f"![Accuracy by arm]({pictures['right']})",
        f"![Tokens by arm]({pictures['tokens']})",
        "## While learning",
        f"![Learning curves]({pictures['curves']})",
        "Of the responses that each update learnt from, at the temperature of RL; means over the"
        " training seeds and the five last updates.",
        "## Differences",
        _differences(results, claim),
        "## By depth",
        _by_depth(results, claim),
        "## What was learnt from",
        listed(made),
    ]
    path.write_text("\n\n".join(blocks) + "\n")


def _primary(results: Results, claim: Claim) -> str:
    return listed(
        [
            f"{says}: **{gap(results.contrast(weights, measure), measure)}**."
            for says, weights, measure in claim.primary
        ]
    )


def _statements(results: Results, claim: Claim) -> str:
    rows = []
    for statement in claim.statements:
        found = results.contrast(statement.weights, statement.measure)
        measured = f"{MEASURES[statement.measure]} {gap(found, statement.measure)}"
        rows.append((statement.says, statement.section, measured, verdict(statement, found)))
    return table(("statement", "section", "measured", "here"), rows)


def _arms(results: Results, claim: Claim) -> str:
    rows = [(arm, *(_told(results, arm, measure) for measure in MEASURES)) for arm in claim.arms]
    return table(("arm", *MEASURES.values()), rows)


def _told(results: Results, arm: str, measure: str, depth: int | None = None) -> str:
    found = results.estimate(arm, measure, depth)
    if measure == "tokens":
        return whole(found)
    if measure == "waits":
        return f"{found.mean:.2f} [{found.low:.2f}, {found.high:.2f}]"
    return percent(found)


def _differences(results: Results, claim: Claim) -> str:
    shown = ("right", "greedy", "tokens", "capped", "repeated")
    rows = [
        (
            f"{one} minus {two}",
            *(gap(results.contrast({one: 1, two: -1}, m), m) for m in shown),
        )
        for one, two in claim.compared
    ]
    return table(("", *(MEASURES[m] for m in shown)), rows)


def _by_depth(results: Results, claim: Claim) -> str:
    shown = [(m, depth) for m in ("right", "tokens") for depth in results.depths]
    rows = [(arm, *(_told(results, arm, m, depth) for m, depth in shown)) for arm in claim.arms]
    return table(("arm", *(f"{MEASURES[m]}, depth {depth}" for m, depth in shown)), rows)
