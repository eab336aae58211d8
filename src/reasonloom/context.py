"""All that a strategy may use: models by role, budget, trace, seeds, retrievers and tools."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from types import TracebackType
from typing import Any, Literal, TypeVar

from reasonloom.bookings import Spent
from reasonloom.branches import BranchFailure, run_together
from reasonloom.calls import PendingCall, Route, describe
from reasonloom.continuation import Continuation
from reasonloom.errors import BadReply, ContextMisuse, InputError
from reasonloom.events import Note, SpanEnd, SpanStart, plain
from reasonloom.ledger import Clock, Ledger
from reasonloom.limits import Limits
from reasonloom.models.protocol import (
    Choice,
    Message,
    Model,
    Prompt,
    Request,
    Response,
    TokenLogprob,
)
from reasonloom.problem import Problem
from reasonloom.requests import as_request, kind_of, tail
from reasonloom.seeds import derive
from reasonloom.spec import unknown
from reasonloom.thinking import cap_extra
from reasonloom.trace import Trace

T = TypeVar("T")
Branch = Callable[["Context"], Awaitable[T]]


@dataclass(slots=True)
class _Solve:
    """What all contexts of one solve share."""

    problem: Problem
    routes: Mapping[str, Route]
    trace: Trace
    seed: int
    retrievers: Mapping[str, Any] = field(default_factory=dict)
    tools: Mapping[str, Any] = field(default_factory=dict)


def open_context(
    problem: Problem,
    models: Mapping[str, Model],
    *,
    seed: int = 0,
    limits: Limits | None = None,
    trace: Trace | None = None,
    retrievers: Mapping[str, Any] | None = None,
    tools: Mapping[str, Any] | None = None,
    clock: Clock = time.monotonic,
) -> Context:
    """The root context of one solve; use it in a `with`, or close it.

    models   by role ("navigator", "reasoner", ...); "default" serves the roles that are not named
    seed     of the run; every draw of this solve is derived from it
    clock    monotonic seconds, for the deadline and for the times in the trace
    """
    if trace is None:
        trace = Trace(name=problem.id, clock=clock)
    elif not trace.name:
        trace.name = problem.id
    routes = {role: Route.to(model) for role, model in models.items()}
    solve = _Solve(problem, routes, trace, seed, retrievers or {}, tools or {})
    return Context(solve, "", Ledger(limits, clock=clock))


class Context:
    """One span of a solve with its slice of the budget; made by `open_context` and `child`.

    A context does one thing at a time (a call, a gather); things that run together need children
    with keys of their own. So seeds come from keys and never from the order of arrival.
    """

    __slots__ = ("_busy", "_closed", "_draws", "_keys", "_solve", "ledger", "path")

    def __init__(self, solve: _Solve, path: str, ledger: Ledger) -> None:
        self._solve, self.path, self.ledger = solve, path, ledger
        self._keys: set[str] = set()
        self._draws, self._busy, self._closed = 0, False, False
        about = None if path else asdict(solve.problem)
        limits = str(ledger.limits)
        self.trace.add(
            SpanStart(self.trace.name, path, self.trace.now(), solve.seed, limits, about)
        )

    @property
    def problem(self) -> Problem:
        return self._solve.problem

    @property
    def trace(self) -> Trace:
        return self._solve.trace

    @property
    def retrievers(self) -> Mapping[str, Any]:
        return self._solve.retrievers

    @property
    def tools(self) -> Mapping[str, Any]:
        return self._solve.tools

    @property
    def seed(self) -> int:
        """For a strategy's own draws in this span: `random.Random(ctx.seed)`."""
        return derive(self._solve.seed, self.problem.id, self.path)

    def model(self, role: str = "default") -> Model:
        """The model of a role. Raises InputError when neither it nor "default" is there."""
        return self._route(role).model

    async def generate(
        self,
        prompt: str | Sequence[Message] | Prompt,
        *,
        role: str = "reasoner",
        n: int = 1,
        max_tokens: int = 1024,
        temperature: float = 0.0,
        top_p: float = 1.0,
        top_k: int = 0,
        stop: Sequence[str] = (),
        schema: Mapping[str, Any] | None = None,
        prefix: str = "",
        logprobs: int | None = None,
        max_thinking: int | None = None,
    ) -> tuple[Choice, ...]:
        """Sample `n` replies in one call; each has a seed of its own.

        A string is one user message (the whole text for a model that takes only text). `stop` and
        `schema` add to what a Prompt brings, `prefix` follows its prefix. When the budget leaves
        less than `max_tokens`, replies are cut to what is left, to 16 tokens at the least.
        `max_thinking` asks the endpoint to cap thinking, in tokens; many take such a wish and
        ignore it, so look at what came back (`Choice.reasoning_tokens`).

        Raises BudgetSpent when no useful call fits, ModelError when the model fails, InputError
        when it has no cap for `max_thinking`, ContextMisuse when this context is already at work.
        """
        request = as_request(
            prompt,
            chat=self.model(role).profile.chat,
            prefix=prefix,
            stop=stop,
            schema=schema,
            n=n,
            max_tokens=max_tokens,
            temperature=temperature,
            top_p=top_p,
            top_k=top_k,
            logprobs=logprobs,
            extra=cap_extra(self.model(role), max_thinking),
        )
        with self._alone():
            return (await self._ask(role, request, kind_of(prompt))).choices

    def continuation(
        self,
        prompt: str | Sequence[Message] | Prompt,
        *,
        role: str = "reasoner",
        temperature: float = 0.0,
        top_p: float = 1.0,
        top_k: int = 0,
    ) -> Continuation:
        """A reply that is written piece by piece: what budget forcing needs."""
        model = self.model(role)
        start = as_request(
            prompt,
            chat=model.profile.chat,
            temperature=temperature,
            top_p=top_p,
            top_k=top_k,
        )

        async def ask(request: Request) -> Response:
            with self._alone():
                return await self._ask(role, request, kind_of(prompt))

        return Continuation(ask, start, model)

    async def score(
        self,
        prompt: str | Sequence[Message] | Prompt,
        continuation: str,
        *,
        role: str = "reasoner",
    ) -> tuple[TokenLogprob, ...]:
        """Log-probabilities of the tokens of `continuation` after `prompt`.

        A token that straddles the border is the first one. Raises BadReply when the model sends
        no log-probabilities of the prompt.
        """
        request = as_request(
            prompt,
            chat=self.model(role).profile.chat,
            prefix=continuation,
            max_tokens=1,
            echo_logprobs=True,
        )
        with self._alone():
            response = await self._ask(role, request, "score")
        if response.prompt_logprobs is None:
            raise BadReply(
                f"{self._route(role).name} sends no log-probabilities of the prompt, which score"
                " needs: take a local model or a server that has echo"
            )
        return tail(response.prompt_logprobs, len(continuation))

    def child(self, key: str, limits: Limits | None = None) -> Context:
        """A nested span with a slice of the budget; use it in a `with`, or close it.

        Children share what is left as they spend it; `gather` divides it instead. Raises
        ContextMisuse when the key was used before, is empty or holds a slash.
        """
        if self._closed:
            raise ContextMisuse(f"the context {self._name} is closed: open children before that")
        if not key or "/" in key:
            raise ContextMisuse(f"{key!r} cannot be a key: take a non-empty text without slashes")
        if key in self._keys:
            raise ContextMisuse(
                f"the key {key!r} was used before in {self._name}: give each child its own"
            )
        self._keys.add(key)
        path = f"{self.path}/{key}" if self.path else key
        return Context(self._solve, path, self.ledger.slice(limits, path))

    async def gather(
        self,
        branches: Mapping[str, Branch[T]],
        *,
        until: Callable[[Mapping[str, T]], bool] | None = None,
    ) -> dict[str, T | BranchFailure]:
        """Run each branch in a child of its own, all together; results in key order.

        What is left of the budget is divided among them now, in key order; what they leave comes
        back at the end. `until` sees the results so far (no failures) after each branch that ends;
        once it is true the rest is cancelled, booked, and absent from the result. ModelError and
        BudgetSpent become a BranchFailure; any other error cancels the rest and is raised.
        """
        with self._alone():
            shares = self.ledger.divide(len(branches)) if branches else ()
            children: dict[str, Context] = {}
            try:
                for key, share in zip(branches, shares, strict=True):
                    children[key] = self.child(key, share)
                runs = {key: _in_span(branches[key], child) for key, child in children.items()}
                return await run_together(runs, until)
            finally:
                for child in children.values():
                    child.close("cancelled")

    def note(self, kind: str, **payload: Any) -> None:
        """Put a strategy's own event into the trace; the payload is kept as plain JSON data."""
        data = plain(payload)
        self.trace.add(Note(self.trace.name, self.path, self.trace.now(), kind, data))

    def close(
        self,
        outcome: Literal["finished", "failed", "cancelled"] = "finished",
        error: str | None = None,
    ) -> Spent:
        """End the span; what its slice did not spend goes back. The first close counts."""
        spent = self.ledger.close()
        if not self._closed:
            self._closed = True
            now = self.trace.now()
            self.trace.add(SpanEnd(self.trace.name, self.path, now, outcome, spent, error))
        return spent

    def __enter__(self) -> Context:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        if error is None:
            self.close()
        else:
            failed = isinstance(error, Exception)
            self.close("failed" if failed else "cancelled", describe(error) if failed else None)

    @property
    def _name(self) -> str:
        return self.path or "the run"

    def _route(self, role: str) -> Route:
        routes = self._solve.routes
        route = routes.get(role) or routes.get("default")
        if route is None:
            raise InputError(unknown("role", role, routes, "(no model is given for it)"))
        return route

    @contextmanager
    def _alone(self) -> Iterator[None]:
        if self._closed:
            raise ContextMisuse(f"the context {self._name} is closed: nothing can run in it")
        if self._busy:
            raise ContextMisuse(
                f"{self._name} is already at work: run calls together in children, by ctx.gather"
            )
        self._busy = True
        try:
            yield
        finally:
            self._busy = False

    async def _ask(self, role: str, request: Request, kind: str) -> Response:
        route, index = self._route(role), self._draws
        request = replace(request, seeds=self._seeds(request.n))
        request, reservation = route.reserve(request, self.ledger)
        return await PendingCall(
            self.trace, self.ledger, route, reservation, request, self.path, index, role, kind
        ).answer()

    def _seeds(self, n: int) -> tuple[int, ...]:
        first = self._draws
        self._draws += n
        run, problem, path = self._solve.seed, self.problem.id, self.path
        return tuple(derive(run, problem, path, first + j) for j in range(n))


def _in_span(branch: Branch[T], child: Context) -> Callable[[], Awaitable[T]]:
    async def run() -> T:
        with child:
            return await branch(child)

    return run


__all__ = ["BranchFailure", "Context", "open_context"]
