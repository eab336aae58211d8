"""The one way from a context to a model: reserve, ask, book, record."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from reasonloom.bookings import Booking, from_pico, to_pico
from reasonloom.errors import BadReply, BudgetSpent, InputError, ModelError, TimedOut
from reasonloom.events import Call, CallStatus, redact
from reasonloom.ledger import Ledger, Reservation
from reasonloom.models.protocol import Cancelled, Model, Request, Response, Usage, tokens_of
from reasonloom.trace import Trace

USEFUL_TOKENS: Final = 16
"""A reply may be cut to what the budget leaves, but not below this many tokens (our choice)."""

_NOTHING: Final = Booking(0, Usage(), 0.0, False, False)


@dataclass(frozen=True, slots=True)
class Route:
    """A role's model and what the ledger must know of it.

    name      the model's spec, without secrets
    prices    picodollars a token of (prompt, cached prompt, completion); None where unknown
    fused     whether n samples are one call; if that is unknown, the worst is assumed
    encode    counts the prompt exactly, where the model shows its tokens
    """

    model: Model
    name: str
    prices: tuple[int, int, int] | None
    fused: bool
    encode: Callable[[Request], tuple[int, ...]] | None

    @staticmethod
    def to(model: Model) -> Route:
        profile, tokens = model.profile, tokens_of(model)
        per_million = profile.usd_per_million
        return Route(
            model,
            redact(model.name),
            per_million and _a_token(per_million),
            "n" in (profile.features or ()),
            tokens.encode if tokens else None,
        )

    def usd(self, usage: Usage) -> float:
        if self.prices is None:
            return 0.0
        fresh, cached, completion = self.prices
        return from_pico(
            (usage.prompt_tokens - usage.cached_tokens) * fresh
            + usage.cached_tokens * cached
            + usage.completion_tokens * completion
        )

    def reserve(self, request: Request, ledger: Ledger) -> tuple[Request, Reservation]:
        """Reserve the worst case; `max_tokens` is lowered where only a useful part of it fits.

        Raises BudgetSpent when not even that fits, InputError when money is limited and the
        model's prices are not known.
        """
        if ledger.priced and self.prices is None:
            raise InputError(
                f"usd= cannot be kept, for no prices of {self.name} are known: give them to"
                " `loom models add`, or limit tokens= instead"
            )
        exact = self.encode is not None and ledger.bounded
        prompt = len(self.encode(request)) if exact and self.encode else request.prompt_bytes
        repeats = 1 if self.fused else request.n
        prompt *= repeats
        if ledger.bounded:
            request = self._lowered(request, prompt, ledger)
        worst = Usage(prompt, request.n * request.max_tokens, exact=False)
        return request, ledger.reserve(worst, self.usd(worst), repeats)

    def _lowered(self, request: Request, prompt: int, ledger: Ledger) -> Request:
        left, room = ledger.left(), request.max_tokens
        if left.tokens is not None:
            room = min(room, (left.tokens - prompt) // request.n)
        if left.usd is not None and self.prices and self.prices[2] > 0:
            money = to_pico(left.usd) - prompt * self.prices[0]
            room = min(room, money // (self.prices[2] * request.n))
        if min(USEFUL_TOKENS, request.max_tokens) <= room < request.max_tokens:
            return replace(request, max_tokens=room)
        return request


@dataclass(slots=True)
class PendingCall:
    """A call from its reservation to its leaf in the trace.

    spent  what a cancelled call had used, where the model said so; `attempts`, how many were made
    """

    trace: Trace
    ledger: Ledger
    route: Route
    reservation: Reservation
    request: Request
    span: str
    index: int
    role: str
    kind: str = ""
    spent: Usage | None = None
    attempts: int = 1

    async def answer(self) -> Response:
        """The reply, once it is booked and committed.

        Raises what the model raises, and BudgetSpent when the time is up; both are booked.
        """
        started = self.trace.now()
        try:
            response = await self._ask()
            _check(response, self.request, self.route.name)
        except ModelError as failure:
            event = self._leaf(started, "failed", self._book_failure(failure), failure)
            await self.trace.commit(event)
            raise
        except BaseException as stopped:
            self.trace.add(self._leaf(started, "cancelled", self._book_cancelled(), stopped))
            raise
        status, booking = self._book(response)
        await self.trace.commit(self._leaf(started, status, booking, response=response))
        return response

    async def _ask(self) -> Response:
        seconds = self.ledger.seconds_left
        if seconds is None:
            return await self._generate()
        try:
            async with asyncio.timeout(seconds) as limit:
                return await self._generate()
        except TimeoutError:
            if not limit.expired():
                raise
            raise BudgetSpent(f"the time of {self.ledger.name} is up: raise seconds=") from None

    async def _generate(self) -> Response:
        try:
            return await self.route.model.generate(self.request)
        except Cancelled as stopped:
            self.spent, self.attempts = stopped.usage, stopped.attempts
            # asyncio.timeout of Python 3.11 takes no subclass of it for its own cancellation.
            raise asyncio.CancelledError from None

    def _book(self, response: Response) -> tuple[CallStatus, Booking]:
        if "cache" in response.used:
            self.reservation.release()
            return "cached", _NOTHING
        usage = response.usage
        return "ok", self.reservation.settle(usage, self.route.usd(usage), response.attempts)

    def _book_cancelled(self) -> Booking:
        if self.spent is None:
            return self.reservation.cancel(self.attempts)
        calls = max(self.attempts, self.reservation.calls)
        return self.reservation.settle(self.spent, self.route.usd(self.spent), calls)

    def _book_failure(self, failure: ModelError) -> Booking:
        """A refused call costs no tokens; one that broke off may have cost all it had reserved."""
        if isinstance(failure, TimedOut | BadReply):
            return self.reservation.cancel(failure.attempts)
        return self.reservation.settle(Usage(), 0.0, failure.attempts)

    def _leaf(
        self,
        started: float,
        status: CallStatus,
        booking: Booking,
        error: BaseException | None = None,
        response: Response | None = None,
    ) -> Call:
        now = self.trace.now()
        return Call(
            self.trace.name,
            self.span,
            now,
            self.index,
            self.role,
            self.route.name,
            status,
            self.request,
            response,
            booking,
            now - started,
            None if error is None else describe(error),
            self.kind,
        )


def _a_token(usd_per_million: tuple[float, float, float]) -> tuple[int, int, int]:
    prompt, cached, completion = (to_pico(usd / 1e6) for usd in usd_per_million)
    return prompt, cached, completion


def describe(error: BaseException) -> str:
    """Class and message of an error, without secrets."""
    return redact(f"{type(error).__name__}: {error}")


def _check(response: Response, request: Request, name: str) -> None:
    if len(response.choices) != request.n:
        raise BadReply(f"{name} sent {len(response.choices)} samples and {request.n} were asked")
