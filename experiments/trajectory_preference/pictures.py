"""The pictures of the results page, as SVG."""

from __future__ import annotations

from pathlib import Path

from ..common.pictures import axes, dots, prepare, reach, save
from .analyse import Results
from .arms import ADAPTING, CEILINGS, PLANNING, PREFERENCE, adapted

PLAIN, CHOSEN, CEILING = "#1b6ca8", "#d1495b", "#8a8a8a"
COLOUR = dict.fromkeys(PLANNING, PLAIN) | dict.fromkeys(CEILINGS, CEILING) | {PREFERENCE: CHOSEN}
COLOURS = dict(zip(ADAPTING, ("#8a8a8a", "#1b6ca8", "#d1495b", "#e9a3ab"), strict=True))


def draw_all(results: Results, page: Path) -> dict[str, str]:
    """File names by picture; they stand beside the page and begin as it does."""
    prepare()
    paths = {
        name: page.with_name(f"{page.stem}_{name}.svg") for name in ("reward", "right", "adapting")
    }
    dots(results, "reward", (*PLANNING, *CEILINGS), "R", paths["reward"], COLOUR)
    dots(results, "right", PLANNING, "accuracy", paths["right"], COLOUR)
    _adapting(results, paths["adapting"])
    return {name: path.name for name, path in paths.items()}


def _adapting(results: Results, path: Path) -> None:
    figure, shown = axes("mean tokens a problem, prompt and completion", "accuracy")
    for arm in ADAPTING:
        x, y = (results.estimate(adapted(arm), measure) for measure in ("tokens", "right"))
        shown.errorbar(
            [x.mean],
            [y.mean],
            xerr=[[side] for side in reach(x)],
            yerr=[[side] for side in reach(y)],
            marker="o",
            capsize=2,
            color=COLOURS[arm],
            label=arm,
        )
    shown.legend(frameon=False)
    save(figure, path)
