"""Tables whose columns sort at a click."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from reasonloom.evaluate.bootstrap import Estimate
from reasonloom.evaluate.report.html import Child, Html, tag
from reasonloom.evaluate.report.svg import key
from reasonloom.evaluate.show import interval


class Cell(NamedTuple):
    """One cell below its heading; the column sorts by `value`, and what is missing ("") last."""

    head: str
    value: float | str
    shown: Child
    class_: str | None = None


def name(label: str, numbers: Mapping[str, int]) -> Cell:
    """A strategy with its mark; `numbers` by label."""
    return Cell("strategy", label, tag("span", key(numbers[label]), label))


def rate(head: str, found: Estimate | None) -> Cell:
    """A share in percent with its interval; blank where there is none."""
    return Cell(head, found.mean, interval(found)) if found else Cell(head, "", "")


def verdict(words: str, *, clear: bool) -> Cell:
    return Cell("verdict", words, words, "left clear" if clear else "left unclear")


def row(cells: Sequence[Cell]) -> Html:
    """A row; its first cell names it."""
    first, *others = cells
    keys = "|".join(str(cell.value).replace("|", " ") for cell in cells)
    shown = [tag("td", cell.shown, class_=cell.class_) for cell in others]
    return tag("tr", tag("th", first.shown, scope="row"), shown, data_keys=keys)


def of_cells(rows: Sequence[Sequence[Cell]], left: Sequence[int]) -> Html:
    return table([cell.head for cell in rows[0]], [row(cells) for cells in rows], left)


def table(heads: Sequence[str], rows: Sequence[Html], left: Sequence[int]) -> Html:
    """A table of rows; columns in `left` hold words, the others numbers."""
    cells = [
        tag(
            "th",
            tag("button", head, type="button", data_column=i),
            class_="left" if i in left else None,
            scope="col",
        )
        for i, head in enumerate(heads)
    ]
    inner = tag("table", tag("thead", tag("tr", cells)), tag("tbody", rows), class_="sortable")
    return tag("div", inner, class_="scroll")
