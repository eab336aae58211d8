"""Names and things that make an everyday story a little different each time."""

from __future__ import annotations

import random
from collections.abc import Sequence

from reasonloom.worlds.people import NAMES

_STOCK: dict[str, Sequence[str]] = {
    "who": NAMES,
    "things": (
        "apples pears books pens coins cards stickers marbles shells stamps eggs cookies tickets "
        "chairs bottles boxes stones beads flowers cups tiles balloons candles oranges buttons"
    ).split(),
    "thing": "book pen ticket shirt lamp toy bag ball plant chair cup hat game mug kite".split(),
    "place": (
        "school market office library museum farm bakery hotel garden theatre club shop"
    ).split(),
}


def fillers(rng: random.Random | None = None) -> dict[str, str]:
    """`who` and `other` (two people), `things` (plural), `thing` and `place`; the first of each
    stock without `rng`."""
    if rng is None:
        return {kind: stock[0] for kind, stock in _STOCK.items()} | {"other": _STOCK["who"][1]}
    found = {kind: rng.choice(stock) for kind, stock in _STOCK.items()}
    found["other"] = rng.choice([name for name in _STOCK["who"] if name != found["who"]])
    return found
