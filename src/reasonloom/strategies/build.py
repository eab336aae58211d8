"""Strategies by name."""

from __future__ import annotations

import dataclasses
from typing import Any, cast

from reasonloom.errors import SpecError
from reasonloom.spec import Spec, build, parse, unknown
from reasonloom.strategies.budget_forcing.rejection import RejectionSampling
from reasonloom.strategies.budget_forcing.strategy import BudgetForcing
from reasonloom.strategies.budget_forcing.told import ClassConditional, TokenConditional
from reasonloom.strategies.cot import Cot
from reasonloom.strategies.direct import Direct
from reasonloom.strategies.reasonflux import ReasonFlux
from reasonloom.strategies.self_consistency import SelfConsistency
from reasonloom.strategies.strategy import Strategy

STRATEGIES: dict[str, type[Strategy]] = {
    "budget_forcing": BudgetForcing,
    "class_conditional": ClassConditional,
    "cot": Cot,
    "direct": Direct,
    "reasonflux": ReasonFlux,
    "rejection_sampling": RejectionSampling,
    "self_consistency": SelfConsistency,
    "token_conditional": TokenConditional,
}


def make_strategy(spec: Spec | str) -> Strategy:
    """The strategy that a spec names, nested ones included: `self_consistency(n=8, over=cot)`.

    Raises SpecError for unknown names and options, with the nearest known one.
    """
    spec = parse(spec) if isinstance(spec, str) else spec
    cls = STRATEGIES.get(spec.name) if spec.scheme is None else None
    if cls is None:
        raise SpecError(unknown("strategy", str(spec), STRATEGIES))
    nested = {
        f.name: make_strategy(spec.args[f.name])
        for f in dataclasses.fields(cast(Any, cls))
        if f.type == "Strategy" and isinstance(spec.args.get(f.name), Spec)
    }
    return build(cls, spec, **nested)
