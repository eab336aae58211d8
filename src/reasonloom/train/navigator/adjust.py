"""Preference rows for adjusting a trajectory: which of the five actions serves best at a result.

Nothing in ReasonFlux trains the navigator to adjust (reviews of the paper say so), hence this: the
action that ended right more often, when all were tried from one state, is preferred.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import permutations
from statistics import fmean
from typing import Any

from reasonloom.errors import InputError
from reasonloom.train.navigator.counterfactual import Entry
from reasonloom.train.rows import Row, row_id

FEWER = 0.9
"""Of two actions that end right equally often, one is cheaper at this share of the tokens."""


def adjust_rows(
    entries: Iterable[Entry], *, margin: float = 0.5, fewer_tokens: bool = False
) -> Iterator[Row]:
    """Preference rows: every two actions of a state whose accuracy differs by `margin` or more.

    margin        share of the roll-outs (our choice; the paper asks for any difference of rewards)
    fewer_tokens  of two actions with the same accuracy above 0, also prefer the cheaper one

    Raises InputError for a margin outside (0, 1].
    """
    check_margin(margin)
    for entry in entries:
        for state in entry["states"]:
            for chosen, rejected in permutations(state["replies"], 2):
                why = _preferred(state, chosen, rejected, margin, fewer_tokens)
                if why:
                    yield _row(entry, state, chosen, rejected, {**why, "margin": margin})


def check_margin(margin: float) -> None:
    """Raises InputError as `adjust_rows` does, before anything is tried."""
    if not 0 < margin <= 1:
        raise InputError(f"margin={margin} prefers nothing: give a share above 0, up to 1")


def _preferred(
    state: Entry, chosen: str, rejected: str, margin: float, fewer_tokens: bool
) -> dict[str, Any]:
    """By what one action is better; empty where it is not."""
    right = {action: fmean(state["right"][action]) for action in (chosen, rejected)}
    tokens = {action: fmean(state["tokens"][action]) for action in (chosen, rejected)}
    found = {"accuracy": right, "tokens": tokens}
    if right[chosen] - right[rejected] >= margin:
        return {"by": "accuracy", **found}
    same = right[chosen] == right[rejected] > 0
    if fewer_tokens and same and tokens[chosen] <= FEWER * tokens[rejected]:
        return {"by": "tokens", **found}
    return {}


def _row(entry: Entry, state: Entry, chosen: str, rejected: str, why: Mapping[str, Any]) -> Row:
    row = {
        "prompt": state["prompt"],
        "chosen": state["replies"][chosen],
        "rejected": state["replies"][rejected],
    }
    about = {name: entry[name] for name in ("problem", "source", "models", "trial")}
    about |= {"goal": state["goal"], "value": state["value"], "own": state["own"]}
    actions = {"actions": [chosen, rejected]}
    return {"id": row_id(*row.values()), **row, "from": {**about, **actions, **why}}
