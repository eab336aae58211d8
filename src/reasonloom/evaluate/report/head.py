"""What stands at the top: what was run, so that a reader can run it again."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

from reasonloom.evaluate.entries import Entry, Source
from reasonloom.evaluate.records import Arm, ModelUsed
from reasonloom.evaluate.report.html import Child, Html, join, tag


def reproduction(entries: Sequence[Entry]) -> Html:
    """One block a run."""
    sources = {entry.source.path: entry.source for entry in entries}
    blocks = [
        _block(source, [e.arm for e in entries if e.source.path == path])
        for path, source in sources.items()
    ]
    return tag("div", blocks, class_="runs")


def command(source: Source, arms: Sequence[Arm]) -> str:
    """The command that makes this run again, from its settings."""
    s = source.settings
    options = [("strategy", arm.spec) for arm in arms]
    options += [("model" if r == "default" else r, m.spec) for r, m in s.models.items()]
    for name in ("split", "seed", "limit", "samples", "budget", "library"):
        if (value := getattr(s, name)) not in (None, ""):
            options.append((name, str(value)))
    lines = [["loom", "eval", s.dataset], *([f"--{name}", value] for name, value in options)]
    return " \\\n  ".join(map(shlex.join, lines))


def _block(source: Source, arms: Sequence[Arm]) -> Html:
    s = source.settings
    facts: list[tuple[str, Child]] = [
        ("dataset", tag("code", s.dataset)),
        ("problems", f"{len(source.problems):,}{f', split {s.split}' if s.split else ''}"),
        ("seed", str(s.seed)),
        ("samples", f"{s.samples} of each strategy on each problem"),
        *((_role(role), _model(model)) for role, model in s.models.items()),
    ]
    if s.budget:
        facts.append(("budget", f"{s.budget} an attempt"))
    if s.library:
        facts.append(("templates", tag("code", s.library)))
    facts.append(("made", f"{s.created[:16].replace('T', ' ')} UTC, reasonloom {s.version}"))
    facts.append(("command", tag("pre", command(source, arms))))
    rows = [(tag("dt", name), tag("dd", value)) for name, value in facts]
    return tag("section", tag("h3", source.path.name), tag("dl", rows))


def _role(role: str) -> str:
    return "model" if role == "default" else role


def _model(model: ModelUsed) -> Html:
    told: list[Child] = [tag("code", model.spec)]
    if model.hash:
        told += [", weights ", tag("code", model.hash)]
    if (prices := model.usd_per_million) is None:
        told.append(", price unknown")
    elif any(prices):
        date = f", {model.priced_on}" if model.priced_on else ""
        told.append(
            f", {prices[0]:g} / {prices[1]:g} / {prices[2]:g} USD per million prompt / cached /"
            f" completion tokens{date}"
        )
    return join(told)
