"""The results page: every number of the registration, in tables and pictures."""

from __future__ import annotations

from pathlib import Path

from reasonloom.rates import Rate, show_rate

from ..common.markdown import listed, table
from .analyse import BASELINE, STRICTER, Choice, Results, choices, ladder
from .measure import SHOWN, UNTAUGHT
from .pictures import draw_all
from .problems import BOTH_DEPTH, DEPTHS, PRIMARY_DEPTHS

ON_BOTH = "self-consistency (shared)"
ARMS = (
    "reasonflux",
    UNTAUGHT,
    "accept all",
    "votes",
    "decomposition only",
    BASELINE,
    STRICTER,
    ON_BOTH,
    "cot (cot-only)",
    "cot (cot-only, preference)",
    "cot (shared)",
)
OTHERS = ("rephrased", "renumbered", "distracted", "withheld pairs")


def write(results: Results, path: Path, title: str, facts: list[str]) -> None:
    """`path` gets the page, its folder the pictures; `facts` say what was run."""
    pictures = draw_all(results, path)
    blocks = [
        f"# {title}",
        listed(facts),
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
    if results.records[UNTAUGHT]:
        blocks += ["## Which templates are planned", _choices(results)]
    blocks += [
        "## Assessment",
        listed([f"{k}: {show_rate(v)} of {v.trials}" for k, v in results.assessment().items()]),
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
    return table(
        ["arm", *groups], [[arm, *(_cell(results, arm, g) for g in groups)] for arm in arms]
    )


def _cell(results: Results, arm: str, group: str) -> str:
    if not results.right[arm][group]:
        return "n/a"
    return f"{show_rate(results.rate(arm, group))}<br>{results.cost(arm, group):.0f} tokens"


def _differences(results: Results) -> str:
    deep, shallow = [f"depth {d}" for d in PRIMARY_DEPTHS], [f"depth {d}" for d in (1, 2, 3)]
    longer = [f"depth {d}" for d in (7, 8)]
    lines = [
        f"reasonflux minus {two}, {name}: {results.compare('reasonflux', two, groups)}"
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
        f"slope of the difference to {BASELINE}, depths {depths[0]} to {depths[-1]}:"
        f" {value:+.1f} [{low:+.1f}, {high:+.1f}] points a part"
    )
    return listed(lines)


def _perturbed(results: Results) -> str:
    lines = [
        f"{arm}, {group} minus plain: {results.against_plain(arm, group)}"
        for arm in ("reasonflux", BASELINE, "cot (cot-only)")
        for group in OTHERS
        if group != "withheld pairs"
    ]
    return listed(lines)


def _ladder(results: Results) -> str:
    known, unseen = ladder(results, "depth 3"), ladder(results, "withheld templates")
    rows = [[rung, _shown(known[rung]), _shown(unseen[rung])] for rung in known]
    return table(["shown in each step", "depth 3", "families with a withheld template"], rows)


def _rounds(results: Results) -> str:
    rows = [[str(d), f"{r:.2f}", f"{t:.2f}"] for d, (r, t) in results.rounds().items()]
    return table(["depth", "rounds", "different templates"], rows)


def _choices(results: Results) -> str:
    """What the navigator has learnt: each family's templates before and after."""
    before, after = (choices(results, arm, SHOWN) for arm in (UNTAUGHT, "reasonflux"))
    rows = [
        [family, template, *map(_shown, (old.planned, new.planned, old.right, new.right))]
        for family, template in sorted(before.keys() | after.keys())
        for old, new in [[of.get((family, template), NEVER) for of in (before, after)]]
    ]
    told = [
        f"Steps right at their first try, where their inputs are: {_shown(_all(before))} before,"
        f" {_shown(_all(after))} after the navigator was taught."
    ]
    head = ["family", "template", "planned before", "after", "right before", "after"]
    return "\n\n".join((*told, table(head, rows)))


NEVER = Choice(Rate(0, 0), Rate(0, 0))


def _all(found: dict[tuple[str, str], Choice]) -> Rate:
    rates = [choice.right for choice in found.values()]
    return Rate(sum(r.hits for r in rates), sum(r.trials for r in rates))


def _shown(rate: Rate) -> str:
    return show_rate(rate) if rate.trials else ""
