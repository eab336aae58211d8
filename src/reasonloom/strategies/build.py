"""Strategies by name."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any, cast

from reasonloom.errors import SpecError
from reasonloom.spec import Spec, build, parse, unknown
from reasonloom.strategies.adaptive_consistency import AdaptiveConsistency
from reasonloom.strategies.best_of_n import BestOfN
from reasonloom.strategies.budget_forcing.rejection import RejectionSampling
from reasonloom.strategies.budget_forcing.strategy import BudgetForcing
from reasonloom.strategies.budget_forcing.told import ClassConditional, TokenConditional
from reasonloom.strategies.chain_of_verification import ChainOfVerification
from reasonloom.strategies.cot import Cot
from reasonloom.strategies.debate import Debate
from reasonloom.strategies.direct import Direct
from reasonloom.strategies.few_shot_cot import FewShotCot
from reasonloom.strategies.least_to_most import LeastToMost
from reasonloom.strategies.reasonflux import ReasonFlux
from reasonloom.strategies.reflexion import Reflexion
from reasonloom.strategies.scorers import Likelihood, Scorer, SelfJudgement
from reasonloom.strategies.self_consistency import SelfConsistency
from reasonloom.strategies.self_refine import SelfRefine
from reasonloom.strategies.step_scorer import StepScorer
from reasonloom.strategies.strategy import Strategy
from reasonloom.strategies.universal_consistency import UniversalConsistency

STRATEGIES: dict[str, type[Strategy]] = {
    "adaptive_consistency": AdaptiveConsistency,
    "best_of_n": BestOfN,
    "budget_forcing": BudgetForcing,
    "chain_of_verification": ChainOfVerification,
    "class_conditional": ClassConditional,
    "cot": Cot,
    "debate": Debate,
    "direct": Direct,
    "few_shot_cot": FewShotCot,
    "least_to_most": LeastToMost,
    "reasonflux": ReasonFlux,
    "reflexion": Reflexion,
    "rejection_sampling": RejectionSampling,
    "self_consistency": SelfConsistency,
    "self_refine": SelfRefine,
    "token_conditional": TokenConditional,
    "universal_consistency": UniversalConsistency,
}
SCORERS: dict[str, type[Scorer]] = {
    "likelihood": Likelihood,
    "self_judgement": SelfJudgement,
    "step_scorer": StepScorer,
}


def make_strategy(spec: Spec | str) -> Strategy:
    """The strategy that a spec names, nested ones included: `self_consistency(n=8, over=cot)`.

    Raises SpecError for unknown names and options, with the nearest known one.
    """
    spec = parse(spec) if isinstance(spec, str) else spec
    cls = STRATEGIES.get(spec.name) if spec.scheme is None else None
    if cls is None:
        raise SpecError(unknown("strategy", str(spec), STRATEGIES))
    return build(cls, spec, **_nested(cls, spec))


def make_scorer(spec: Spec | str) -> Scorer:
    """The scorer that a spec names; the errors are those of `make_strategy`."""
    spec = parse(spec) if isinstance(spec, str) else spec
    cls = SCORERS.get(spec.name) if spec.scheme is None else None
    if cls is None:
        raise SpecError(unknown("scorer", str(spec), SCORERS))
    return build(cls, spec)


def _nested(cls: type[Strategy], spec: Spec) -> dict[str, Strategy | Scorer]:
    """The arguments that are themselves strategies or scorers, built."""
    makers: dict[object, Callable[[Spec], Strategy | Scorer]] = {
        "Strategy": make_strategy,
        "Scorer": make_scorer,
    }
    return {
        f.name: makers[f.type](spec.args[f.name])
        for f in dataclasses.fields(cast(Any, cls))
        if f.type in makers and isinstance(spec.args.get(f.name), Spec)
    }
