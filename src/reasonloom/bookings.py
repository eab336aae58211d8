"""What was spent: one booking, and their sum."""

from __future__ import annotations

from dataclasses import dataclass

from reasonloom.models.protocol import Usage

_PICO = 10**12


@dataclass(frozen=True, slots=True)
class Spent:
    """What was booked.

    usd        0 where the prices of a model are not known
    seconds    wall time from the opening of the ledger to its closing, or to now
    estimated  some part was booked from its worst case or from an inexact count
    overshot   some call used more than had been reserved for it
    """

    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    reasoning_tokens: int = 0
    cached_tokens: int = 0
    usd: float = 0.0
    seconds: float = 0.0
    estimated: bool = False
    overshot: bool = False

    @property
    def tokens(self) -> int:
        return self.prompt_tokens + self.completion_tokens


@dataclass(frozen=True, slots=True)
class Booking:
    """One finished reservation, as the ledgers booked it."""

    calls: int
    usage: Usage
    usd: float
    estimated: bool
    overshot: bool


class Tally:
    """A running sum of bookings."""

    __slots__ = (
        "cached",
        "calls",
        "completion",
        "estimated",
        "overshot",
        "pico",
        "prompt",
        "thought",
    )

    def __init__(self) -> None:
        self.calls = self.prompt = self.completion = self.thought = self.cached = self.pico = 0
        self.estimated = self.overshot = False

    def add(self, booking: Booking) -> None:
        usage = booking.usage
        self.calls += booking.calls
        self.prompt += usage.prompt_tokens
        self.completion += usage.completion_tokens
        self.thought += usage.reasoning_tokens
        self.cached += usage.cached_tokens
        self.pico += to_pico(booking.usd)
        self.estimated |= booking.estimated
        self.overshot |= booking.overshot

    def spent(self, seconds: float) -> Spent:
        return Spent(
            self.calls,
            self.prompt,
            self.completion,
            self.thought,
            self.cached,
            from_pico(self.pico),
            seconds,
            self.estimated,
            self.overshot,
        )


def to_pico(usd: float) -> int:
    """USD in whole picodollars."""
    return round(usd * _PICO)


def from_pico(pico: int) -> float:
    return pico / _PICO
