"""The template for a step, or none."""

from __future__ import annotations

from collections.abc import Collection

from reasonloom.context import Context
from reasonloom.templates.schema import Template
from reasonloom.trajectory import Step

NEAR = 12
"""How many template names the navigator is shown (our choice)."""


def retrieve(
    step: Step, ctx: Context, *, k: int = 1, without: Collection[str] = ()
) -> list[Template]:
    """The best `k` templates for a step by its goal, template name and tags.

    `without` are ids that were tried before. An empty list abstains: no template fits.
    """
    retriever = ctx.retrievers.get("templates")
    if retriever is None:
        return []
    hits = retriever.retrieve(step.goal, name=step.template, tags=step.tags, k=k + len(without))
    return [hit.template for hit in hits if hit.template.id not in without][:k]


def names_near(question: str, ctx: Context) -> tuple[str, ...]:
    """Names of the templates nearest to a question, for the navigator to choose from."""
    retriever = ctx.retrievers.get("templates")
    if retriever is None:
        return ()
    return tuple(hit.template.name for hit in retriever.retrieve(question[:2_000], k=NEAR))
