"""How the families' questions read: the operands, found again in a question's own words.

Nothing here is taken from the families.
"""

from __future__ import annotations

import re

_OUT_OF_ORDER: dict[str, tuple[tuple[str, tuple[int, ...]], ...]] = {
    "linear_equation": (
        (r"taxi costs (\d+) dollars plus (\d+) .* cost (\d+)", (1, 0, 2)),
        (r"(\d+) = (\d+)x \+ (\d+)$", (2, 0, 1)),
        (r"makes (\d+) when it is multiplied by (\d+) and (\d+)", (2, 0, 1)),
        (r"has (\d+) euros, spends (\d+) .* at (\d+) euros", (2, 1, 0)),
        (r"were (\d+) people .* stop (\d+) more .* were there (\d+)", (1, 0, 2)),
        (r"holds (\d+) litres .* adds (\d+) .* reach (\d+)", (1, 0, 2)),
        (r"take (\d+) away from (\d+) .* among (\d+)", (1, 2, 0)),
    ),
    "two_sided_equation": (
        (r"costs (\d+) dollars plus (\d+) .* another (\d+) dollars plus (\d+)", (1, 0, 3, 2)),
        (r"has (\d+) stamps and gets (\d+) .* has (\d+) and gets (\d+)", (1, 0, 3, 2)),
        (r"pay (\d+) \D+ (\d+) \D+ another (\d+) \D+ (\d+)", (1, 0, 3, 2)),
        (r"starts with (\d+) \D+ (\d+) a week, \w+ starts with (\d+) \D+ (\d+)", (3, 2, 1, 0)),
    ),
    "arithmetic_term": (
        (r"(?:term number|the) (\d+)(?:st|nd|rd|th)? .* term (\d+) .* difference (\d+)", (2, 0, 1)),
        (r"^term (\d+) .* starts at (\d+) and grows by (\d+)", (2, 0, 1)),
        (r"is (\d+) cm tall on day 1 and grows (\d+) cm .* on day (\d+)", (0, 1, 2)),
        (r"has (\d+) seats and each further row (\d+) more\. .* has row (\d+)", (0, 1, 2)),
        (r"the (\d+)\w\w number in .* begins with (\d+) .* steps of (\d+)", (2, 0, 1)),
        (r"^entry (\d+) .* first entry (\d+) and step (\d+)", (2, 0, 1)),
        (r"lesson (\d+) if .* costs (\d+) \D+ (\d+)", (2, 0, 1)),
    ),
    "arithmetic_sum": (
        (r"the first (\d+) terms .* first term (\d+) .* difference (\d+)", (2, 0, 1)),
        (r"sum of (\d+) terms .* starts at (\d+) and grows by (\d+)", (2, 0, 1)),
        (r"saves (\d+) dollars in week 1 and (\d+) dollars .* after (\d+) weeks", (0, 1, 2)),
        (r"of (\d+) numbers .* first is (\d+) .* (\d+) more", (2, 0, 1)),
        (r"with (\d+) terms that begins at (\d+) .* by (\d+)", (2, 0, 1)),
        (r"in (\d+) rows: (\d+) .* (\d+) more", (2, 0, 1)),
        (r"do (\d+) lessons .* costs (\d+) \D+ (\d+)", (2, 0, 1)),
        (r"first (\d+) terms .* begins with (\d+) .* difference (\d+)", (2, 0, 1)),
    ),
    "polynomial_value": (
        (r"side of (\d+) m\. .* (\d+) dollars .* (\d+) dollars .* (\d+) dollars", (3, 0, 1, 2)),
        (r"f\((\d+)\) for f\(x\) = (\d+)x\^2 \+ (\d+)x \+ (\d+)$", (3, 0, 1, 2)),
        (r"x = (\d+)일 때 (\d+)x\^2 \+ (\d+)x \+ (\d+)", (3, 0, 1, 2)),
        (r"(\d+)x\^2 \+ (\d+)x \+ (\d+) (?:at x =|when x is) (\d+)", (0, 1, 2, 3)),
        (r"f\((\d+)\) if f\(x\) = (\d+)x\^2 \+ (\d+)x \+ (\d+)$", (3, 0, 1, 2)),
        (r"x = (\d+) into (\d+)x\^2 \+ (\d+)x \+ (\d+)", (3, 0, 1, 2)),
        (r"x is (\d+), how much is (\d+)x\^2 \+ (\d+)x \+ (\d+)", (3, 0, 1, 2)),
        (r"^Take (\d+)\. .* by (\d+); add (\d+) .* add (\d+)", (3, 0, 1, 2)),
        (r"sides of (\d+) m .* (\d+) plants .* (\d+) more .* (\d+) for", (3, 0, 1, 2)),
        (r"(\d+)x\^2 \+ (\d+)x \+ (\d+)(?: evaluated at x = |\. What is f\()(\d+)", (0, 1, 2, 3)),
    ),
    "quadratic_root": (
        (r"x\^2 - (\d+)x \+ (\d+) = (\d+)", (0, 1, 2)),
        (r"x\^2 \+ (\d+) = (\d+)x \+ (\d+)", (1, 0, 2)),
        (r"number and (\d+) more make (\d+) times the number and (\d+) more", (1, 0, 2)),
        (r"plus (\d+) is (\d+) times its side, in cm, plus (\d+)", (1, 0, 2)),
        (r"square is (\d+) times the number, plus (\d+), minus (\d+)", (0, 2, 1)),
    ),
    "expression": (
        (r"have (\d+) euros\. .* earn (\d+) euros and spend (\d+) .* after (\d+)", (0, 2, 3, 1)),
        (r"Take (\d+) away from (\d+), .* by (\d+) and then add (\d+)", (3, 2, 1, 0)),
        (r"buys (\d+) \w+ for (\d+) .* for (\d+) dollars each\. .* and (\d+)", (1, 3, 2, 0)),
        (r"(\d+) crates of (\d+) \w+, with (\d+) .* Another (\d+)", (1, 2, 3, 0)),
        (r"^(\d+)\*\((\d+) - (\d+)\) \+ (\d+)$", (1, 2, 3, 0)),
        (r"bag costs (\d+) .* book (\d+) .* less (\d+) .* bag and (\d+) books", (0, 2, 3, 1)),
        (r"holds (\d+) litres\. .* hour (\d+) .* and (\d+) litres .* (\d+) hours", (0, 2, 3, 1)),
    ),
    "two_congruences": (
        (r"x mod (\d+) = (\d+) and x mod (\d+) = (\d+)", (1, 0, 3, 2)),
        (r"Divided by (\d+) it leaves (\d+), divided by (\d+) it leaves (\d+)", (1, 0, 3, 2)),
        (r"bags of (\d+) and has (\d+) left\. .* of (\d+) .* be (\d+) left", (1, 0, 3, 2)),
        (r"remainder (\d+) when you .* by (\d+) .* (\d+) when you .* by (\d+)", (2, 3, 0, 1)),
        (r"every (\d+) .* after (\d+) seconds\. .* every (\d+) .* after (\d+)", (1, 0, 3, 2)),
        (r"among (\d+) people leaves (\d+) .* among (\d+) people leaves (\d+)", (1, 0, 3, 2)),
        (r"(?:piles|rows) of (\d+), .* (\d+) .* of (\d+) it \w+ (\d+)", (1, 0, 3, 2)),
        (r"(\d+)으?로 나누면 (\d+)[이가] 남고 (\d+)으?로 나누면 (\d+)[이가]", (1, 0, 3, 2)),
    ),
    "base_digits": (
        (r"base (\d+) representation of (\d+)", (1, 0)),
        (r"counts in base (\d+)\. How does it write (\d+)", (1, 0)),
        (r"wheels with (\d+) digits each, .* after (\d+) clicks", (1, 0)),
        (r"base-(\d+) form of (\d+)", (1, 0)),
        (r"powers of (\d+), how is (\d+)", (1, 0)),
        (r"with (\d+) fingers .* number (\d+)", (1, 0)),
        (r"to base (\d+)\. What .* number (\d+)", (1, 0)),
    ),
    "binomial": (
        (r"choose (\d+) of (\d+)", (1, 0)),
        (r"with (\d+) elements of a set with (\d+)", (1, 0)),
        (r"pick (\d+) books out of (\d+)", (1, 0)),
        (r"pick (\d+) out of (\d+)", (1, 0)),
        (r"teams of (\d+) .* from (\d+)", (1, 0)),
        (r"choose (\d+) different .* of (\d+)", (1, 0)),
        (r"needs (\d+) helpers and (\d+)", (1, 0)),
    ),
    "derivative_value": (
        (r"f'\((\d+)\) for f\(x\) = (\d+)x\^3 \+ (\d+)x\^2 \+ (\d+)x \+ (\d+)$", (4, 0, 1, 2, 3)),
        (r"x = (\d+)에서 .* (\d+)x\^3 \+ (\d+)x\^2 \+ (\d+)x \+ (\d+)", (4, 0, 1, 2, 3)),
        (r"(\d+)x\^3 \+ (\d+)x\^2 \+ (\d+)x \+ (\d+)\D+ at x = (\d+)", (0, 1, 2, 3, 4)),
        (r"(\d+)x\^3 \+ (\d+)x\^2 \+ (\d+)x \+ (\d+) at x = (\d+)", (0, 1, 2, 3, 4)),
        (r"f'\((\d+)\), where .* = (\d+)x\^3 \+ (\d+)x\^2 \+ (\d+)x \+ (\d+)", (4, 0, 1, 2, 3)),
        (r"[Aa]t x = (\d+)\D+ (\d+)x\^3 \+ (\d+)x\^2 \+ (\d+)x \+ (\d+)", (4, 0, 1, 2, 3)),
        (r"(\d+)x\^3 \+ (\d+)x\^2 \+ (\d+)x \+ (\d+)\D+ x = (\d+)", (0, 1, 2, 3, 4)),
    ),
    "definite_integral": (
        (r"x = (\d+) (?:and|to) x = (\d+)\D+ (\d+)x\^2 \+ (\d+)x \+ (\d+)", (3, 4, 0, 1, 2)),
        (r"(\d+)x\^2 \+ (\d+)x \+ (\d+)\D+ limit (\d+) .* limit (\d+)", (0, 1, 2, 3, 4)),
        (r"(\d+)x\^2 \+ (\d+)x \+ (\d+)\) dx from (\d+) to (\d+)", (0, 1, 2, 3, 4)),
        (r"from (\d+) to (\d+) of (\d+)x\^2 \+ (\d+)x \+ (\d+)$", (3, 4, 0, 1, 2)),
        (r"x = (\d+)부터 x = (\d+)까지 (\d+)x\^2 \+ (\d+)x \+ (\d+)", (3, 4, 0, 1, 2)),
        (r"(\d+)x\^2 \+ (\d+)x \+ (\d+)\D+ x = (\d+) (?:to|and) x = (\d+)", (0, 1, 2, 3, 4)),
    ),
    "geometric_sum": (
        (r"total of (\d+) terms .* begins with (\d+) .* ratio (\d+)", (2, 0, 1)),
        (r"of (\d+) terms with ratio (\d+) and first term (\d+)", (2, 1, 0)),
        (r"are (\d+) boxes\. .* holds (\d+) .* box (\d+) times", (2, 0, 1)),
        (r"runs (\d+) times .* with (\d+) metres\. .* in (\d+) days", (1, 0, 2)),
        (r"first (\d+) terms .* first term (\d+) .* ratio (\d+)", (2, 0, 1)),
        (r"of (\d+) terms .* starts at (\d+) .* by (\d+)", (2, 0, 1)),
        (r"(\d+) times on day 1, .* (\d+) times .* first (\d+) days", (0, 1, 2)),
        (r"(\d+) stickers in week 1 .* (\d+) times .* after (\d+) weeks", (0, 1, 2)),
    ),
    "recurrence_term": (
        (r"the (\d+)\w+ term when .* is (\d+) and .* is (\d+) times .* plus (\d+)", (3, 0, 1, 2)),
        (r"term (\d+) of the rec.* first term (\d+) .* by (\d+)\*t \+ (\d+)", (3, 0, 1, 2)),
        (r"the (\d+)\w+ number of the list .* with (\d+) .* by (\d+) .* (\d+)$", (3, 0, 1, 2)),
        (r"term number (\d+) if .* is (\d+) .* times (\d+), plus (\d+)", (3, 0, 1, 2)),
        (r"level (\d+) of .* worth (\d+) .* level (\d+) times .* plus (\d+)", (3, 0, 1, 2)),
        (
            r"(\d+)(?:st|nd|rd|th)? of the sequence .* (\d+) .* (\d+) times .* plus (\d+)",
            (3, 0, 1, 2),
        ),
        (r"(\d+)(?:st|nd|rd|th) term .* term (\d+) .* x -> (\d+)\*x \+ (\d+)", (3, 0, 1, 2)),
        (r"number (\d+) of .* term (\d+) .* by (\d+) .* by (\d+)", (3, 0, 1, 2)),
        (r"(\d+) fish in year 1\. .* by (\d+) and (\d+) .* year (\d+)", (0, 1, 2, 3)),
    ),
    "weighted_mean": (
        (r"of (\d+) copies of (\d+), (\d+) .* of (\d+) and (\d+) .* of (\d+)", (1, 0, 3, 2, 5, 4)),
        (r"(\d+), (\d+) and (\d+) have .* (\d+), (\d+) and (\d+)", (0, 2, 4, 1, 3, 5)),
        (r"values (\d+), (\d+), (\d+) with frequencies (\d+), (\d+), (\d+)", (0, 2, 4, 1, 3, 5)),
        (r"(\d+) \w+ at (\d+) cents .* (\d+) at (\d+) .* (\d+) at (\d+)", (1, 0, 3, 2, 5, 4)),
        (
            r"For (\d+) days .* had (\d+) .* (\d+) .* (\d+) days, .* (\d+) .* (\d+)",
            (1, 0, 2, 3, 4, 5),
        ),
        (
            r"(\d+) cards .* (\d+), (\d+) cards .* (\d+) and (\d+) cards .* (\d+)\.",
            (1, 0, 3, 2, 5, 4),
        ),
        (r"of (\d+), (\d+) and (\d+) with weights (\d+), (\d+) and (\d+)", (0, 2, 4, 1, 3, 5)),
        (
            r"(\d+) pupils score (\d+) .* (\d+) pupils (\d+) .* (\d+) pupils (\d+)",
            (1, 0, 3, 2, 5, 4),
        ),
        (r"sells (\d+) \w+ at (\d+) .* (\d+) at (\d+) .* (\d+) at (\d+)", (1, 0, 3, 2, 5, 4)),
    ),
    "fraction_of": (
        (r"Scale (\d+) by the factor (\d+)/(\d+)", (2, 0, 1)),
        (r"have (\d+) euros, .* (\d+)/(\d+) of that", (2, 0, 1)),
        (r"has (\d+) \w+\. .* has (\d+)/(\d+) as many", (2, 0, 1)),
        (r"^(\d+)의 (\d+)/(\d+)", (2, 0, 1)),
        (r"needs (\d+) g .* (\d+)/(\d+)", (2, 0, 1)),
        (r"walk of (\d+) minutes .* (\d+)/(\d+)", (2, 0, 1)),
    ),
    "product": (
        (r"costs (\d+) euros\. .* buys (\d+) of them", (1, 0)),
        (r"(\d+) pages a day\. .* in (\d+) days", (1, 0)),
    ),
    "linear_congruence": (
        (r"x with (\d+) = (\d+)x mod (\d+)", (1, 0, 2)),
        (r"Modulo (\d+), .* multiply (\d+) to get (\d+)", (2, 0, 1)),
        (r"has (\d+) marks .* on (\d+) marks .* of (\d+) marks", (2, 0, 1)),
        (r"packs of (\d+) .* boxes of (\d+)\. .* as (\d+) \w+ would", (0, 2, 1)),
    ),
    "squared_distance": ((r"\((\d+), (\d+)\)\D+\((\d+), (\d+)\)", (0, 1, 2, 3)),),
    "fraction_product": ((r"costs (\d+)/(\d+) of a euro\. .* do (\d+)/(\d+)", (2, 3, 0, 1)),),
    "modular_power": (
        (r"has (\d+) days, .* after (\d+)\^(\d+)", (2, 0, 1)),
        (r"(\d+) hours on its dial\. .* by (\d+)\^(\d+)", (2, 0, 1)),
        (r"code of (\d+) symbols, .* one of (\d+), with (\d+)", (1, 0, 2)),
    ),
    "remainder": (
        (r"when (\d+) is taken out of (\d+)", (1, 0)),
        (r"take (\d+) away from (\d+)", (1, 0)),
        (r"seats (\d+) people\. Out of (\d+)", (1, 0)),
        (r"has (\d+) days\. .* in (\d+) days", (1, 0)),
    ),
    "linear_system": (
        (r"(\d+)x - (\d+)y = (\d+) and x \+ y = (\d+)", (1, 2, 3, 0)),
        (r"up to (\d+)\. (\d+) times \D+ (\d+) more than (\d+)", (0, 1, 3, 2)),
        (r"gets (\d+) euros .* pays (\d+) .* After (\d+) days .* holds (\d+)", (1, 2, 0, 3)),
    ),
}
"""Phrases in which the operands do not stand in the order of the slots, or beside other numbers."""


def reading(family: str, text: str) -> tuple[int, ...]:
    """The operands that a question names, in the order of the slots."""
    for pattern, order in _OUT_OF_ORDER.get(family, ()):
        if found := re.search(pattern, text):
            read = dict(zip(order, map(int, found.groups()), strict=True))
            return tuple(read[i] for i in range(len(order)))
    return tuple(map(int, re.findall(r"-?\d+", text)))
