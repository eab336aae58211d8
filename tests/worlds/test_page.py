"""Whether docs/worlds.md tells the truth about the families."""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import NamedTuple

from reasonloom.worlds.families import FAMILIES
from reasonloom.worlds.splits import WITHHELD_TEMPLATES

PAGE = (Path(__file__).parents[2] / "docs" / "worlds.md").read_text("utf-8")
DRAWS = 150
"""Draws a level; enough for every misfit to show."""


class Row(NamedTuple):
    family: str
    operands: str
    templates: list[str]
    applies: str


def table() -> list[Row]:
    """The rows below `## Families`; one without a family goes on with the family above."""
    rows: list[Row] = []
    section = PAGE.split("## Families")[1].split("\n## ")[0]
    for line in re.findall(r"^\|(.*)\|$", section, re.M)[2:]:
        name, operands, templates, applies = (cell.strip() for cell in line.split("|"))
        family = name.strip("`") or rows[-1].family
        rows.append(Row(family, operands, templates.split("; "), applies))
    return rows


def test_the_table_names_every_family_in_order_with_all_its_templates() -> None:
    told: dict[str, list[str]] = {}
    for row in table():
        told.setdefault(row.family, []).extend(row.templates)
    assert list(told) == list(FAMILIES)
    for name, templates in told.items():
        assert sorted(templates) == sorted(m.template for m in FAMILIES[name].methods), name


def test_the_table_names_the_operands_and_marks_those_that_can_be_linked() -> None:
    for row in table():
        if not row.operands:
            continue
        family = FAMILIES[row.family]
        cells = row.operands.split(":")[0].split(", ")
        assert len(family.links) == sum(cell.startswith("*") for cell in cells), row
        if not family.many and family.slots:
            shown = [f"*{s}*" if i in family.links else s for i, s in enumerate(family.slots)]
            assert cells == shown


def test_a_template_applies_always_just_if_the_table_says_so() -> None:
    rng = random.Random(3)
    for row in table():
        family = FAMILIES[row.family]
        draws = (family.draw(rng, level, {}) for level in (1, 2, 3) for _ in range(DRAWS))
        made = [params for params in draws if params]
        # Exponents beyond 40 come from earlier parts alone.
        if row.templates == ["Repeated squaring"]:
            made.append((2, 41, 7))
        for method in family.methods:
            if method.template in row.templates:
                fits = all(method.misfit(params) is None for params in made)
                assert fits is (row.applies == "always"), row


def test_the_page_counts_the_families_and_names_what_is_withheld() -> None:
    puzzles = sum(bool(family.tell) for family in FAMILIES.values())
    maths = len(FAMILIES) - puzzles
    assert f"There are {len(FAMILIES)}: {maths} of mathematics and {puzzles} of logic" in PAGE
    several = sum(len(family.methods) > 1 for family in FAMILIES.values())
    assert f"{several} families have two or more" in PAGE
    text = re.sub(r"\s+", " ", PAGE)
    assert all(f"*{template}*" in text for template in WITHHELD_TEMPLATES)
