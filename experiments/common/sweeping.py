"""A page of sweeps, of which each section is made alone and stands once it was made."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

Sweep = Callable[[], str]
"""Makes its section of the page."""


def chosen(wanted: Iterable[str], sweeps: Iterable[str]) -> list[str]:
    """The names wanted, all if there are none. Ends the command for one that does not exist."""
    names = list(wanted) or list(sweeps)
    if unknown := [name for name in names if name not in sweeps]:
        raise SystemExit(f"there is no sweep {', '.join(unknown)}: take {', '.join(sweeps)}")
    return names


def options(doc: str, sweeps: Iterable[str], page: Path) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=doc.partition("\n")[0])
    parser.add_argument("runs", type=Path, help="a folder; what stands there is gone on with")
    parser.add_argument("what", nargs="*", help=f"{', '.join(sweeps)}; all if left out")
    parser.add_argument("--page", type=Path, default=page)
    return parser


def make(
    sweeps: Mapping[str, Sweep], wanted: Iterable[str], folder: Path, write: Callable[[], Path]
) -> None:
    for name in chosen(wanted, sweeps):
        text = sweeps[name]()
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.md").write_text(text)
        print(f"swept {name}: {write()}", flush=True)


def write_page(head: Iterable[str], sweeps: Iterable[str], folder: Path, page: Path) -> Path:
    """The page of all that was swept so far, behind the blocks of `head`."""
    found = [folder / f"{name}.md" for name in sweeps]
    blocks = [*head, *(path.read_text() for path in found if path.exists())]
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text("\n\n".join(blocks) + "\n")
    return page
