"""A run's curves as one picture. Needs the extra `plots`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from reasonloom.errors import InputError
from reasonloom.train.run_folder import RunFolder

PANELS = (
    ("loss", ("loss", "eval_loss")),
    ("reward", ("reward", "rewards/margins", "eval_rewards/margins")),
    ("accuracy of preferences", ("rewards/accuracies", "eval_rewards/accuracies")),
    ("share of responses", ("correct", "eval_correct", "completions/clipped_ratio", "repeated")),
    ("tokens a completion", ("completions/mean_length",)),
    ("gradient norm", ("grad_norm",)),
)
NAMES = {
    "loss": "learnt",
    "eval_loss": "held out",
    "eval_correct": "correct, held out",
    "completions/clipped_ratio": "at the cap",
}


def draw(folder: Path, out: Path | None = None) -> Path:
    """An SVG with a panel for each kind of metric in the log; `folder`/curves.svg if not told.

    Raises InputError for a folder without a log, and where matplotlib is missing.
    """
    try:
        import matplotlib
    except ModuleNotFoundError:
        raise InputError("a picture needs matplotlib: pip install 'reasonloom[plots]'") from None
    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "reasonloom"
    import matplotlib.pyplot as plt

    lines = RunFolder(folder).metrics()
    found = {title: _curves(lines, names) for title, names in PANELS}
    shown = {title: curves for title, curves in found.items() if curves}
    if not shown:
        raise InputError(f"the log of {folder} holds no metrics yet")
    figure, axes = plt.subplots(
        len(shown),
        figsize=(6.4, 2.2 * len(shown)),
        layout="constrained",
        squeeze=False,
        sharex=True,
    )
    for (title, curves), axis in zip(shown.items(), axes[:, 0], strict=True):
        for name, (steps, values) in curves.items():
            axis.plot(steps, values, label=NAMES.get(name, name), lw=1.2)
        axis.set_ylabel(title)
        axis.grid(alpha=0.25)
        axis.spines[["top", "right"]].set_visible(False)
        if len(curves) > 1:
            axis.legend(frameon=False)
    axes[-1, 0].set_xlabel("updates")
    path = out or folder / "curves.svg"
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)
    return path


def _curves(
    lines: list[dict[str, Any]], names: tuple[str, ...]
) -> dict[str, tuple[list[int], list[float]]]:
    found = {n: [(line["step"], line[n]) for line in lines if n in line] for n in names}
    return {
        name: ([step for step, _ in points], [value for _, value in points])
        for name, points in found.items()
        if points
    }
