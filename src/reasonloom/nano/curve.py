"""Learning curves as a picture. Every batch is new, so the training loss is one on unseen examples.

Needs the extra `plots`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from reasonloom.errors import InputError


def draw(runs: Sequence[Path], out: Path) -> Path:
    """An SVG with one line a run: mean loss of 20 steps (nats a token) against tokens.

    Raises InputError for a folder without a log.
    """
    try:
        import matplotlib
    except ModuleNotFoundError:
        raise InputError("a picture needs matplotlib: pip install 'reasonloom[plots]'") from None
    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "reasonloom"
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(6.4, 4), layout="constrained")
    for run in runs:
        tokens, losses = read(run)
        axes.plot(tokens, losses, label=run.name)
    axes.set_xlabel("million tokens, prompts and padding included")
    axes.set_ylabel("loss of replies, nats a token")
    axes.set_yscale("log")
    axes.grid(alpha=0.25, which="both")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False)
    figure.savefig(out, metadata={"Date": None})
    plt.close(figure)
    return out


def read(run: Path) -> tuple[list[float], list[float]]:
    """Millions of tokens and losses; of a step that was done twice, the last time."""
    path = run / "log.jsonl"
    if not path.exists():
        raise InputError(
            f"{run} holds no log of a training run: name a folder of `loom nano build`"
        )
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    last = {line["step"]: line for line in lines}
    rows = [last[step] for step in sorted(last)]
    return [row["tokens"] / 1e6 for row in rows], [row["loss"] for row in rows]
