"""What has been spent and what may still be spent, as a tree of ledgers.

Before a call its worst case is reserved, in this ledger and in every one above it; after the call
the reservation is settled with what was really used. A reservation that does not fit somewhere
raises BudgetSpent and changes nothing. Money is kept in whole picodollars (1e-12 USD), so sums do
not depend on their order.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TypeVar

from reasonloom.bookings import Booking, Spent, Tally, from_pico, to_pico
from reasonloom.errors import BudgetSpent
from reasonloom.limits import Limits
from reasonloom.models.protocol import Usage

Clock = Callable[[], float]
"""Monotonic seconds."""
N = TypeVar("N", int, float)


@dataclass(slots=True)
class _Held:
    """What is reserved and not yet settled."""

    calls: int = 0
    tokens: int = 0
    pico: int = 0


class Reservation:
    """The worst case of one call, held back until it is settled or cancelled, once."""

    __slots__ = ("_ledger", "_open", "calls", "pico", "worst")

    def __init__(self, ledger: Ledger, calls: int, worst: Usage, pico: int) -> None:
        self._ledger, self.calls, self.worst, self.pico = ledger, calls, worst, pico
        self._open = True

    def settle(self, usage: Usage, usd: float = 0.0, calls: int = 1) -> Booking:
        """Book what the call really took. More than was reserved closes the slices it bursts."""
        over = (
            calls > self.calls
            or usage.total_tokens > self.worst.total_tokens
            or to_pico(usd) > self.pico
        )
        return self._book(Booking(calls, usage, usd, not usage.exact, over))

    def cancel(self, calls: int = 0) -> Booking:
        """Book the reservation in full, as an estimate: nobody knows what the call really took.

        `calls` where more were made than had been reserved.
        """
        calls = max(calls, self.calls)
        over = calls > self.calls
        return self._book(Booking(calls, self.worst, from_pico(self.pico), True, over))

    def release(self) -> None:
        """Book nothing: the call was never made."""
        self.settle(Usage(), 0.0, 0)

    def _book(self, booking: Booking) -> Booking:
        if not self._open:
            raise RuntimeError("a reservation is settled or cancelled once")
        self._open = False
        self._ledger._book(self, booking)
        return booking


class Ledger:
    """A node of the tree; `name` stands in messages. Not for use from several threads.

    A slice sees what is left in all ledgers above it too: the tightest limit holds.
    """

    def __init__(
        self,
        limits: Limits | None = None,
        *,
        name: str = "the run",
        clock: Clock = time.monotonic,
        parent: Ledger | None = None,
    ) -> None:
        self.limits, self.name, self._clock = limits or Limits(), name, clock
        self._chain: tuple[Ledger, ...] = (self, *(parent._chain if parent else ()))
        self._opened = clock()
        self._ended: float | None = None
        self._deadline = self._first_deadline()
        self._pico = None if self.limits.usd is None else to_pico(self.limits.usd)
        self._tally, self._held, self._burst = Tally(), _Held(), False

    @property
    def spent(self) -> Spent:
        ended = self._clock() if self._ended is None else self._ended
        return self._tally.spent(ended - self._opened)

    @property
    def held(self) -> tuple[int, int, float]:
        """(calls, tokens, USD) reserved and not yet settled."""
        return self._held.calls, self._held.tokens, from_pico(self._held.pico)

    @property
    def closed(self) -> bool:
        """Whether an overshoot burst this slice or one above it: nothing fits any more."""
        return any(node._burst for node in self._chain)

    @property
    def bounded(self) -> bool:
        """Whether tokens or money are limited here or above."""
        return any(x.limits.tokens is not None or x._pico is not None for x in self._chain)

    @property
    def priced(self) -> bool:
        """Whether money is limited here or above."""
        return any(x._pico is not None for x in self._chain)

    @property
    def seconds_left(self) -> float | None:
        """Until the deadline; None without one."""
        return None if self._deadline is None else max(0.0, self._deadline - self._clock())

    def left(self) -> Limits:
        """What may still be reserved: limits less what is spent and held, the tightest of all."""
        pico = _least(x._left(x._pico, x._tally.pico + x._held.pico) for x in self._chain)
        return Limits(
            _least(x._left(x.limits.calls, x._tally.calls + x._held.calls) for x in self._chain),
            _least(x._left(x.limits.tokens, x._tokens) for x in self._chain),
            self.seconds_left,
            None if pico is None else from_pico(pico),
        )

    def divide(self, parts: int) -> tuple[Limits, ...]:
        """What is left, in equal shares that sum to it; the first ones get the remainder.

        The seconds are not divided: parts run together.
        """
        left = self.left()
        calls, tokens = _shares(left.calls, parts), _shares(left.tokens, parts)
        pico = _shares(None if left.usd is None else to_pico(left.usd), parts)
        return tuple(
            Limits(c, t, left.seconds, None if p is None else from_pico(p))
            for c, t, p in zip(calls, tokens, pico, strict=True)
        )

    def slice(self, limits: Limits | None = None, name: str | None = None) -> Ledger:
        """A ledger below this one."""
        return Ledger(limits, name=name or self.name, clock=self._clock, parent=self)

    def reserve(self, worst: Usage, usd: float = 0.0, calls: int = 1) -> Reservation:
        """Hold back the worst case of a call here and in every ledger above.

        Raises BudgetSpent, and holds nothing back, when it does not fit in one of them.
        """
        pico, tokens = to_pico(usd), worst.total_tokens
        if self._deadline is not None and self._clock() >= self._deadline:
            raise BudgetSpent(f"the time of {self.name} is up: raise seconds=")
        for node in self._chain:
            node._check(calls, tokens, pico)
        for node in self._chain:
            held = node._held
            held.calls += calls
            held.tokens += tokens
            held.pico += pico
        return Reservation(self, calls, worst, pico)

    def close(self) -> Spent:
        """Stop the clock; what was not spent is free again for the ledgers above."""
        if self._ended is None:
            self._ended = self._clock()
        return self.spent

    @property
    def _tokens(self) -> int:
        return self._tally.prompt + self._tally.completion + self._held.tokens

    @staticmethod
    def _left(limit: int | None, taken: int) -> int | None:
        return None if limit is None else max(0, limit - taken)

    def _first_deadline(self) -> float | None:
        above = self._chain[1]._deadline if len(self._chain) > 1 else None
        own = None if self.limits.seconds is None else self._opened + self.limits.seconds
        return _least((above, own))

    def _check(self, calls: int, tokens: int, pico: int) -> None:
        if self._burst:
            raise BudgetSpent(f"a call used more than {self.name} had left, which closed it")
        limits, tally, held = self.limits, self._tally, self._held
        if limits.calls is not None and calls > limits.calls - tally.calls - held.calls:
            raise self._spent("calls", calls, limits.calls - tally.calls - held.calls, limits.calls)
        if limits.tokens is not None and tokens > limits.tokens - self._tokens:
            raise self._spent("tokens", tokens, limits.tokens - self._tokens, limits.tokens)
        if self._pico is not None and pico > self._pico - tally.pico - held.pico:
            left = from_pico(self._pico - tally.pico - held.pico)
            raise self._spent("usd", from_pico(pico), left, from_pico(self._pico))

    def _spent(self, what: str, wanted: float, left: float, limit: float) -> BudgetSpent:
        return BudgetSpent(
            f"the budget of {self.name} is spent: the call may take {what}={_shown(wanted)}"
            f" and {_shown(max(left, 0))} of {_shown(limit)} are left: raise {what}="
        )

    def _book(self, reservation: Reservation, booking: Booking) -> None:
        for node in self._chain:
            held = node._held
            held.calls -= reservation.calls
            held.tokens -= reservation.worst.total_tokens
            held.pico -= reservation.pico
            node._tally.add(booking)
            if booking.overshot and node._is_over():
                node._burst = True

    def _is_over(self) -> bool:
        limits, tally, held = self.limits, self._tally, self._held
        return (
            (limits.calls is not None and tally.calls + held.calls > limits.calls)
            or (limits.tokens is not None and self._tokens > limits.tokens)
            or (self._pico is not None and tally.pico + held.pico > self._pico)
        )


def _shown(amount: float) -> str:
    return f"{amount:,}" if isinstance(amount, int) else f"{amount:.6f}"


def _least(values: Iterable[N | None]) -> N | None:
    return min((v for v in values if v is not None), default=None)


def _shares(total: int | None, parts: int) -> list[int | None]:
    if total is None:
        return [None] * parts
    share, rest = divmod(total, parts)
    return [share + (i < rest) for i in range(parts)]


__all__ = ["Clock", "Ledger", "Limits", "Reservation", "Spent"]
