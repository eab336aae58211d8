"""The results page: every number of the registration, in tables and pictures."""

from __future__ import annotations

from pathlib import Path

from analyse import BASELINE, Results, ladder
from pictures import draw_all
from problems import BOTH_DEPTH, DEPTHS, PRIMARY_DEPTHS

from reasonloom.rates import show_rate

ON_BOTH = "self-consistency (shared)"
ARMS = (
    "reasonflux",
    "accept all",
    "votes",
    "decomposition only",
    "self-consistency (cot-only)",
    ON_BOTH,
    "cot (cot-only)",
    "cot (shared)",
)
OTHERS = ("rephrased", "renumbered", "distracted", "withheld pairs")


def write(results: Results, path: Path, facts: list[str]) -> None:
    """`path` gets the page, its folder the pictures; `facts` say what was run."""
    pictures = draw_all(results, path.parent)
    blocks = [
        "# ReasonFlux against self-consistent chain of thought, at equal tokens",
        "\n".join(f"- {fact}" for fact in facts),
        "## Primary result",
        _primary(results),
        "## Accuracy by depth",
        _table(results, [f"depth {d}" for d in DEPTHS if results.right[BASELINE][f"depth {d}"]]),
        f"![Accuracy by depth]({pictures['depth']})",
        f"![Accuracy against tokens]({pictures['tokens']})",
        "## Differences",
        _differences(results),
    ]
    if any(results.right[BASELINE][group] for group in OTHERS):
        blocks += [
            "## Perturbed problems, and links never trained on (depth 4)",
            _table(results, OTHERS),
            _perturbed(results),
        ]
    if "ladder" in pictures:
        blocks += [
            "## Templates",
            _ladder(results),
            f"![The ladder]({pictures['ladder']})",
        ]
    blocks += [
        "## Assessment",
        "\n".join(f"- {k}: {show_rate(v)} of {v.trials}" for k, v in results.assessment().items()),
        "## Rounds and templates by depth",
        _rounds(results),
        f"![Rounds]({pictures['rounds']})",
    ]
    path.write_text("\n\n".join(blocks) + "\n")


def _primary(results: Results) -> str:
    groups = [f"depth {d}" for d in PRIMARY_DEPTHS]
    found = results.compare("reasonflux", BASELINE, groups)
    return (
        f"reasonflux minus {BASELINE}, depths 4 to 6: **{found} points** over {found.problems}"
        f" problems and all training seeds (exact McNemar p = {found.p:.2g}; it takes the seeds for"
        " independent problems, the interval does not)."
    )


def _table(results: Results, groups: tuple[str, ...] | list[str]) -> str:
    arms = [a for a in ARMS if any(results.right[a][g] for g in groups)]
    head = ["arm", *groups]
    rows = [head, ["---"] * len(head)]
    for arm in arms:
        cells = [
            f"{show_rate(results.rate(arm, g))}<br>{results.cost(arm, g):.0f} tokens"
            if results.right[arm][g]
            else "n/a"
            for g in groups
        ]
        rows.append([arm, *cells])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _differences(results: Results) -> str:
    deep, shallow = [f"depth {d}" for d in PRIMARY_DEPTHS], [f"depth {d}" for d in (1, 2, 3)]
    longer = [f"depth {d}" for d in (7, 8)]
    lines = [
        f"- reasonflux minus {two}, {name}: {results.compare('reasonflux', two, groups)}"
        for two in ARMS[1:]
        for name, groups in (
            ("depths 1 to 3", shallow),
            ("depths 4 to 6", deep),
            ("depths 7 and 8, longer than any in training", longer),
            (f"depth {BOTH_DEPTH}", [f"depth {BOTH_DEPTH}"] if two == ON_BOTH else []),
        )
        if groups and all(results.right[two][group] for group in groups)
    ]
    depths = [d for d in DEPTHS if results.right[BASELINE][f"depth {d}"]]
    value, low, high = results.slope("reasonflux", BASELINE, depths)
    lines.append(
        f"- slope of the difference to {BASELINE}, depths {depths[0]} to {depths[-1]}:"
        f" {value:+.1f} [{low:+.1f}, {high:+.1f}] points a part"
    )
    return "\n".join(lines)


def _perturbed(results: Results) -> str:
    lines = [
        f"- {arm}, {group} minus plain: {results.against_plain(arm, group)}"
        for arm in ("reasonflux", BASELINE, "cot (cot-only)")
        for group in OTHERS
        if group != "withheld pairs"
    ]
    return "\n".join(lines)


def _ladder(results: Results) -> str:
    known, unseen = ladder(results, "depth 3"), ladder(results, "withheld templates")
    rows = ["| shown in each step | depth 3 | families with a withheld template |", "|---|---|---|"]
    for rung in known:
        cells = [show_rate(of[rung]) if of[rung].trials else "" for of in (known, unseen)]
        rows.append(f"| {rung} | {cells[0]} | {cells[1]} |")
    return "\n".join(rows)


def _rounds(results: Results) -> str:
    rows = ["| depth | rounds | different templates |", "|---|---|---|"]
    rows += [f"| {d} | {r:.2f} | {t:.2f} |" for d, (r, t) in results.rounds().items()]
    return "\n".join(rows)
