"""The results page: every number of the registration, in tables and pictures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ..common.markdown import listed, percent, table, whole
from .analyse import Results
from .arms import (
    ADAPTING,
    ADJUST,
    ADJUST_SHUFFLED,
    ALONE,
    APART,
    BEST,
    CEILINGS,
    FROZEN,
    GOLD,
    NANO,
    ORACLE,
    PLANNING,
    PREFERENCE,
    SHUFFLED,
    adapted,
)
from .pictures import draw_all

COMPARED = (
    (PREFERENCE, SHUFFLED),
    (PREFERENCE, BEST),
    (PREFERENCE, FROZEN),
    (PREFERENCE, ALONE),
    (PREFERENCE, GOLD),
    (PREFERENCE, NANO),
    (ALONE, NANO),
    (SHUFFLED, FROZEN),
    (BEST, FROZEN),
    (GOLD, FROZEN),
)
ADJUSTED = ((ADJUST, FROZEN), (ADJUST, ADJUST_SHUFFLED), (ADJUST_SHUFFLED, FROZEN), (ADJUST, NANO))


def write(results: Results, path: Path, facts: Sequence[str], made: Sequence[str]) -> None:
    """`path` gets the page, its folder the pictures.

    facts  what was run; made: what each training seed learnt from
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    pictures = draw_all(results, path)
    blocks = [
        "# Trajectory preference, and adjusting",
        listed(facts),
        "R is the share of a problem and its similar ones that the reasoner solves when it follows"
        " the navigator's greedy trajectory as it stands; accuracy is that of the problem itself."
        " Intervals are 95 %, problems resampled with all their training seeds together;"
        " differences are paired and in points (of R: hundredths).",
        "## Primary result",
        f"R, {PREFERENCE} minus {SHUFFLED}, in points:"
        f" **{results.compare(PREFERENCE, SHUFFLED, 'reward')}**.",
        "## Planning",
        _planning(results),
        f"![R by arm]({pictures['reward']})",
        f"![Accuracy by arm]({pictures['right']})",
        f"The share is of the way from the {FROZEN} to the best of its own K samples: chosen on one"
        " half of the problems of each R and measured on the other, or by that same R, which chance"
        " lifts.",
        "## Differences",
        _differences(results),
        "## By depth",
        _by_depth(results),
        "## What structure SFT does",
        _structure(results),
        "## Adjusting",
        _adjusting(results),
        f"![Accuracy against tokens]({pictures['adapting']})",
        "## What was learnt from",
        listed(made),
    ]
    path.write_text("\n\n".join(blocks) + "\n")


def _planning(results: Results) -> str:
    head = ("arm", "R", "accuracy", "readable plans", "share, chosen apart", "share, best of K")
    rows = [
        (
            arm,
            str(results.estimate(arm, "reward")),
            percent(results.estimate(arm, "right")),
            percent(results.estimate(arm, "planned")),
            *(_share(results, arm, ceiling) for ceiling in (APART, ORACLE)),
        )
        for arm in PLANNING
    ]
    rows += [(arm, str(results.estimate(arm, "reward")), *[""] * 4) for arm in CEILINGS]
    return table(head, rows)


def _share(results: Results, arm: str, ceiling: str) -> str:
    if arm == FROZEN:
        return ""
    found = results.share(arm, ceiling)
    return str(found) if found else "n/a: no clear way up"


def _differences(results: Results) -> str:
    rows = [
        (f"{one} minus {two}", *(str(results.compare(one, two, m)) for m in ("reward", "right")))
        for one, two in COMPARED
    ]
    return table(("", "R", "accuracy"), rows)


def _by_depth(results: Results) -> str:
    rows = [
        (arm, *(str(results.estimate(arm, "reward", depth)) for depth in results.depths))
        for arm in (*PLANNING, *CEILINGS)
    ]
    rows.append(
        (
            f"{PREFERENCE} minus {SHUFFLED}, points",
            *(str(results.compare(PREFERENCE, SHUFFLED, "reward", d)) for d in results.depths),
        )
    )
    return table(("R", *(f"depth {depth}" for depth in results.depths)), rows)


def _structure(results: Results) -> str:
    measures = {"reward": "R", "right": "accuracy", "planned": "readable plans"}
    found = (f"{name} {results.compare(FROZEN, NANO, m)}" for m, name in measures.items())
    return (
        f"On planning, {FROZEN} minus {NANO}, in points: {'; '.join(found)}. The likelihood of"
        " templates that were held out stands below."
    )


def _adjusting(results: Results) -> str:
    arms = table(
        ("arm", "accuracy", "tokens", "rounds"),
        [
            (
                arm,
                percent(results.estimate(adapted(arm), "right")),
                whole(results.estimate(adapted(arm), "tokens")),
                f"{results.estimate(adapted(arm), 'rounds').mean:.2f}",
            )
            for arm in ADAPTING
        ],
    )
    gaps = table(
        ("", "accuracy", "tokens"),
        [(f"{one} minus {two}", *_gaps(results, one, two)) for one, two in ADJUSTED],
    )
    return f"All of ReasonFlux, each step assessed.\n\n{arms}\n\n{gaps}"


def _gaps(results: Results, one: str, two: str) -> tuple[str, str]:
    gap = results.compare(adapted(one), adapted(two), "tokens")
    low, middle, high = (value / 100 for value in (gap.low, gap.points, gap.high))
    return (
        str(results.compare(adapted(one), adapted(two), "right")),
        f"{middle:+.0f} [{low:+.0f}, {high:+.0f}]",
    )
