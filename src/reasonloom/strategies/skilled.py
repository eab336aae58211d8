"""The requests that only an instruction-tuned model knows, for the model behind a role."""

from __future__ import annotations

from reasonloom.context import Context
from reasonloom.errors import NoSkill
from reasonloom.strategies.dialects.chat import ChatSkills
from reasonloom.strategies.dialects.skills import Skills

SKILLS: dict[str, Skills] = {"instruct": ChatSkills()}
"""By dialect; one that is not here has none of them."""


def skilled(ctx: Context, role: str, purpose: str) -> Skills:
    """How the model behind `role` is asked for skills beyond reasoning; `purpose` is one of them.

    Raises NoSkill when its dialect has none: no model is called, so nothing is spent.
    """
    model = ctx.model(role)
    found = SKILLS.get(model.profile.dialect)
    if found is None:
        raise NoSkill(
            f"{model.name} has no skill to {purpose}: take an instruction-tuned model"
            f" (openai:MODEL@URL) for the role {role!r}, or another strategy"
        )
    return found
