"""A maximum of thinking by the endpoint's own cap: one call, and a look at what came of it.

Servers take such a field and ignore it (a wrong place in the body, a parser that was not started),
so a cap counts as kept only where the reply shows it.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Literal, NamedTuple

from reasonloom.context import Context
from reasonloom.errors import NoSkill
from reasonloom.models.protocol import Choice, Model, Profile, Prompt
from reasonloom.strategies.budget_forcing.account import Account, EndReason, Rules
from reasonloom.strategies.budget_forcing.drive import ROLE, Forced, within_context
from reasonloom.strategies.budget_forcing.measure import Measure
from reasonloom.thinking import SLACK, Capped, counted

Through = Literal["auto", "native", "continuation"]


class Bound(NamedTuple):
    """The tokens that may be thought, and what sets them."""

    tokens: int
    reason: EndReason


def needs_native(model: Model, *, only_maximum: bool, through: Through) -> bool:
    """Whether the endpoint's own cap does it, rather than a reply that is continued.

    Raises NoSkill where the model has no way to do what is asked, as far as its profile knows.
    """
    profile = model.profile
    capped = profile.thinking_cap is not None
    if through == "native" and not capped:
        raise NoSkill(
            f"{model.name} has no native cap on thinking in its profile: name its kind as"
            " thinking_cap in your models file, or take through=continuation"
        )
    if through == "native" or (through == "auto" and only_maximum and prefers_cap(profile)):
        return True
    if not can_continue(profile):
        other = "wait=0 and its native cap" if capped else "token_conditional, or a thinking_cap"
        raise NoSkill(
            f"{model.name} cannot go on from a beginning of its reply, as probing found or its"
            f" profile says, so its thinking cannot be forced: take {other}"
        )
    return False


def prefers_cap(profile: Profile) -> bool:
    """Whether a maximum is better left to the endpoint: not where probing proved turns alone."""
    features = profile.features
    unproven = features is not None and "thinking_cap" not in features
    return profile.thinking_cap is not None and not (unproven and can_continue(profile))


def can_continue(profile: Profile) -> bool:
    """Whether replies can be written in turns; True while nobody has probed."""
    if profile.features is None:
        return True
    ways = {feature.partition(":")[0] for feature in profile.features}
    return bool(ways & ({"prefix", "token_ids"} if profile.chat else {"raw", "token_ids"}))


async def force_natively(
    ctx: Context, prompt: Prompt, rules: Rules, *, temperature: float = 0.0
) -> Forced:
    """One reply whose thinking the endpoint is to cap; its account says what came of that.

    Raises InputError where the context leaves no room, and what `ctx.generate` raises.
    """
    measure = Measure.of(ctx, ROLE, prompt)
    rules = within_context(ctx, measure, rules)
    bound = _bound(ctx, measure, rules)
    most = bound.tokens + rules.answer + SLACK
    most = most if rules.allowance is None else min(most, rules.allowance)
    (choice,) = await ctx.generate(
        prompt,
        role=ROLE,
        max_tokens=most,
        temperature=temperature,
        max_thinking=bound.tokens,
    )
    model, capped = ctx.model(ROLE), counted(choice, bound.tokens)
    cut = choice.completion_tokens < most and ctx.ledger.bounded
    account = _account(choice, capped, _end(choice, capped, bound, cut))
    shown = {**asdict(capped), "kept": capped.kept, "note": _note(model.name, capped)}
    written = _written(choice, model.profile)
    return Forced(written, choice.text, account, choice.finish_reason, shown)


def _bound(ctx: Context, measure: Measure, rules: Rules) -> Bound:
    kept = rules.answer + SLACK
    bounds = [Bound(rules.max_thinking, "thinking")]
    if rules.allowance is not None:
        bounds.append(Bound(rules.allowance - kept, "allowance"))
    left = ctx.ledger.left().tokens
    if left is not None:
        bounds.append(Bound(left - measure.prompt - kept, "budget"))
    tightest = min(bounds, key=lambda bound: bound.tokens)
    return tightest._replace(tokens=max(0, tightest.tokens))


def _end(choice: Choice, capped: Capped, bound: Bound, cut: bool) -> EndReason:
    if choice.finish_reason not in ("stop", "length"):
        return "broken"
    if capped.kept is None:
        return "unchecked"
    if not capped.kept:
        return "overrun"
    if choice.finish_reason == "length" and cut:
        return "budget"
    return bound.reason if capped.reached else "stopped"


def _account(choice: Choice, capped: Capped, end: EndReason) -> Account:
    thought = capped.thought or 0
    over = 0 if capped.kept else max(0, thought - capped.cap)
    answer = max(0, choice.completion_tokens - thought)
    return Account(thought, answer=answer, overrun=over, rounds=[thought], end=end)


def _note(name: str, capped: Capped) -> str | None:
    """One sentence where the cap was not kept, or nothing tells."""
    if capped.kept is None:
        return (
            f"{name} shows neither its thinking nor a count of it, so nothing tells whether it"
            f" kept to its native cap of {capped.cap:,} tokens"
        )
    if capped.kept:
        return None
    about = "" if capped.exact else "about "
    return (
        f"{name} was to think for {capped.cap:,} tokens at the most and thought for"
        f" {about}{capped.thought:,}, so it does not honour its native cap: take"
        " through=continuation or token_conditional, or another thinking_cap in its profile"
    )


def _written(choice: Choice, profile: Profile) -> str:
    """The whole reply, the thinking between its delimiters."""
    if not choice.reasoning or profile.think is None:
        return choice.reasoning + choice.text
    opening, closing = profile.think
    return f"{opening}{choice.reasoning}{closing}{choice.text}"
