"""A trained step scorer as a Scorer: what `loom train scorer` makes, asked for each step's value.

Wang et al., Math-Shepherd (arXiv 2312.08935): best-of-n takes the solution whose worst step is the
best (reduce=min). The scorer reads the question and the steps up to its own, and nothing after.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import exp

from reasonloom.calls import PendingCall, Route
from reasonloom.context import Context
from reasonloom.models.protocol import Model
from reasonloom.problem import Problem
from reasonloom.requests import as_request
from reasonloom.strategies.dialects import dialect_of
from reasonloom.strategies.dialects.base import Unreadable

ROLE = "scorer"
"""By which its calls are told apart in a trace."""


@dataclass(frozen=True)
class StepScorer:
    """path  the folder `model` of a run of `loom train scorer`"""

    path: str

    @property
    def weights(self) -> str:
        """Their hash. Raises InputError where there is no step scorer at `path`."""
        return self._model.profile.hash or ""

    def ready(self, ctx: Context) -> None:
        """Raise InputError where there is no step scorer at `path`."""
        _ = self._model

    async def score(
        self, problem: Problem, steps: Sequence[str], ctx: Context
    ) -> tuple[float, ...] | Unreadable:
        model = self._model
        request = as_request(
            dialect_of(model.profile.dialect).cot(problem.question).prompt,
            chat=model.profile.chat,
            prefix="\n".join(steps),
            max_tokens=1,
            echo_logprobs=True,
            extra={"steps": tuple(steps)},
        )
        route = Route.to(model)
        request, held = route.reserve(request, ctx.ledger)
        call = PendingCall(ctx.trace, ctx.ledger, route, held, request, ctx.path, 0, ROLE, "score")
        response = await call.answer()
        return tuple(exp(step.logprob) for step in response.prompt_logprobs or ())

    @cached_property
    def _model(self) -> Model:
        from reasonloom.models.local.step_model import StepModel

        return StepModel(self.path)
