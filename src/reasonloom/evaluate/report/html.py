"""HTML and SVG by small calls; whatever is not made here is escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

_VOID = frozenset({"meta", "input", "br", "link", "hr"})
_UNFIT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""Characters that an HTML page must not hold."""


class Html(str):
    """Text that is HTML already; plain str is not."""

    __slots__ = ()


Child = str | int | Iterable["Child"] | None
Value = str | float | bool | None


def tag(name: str, /, *children: Child, **attributes: Value) -> Html:
    """An element. `class_` is class, `stroke_width` is stroke-width; None and False drop out."""
    opened = f"<{name}{''.join(_attribute(k, v) for k, v in attributes.items())}>"
    return Html(opened if name in _VOID else f"{opened}{join(children)}</{name}>")


def join(children: Iterable[Child]) -> Html:
    """Children one after another, plain text escaped."""
    return Html("".join(map(_child, children)))


def raw(text: str) -> Html:
    """Text of our own (a style sheet, a script) as it stands; never what a model or user wrote."""
    return Html(text)


def clean(text: str) -> str:
    """Text that a page can hold."""
    return _UNFIT.sub("\N{REPLACEMENT CHARACTER}", text)


def _child(child: Child) -> str:
    match child:
        case None:
            return ""
        case Html():
            return child
        case str() | int():
            return escape(clean(str(child)), quote=False)
        case _:
            return join(child)


def _attribute(name: str, value: Value) -> str:
    name = name.rstrip("_").replace("_", "-")
    if value is None or value is False:
        return ""
    if value is True:
        return f" {name}"
    shown = f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
    return f' {name}="{escape(clean(shown))}"'
