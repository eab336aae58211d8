"""Preference rows from trajectories whose rewards lie apart, and the rows to compare them with."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations
from typing import Any

from reasonloom.data.prompts import Told
from reasonloom.seeds import derive
from reasonloom.train.rows import Row, row_id
from reasonloom.train.trajectories.bench import Bench
from reasonloom.train.trajectories.records import Rolled, Scored, key_of
from reasonloom.train.trajectories.settings import Settings

_ROUNDING = 1e-9


def apart(rolled: Rolled, settings: Settings) -> list[tuple[Scored, Scored]]:
    """Every (T+, T-) with R(T+) - R(T-) >= margin, those furthest apart first, up to the cap.

    Among equals the order is drawn, so that no trajectory is in every pair for being sampled first.
    """
    found = [
        (good, bad)
        for good, bad in permutations(rolled.scored, 2)
        if good.reward - bad.reward >= settings.margin - _ROUNDING
    ]

    def rank(pair: tuple[Scored, Scored]) -> tuple[float, int]:
        keys = (key_of(pair[0].steps), key_of(pair[1].steps))
        gap = round(pair[0].reward - pair[1].reward, 9)
        return -gap, derive(settings.seed, "pair", rolled.problem.id, *keys)

    return sorted(found, key=rank)[: settings.per_problem]


def preference_rows(found: Sequence[Rolled], settings: Settings, bench: Bench) -> list[Row]:
    """Rows of `prompt`, `chosen` and `rejected`, each with what it was made from."""
    return [
        _preference(rolled, good, bad, settings, bench)
        for rolled in found
        for good, bad in apart(rolled, settings)
    ]


def best_rows(found: Sequence[Rolled], settings: Settings, bench: Bench) -> list[Row]:
    """SFT rows of the best of K for each problem that some trajectory solves: the same roll-outs
    without preferences. Problems without a usable pair are among them."""
    best = [(rolled, best_of(rolled)) for rolled in found]
    return [
        _sft(rolled, chosen, settings, bench)
        for rolled, chosen in best
        if chosen is not None and chosen.reward > 0
    ]


def best_of(rolled: Rolled) -> Scored | None:
    """The sampled trajectory with the highest R; the one sampled most often among equals, then the
    first. None where no sample is a plan."""
    sampled = [s for s in rolled.scored if s.times]
    return max(sampled, key=lambda s: (s.reward, s.times), default=None)


def shuffled(rows: Sequence[Row], seed: int = 0) -> list[Row]:
    """The same rows with chosen and rejected swapped in exactly half of them: what is left when
    the labels say nothing. Which half, the rows' ids decide."""
    order = sorted(rows, key=lambda row: derive(seed, "shuffle", row["id"]))
    swapped = {row["id"] for row in order[: len(order) // 2]}
    return [_swapped(row, row["id"] in swapped) for row in rows]


def _swapped(row: Row, swap: bool) -> Row:
    told = {**row, "from": {**row["from"], "swapped": swap}}
    if swap:
        told["chosen"], told["rejected"] = row["rejected"], row["chosen"]
    return {**told, "id": row_id(told["prompt"], told["chosen"], told["rejected"])}


def _preference(rolled: Rolled, good: Scored, bad: Scored, settings: Settings, bench: Bench) -> Row:
    chosen, rejected = _reply(good, rolled.prompt), _reply(bad, rolled.prompt)
    return {
        "prompt": rolled.prompt,
        "chosen": chosen,
        "rejected": rejected,
        "id": row_id(rolled.prompt, chosen, rejected),
        "from": {
            **_origin(rolled, settings, bench),
            "margin": settings.margin,
            **_told(good, "chosen"),
            **_told(bad, "rejected"),
        },
    }


def _sft(rolled: Rolled, best: Scored, settings: Settings, bench: Bench) -> Row:
    completion = _reply(best, rolled.prompt)
    return {
        "prompt": rolled.prompt,
        "completion": completion,
        "id": row_id(rolled.prompt, completion),
        "from": {**_origin(rolled, settings, bench), **_told(best, "completion")},
    }


def _origin(rolled: Rolled, settings: Settings, bench: Bench) -> dict[str, Any]:
    navigator, reasoner = bench.identity("navigator"), bench.identity("reasoner")
    return {
        "maker": "trajectories",
        "problem": rolled.problem.id,
        "source": rolled.problem.source,
        "similar": [other.id for other in rolled.similar],
        "k": settings.k,
        "m": settings.m,
        "temperature": settings.temperature,
        "seed": settings.seed,
        "navigator": navigator[0],
        "navigator_hash": navigator[1],
        "reasoner": reasoner[0],
        "reasoner_hash": reasoner[1],
        "library": bench.library.version,
    }


def _told(scored: Scored, side: str) -> dict[str, Any]:
    """Reward, solved problems (the problem first), draws and templates of one side.

    The draws name the span that its seed was derived from.
    """
    return {
        f"reward_{side}": scored.reward,
        f"solved_{side}": list(scored.right),
        f"draws_{side}": list(scored.draws),
        f"templates_{side}": scored.templates,
    }


def _reply(scored: Scored, prompt: Told) -> Told:
    """The plan's text in the form of its prompt."""
    if isinstance(prompt, str):
        return scored.text
    return [{"role": "assistant", "content": scored.text}]
