"""Rows for structure SFT: from a template's name and tags to its description and scope.

ReasonFlux, arXiv 2502.06772, section 3.1: the loss is on description and scope alone. The paper
extends its library to 15,000 samples and does not say how. Ours keep the meaning: the tags in any
order, any part of them, and for chat models four wordings of the request.

Some templates are held out, each wholly, so that what is measured on them was never learnt.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from itertools import permutations, product
from typing import NamedTuple

from reasonloom.data.prompts import reply, told
from reasonloom.errors import InputError, TemplateError
from reasonloom.models.protocol import Prompt
from reasonloom.seeds import derive
from reasonloom.strategies.dialects import compact, dialect_of
from reasonloom.strategies.dialects import instruct_text as say
from reasonloom.strategies.dialects.instruct import chat
from reasonloom.strategies.dialects.json_reply import write_object
from reasonloom.templates.library import Library
from reasonloom.templates.schema import Template
from reasonloom.train.rows import Row, row_id
from reasonloom.worlds.splits import WITHHELD_TEMPLATES, bucket

VARIANTS = 30
"""Rows a template at the most: the paper's 15,000 samples of about 500 templates."""
HELD_OUT = 0.1
"""Share of the templates that is held out (our choice)."""
SYSTEM = (
    "You know a library of thought templates: general methods for solving problems, each with a"
    f" name and tags. {say.DATA}"
)
WORDINGS = (
    "Describe this template: what it does, and what it is for.",
    "Say what the template of this name does, and to which problems it applies.",
    "Recall this method of the library and tell when it is to be used.",
    "What does this template do, and when does it apply?",
)
FORM = (
    'Give in "description" what the method does, and in "scope" what it is for and when it does'
    f" not apply. {say.JSON} Its form:\n"
    '{"description": "...", "scope": "..."}'
)


class Structure(NamedTuple):
    """Rows to learn from, and one row for each template that is held out."""

    learnt: list[Row]
    held: list[Row]


class Variant(NamedTuple):
    """One way to ask for a template; `wording` is always 0 in the compact dialect."""

    wording: int
    tags: tuple[str, ...]


def structure_rows(
    library: Library,
    dialect: str = "compact",
    *,
    variants: int = VARIANTS,
    held_out: float = HELD_OUT,
    seed: int = 0,
) -> Structure:
    """SFT rows on a library, in its order.

    variants  rows a template at the most, all different; the first asks for it as it stands
    held_out  share of the templates left out, by hash of the id; those that the worlds withhold
              from all training are held out too

    Raises TemplateError for a template without description, scope, tags or steps, InputError for
    an unknown dialect, numbers out of range, and where nothing is left to learn.
    """
    dialect = dialect_of(dialect).name
    if variants < 1 or not 0 <= held_out < 1:
        raise InputError(
            f"variants={variants}, held_out={held_out}: give 1 or more, and a share below 1"
        )
    for template in library:
        _check(template)
    learnt = [t for t in library if not is_held_out(t, held_out)]
    if not learnt:
        raise InputError(
            f"all {len(library)} templates are held out: lower the held-out share, or add templates"
        )
    return Structure(
        [
            _row(library, template, dialect, variant, seed)
            for template in learnt
            for variant in variants_of(template, dialect, variants, seed)
        ],
        [
            _row(library, template, dialect, Variant(0, template.tags), seed)
            for template in library
            if is_held_out(template, held_out)
        ],
    )


def is_held_out(template: Template, share: float) -> bool:
    """By the hash of the id alone, so that a library that grows keeps its parts apart."""
    return bucket(f"structure {template.id}") < 100 * share or template.name in WITHHELD_TEMPLATES


def variants_of(template: Template, dialect: str, most: int, seed: int = 0) -> list[Variant]:
    """The template as it stands, then other ways to ask for it, drawn without repeating."""
    wordings = range(1 if dialect == "compact" else len(WORDINGS))
    first = Variant(0, template.tags)
    others = [
        Variant(wording, tags)
        for wording, size in product(wordings, range(len(template.tags), 0, -1))
        for tags in permutations(template.tags, size)
        if (wording, tags) != first
    ]
    rng = random.Random(derive(seed, "structure", template.id))
    return [first, *rng.sample(others, min(most - 1, len(others)))]


def structure_prompt(dialect: str, name: str, tags: Sequence[str], wording: int = 0) -> Prompt:
    """The request. In the compact dialect it opens with a marker that opens no other prompt."""
    listed = ", ".join(tags)
    if dialect == "compact":
        text = f"<|template|>{compact.clean(name)} | {compact.clean(listed)}<|goal|>"
        return Prompt(text=text, stop=(compact.END,))
    named = say.join(say.quote("name", name), say.quote("tags", listed))
    return chat("structure", SYSTEM, say.join(WORDINGS[wording], named, FORM))


def structure_reply(dialect: str, template: Template) -> str:
    if dialect == "compact":
        return f"{compact.clean(template.description)} | {compact.clean(template.scope)}"
    return write_object({"description": template.description, "scope": template.scope})


def _row(library: Library, template: Template, dialect: str, variant: Variant, seed: int) -> Row:
    prompt = structure_prompt(dialect, template.name, variant.tags, variant.wording)
    row = {"prompt": told(prompt), "completion": reply(structure_reply(dialect, template), prompt)}
    made = {
        "template": template.id,
        "library": library.version,
        "tags": list(variant.tags),
        "wording": variant.wording,
        "seed": seed,
    }
    return {"id": row_id(row["prompt"], row["completion"]), **row, "from": made}


def _check(template: Template) -> None:
    for field in ("description", "scope", "tags", "steps"):
        if not getattr(template, field):
            raise TemplateError(
                f"the template {template.name!r} has no {field}: structure SFT needs templates that"
                " are complete, so add it (`loom templates lint` finds others)"
            )
