from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, precondition, rule

from reasonloom.bookings import to_pico
from reasonloom.errors import BudgetSpent
from reasonloom.ledger import Ledger, Limits, Reservation
from reasonloom.models.protocol import Usage


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


limits = st.builds(
    Limits,
    calls=st.none() | st.integers(0, 1000),
    tokens=st.none() | st.integers(0, 10**9),
    seconds=st.none() | st.floats(0, 1e6),
    usd=st.none() | st.floats(0, 1e6),
)


def test_what_a_call_did_not_use_is_free_again() -> None:
    ledger = Ledger(Limits(tokens=100))
    held = ledger.reserve(Usage(40, 40))
    assert ledger.left().tokens == 20
    held.settle(Usage(10, 5))
    assert ledger.left().tokens == 85
    assert ledger.spent.tokens == 15


def test_a_reservation_must_fit_every_ledger_above() -> None:
    top = Ledger(Limits(tokens=50), name="top")
    below = top.slice(Limits(tokens=80)).slice()
    with pytest.raises(BudgetSpent, match="of top is spent"):
        below.reserve(Usage(51))
    assert top.held == below.held == (0, 0, 0.0)


@pytest.mark.parametrize(
    "limit", [Limits(calls=2), Limits(tokens=20), Limits(usd=0.02)], ids=["calls", "tokens", "usd"]
)
def test_each_limit_is_kept(limit: Limits) -> None:
    ledger = Ledger(limit)
    for _ in range(2):
        ledger.reserve(Usage(6, 4), 0.01).settle(Usage(6, 4), 0.01)
    with pytest.raises(BudgetSpent, match="are left"):
        ledger.reserve(Usage(6, 4), 0.01)


def test_a_cancelled_call_is_booked_in_full_as_an_estimate() -> None:
    ledger = Ledger(Limits(tokens=100))
    booking = ledger.reserve(Usage(30, 20), 0.5, calls=3).cancel()
    assert (booking.calls, booking.usage, booking.usd) == (3, Usage(30, 20), 0.5)
    assert ledger.spent.estimated
    assert (ledger.spent.calls, ledger.spent.tokens, ledger.spent.usd) == (3, 50, 0.5)


def test_a_reservation_is_settled_once() -> None:
    held = Ledger().reserve(Usage(1))
    held.settle(Usage(1))
    with pytest.raises(RuntimeError, match="once"):
        held.cancel()


def test_an_overshoot_that_bursts_a_slice_closes_it_and_leaves_others_open() -> None:
    top = Ledger(Limits(tokens=1000))
    slice_ = top.slice(Limits(tokens=50))
    slice_.reserve(Usage(50)).settle(Usage(70))
    assert slice_.spent.overshot and slice_.spent.tokens == top.spent.tokens == 70
    with pytest.raises(BudgetSpent, match="closed"):
        slice_.reserve(Usage())
    assert slice_.closed and not top.closed
    top.reserve(Usage(100)).cancel()


def test_a_slice_stays_closed_when_room_comes_back() -> None:
    ledger = Ledger(Limits(tokens=100))
    large, small = ledger.reserve(Usage(60)), ledger.reserve(Usage(40))
    small.settle(Usage(41))
    large.settle(Usage(1))
    with pytest.raises(BudgetSpent, match="closed"):
        ledger.reserve(Usage(1))


def test_an_overshoot_without_a_limit_is_only_flagged() -> None:
    ledger = Ledger()
    ledger.reserve(Usage(1)).settle(Usage(9), calls=3)
    assert ledger.spent.overshot and ledger.spent.calls == 3 and not ledger.closed


def test_inexact_counts_are_flagged() -> None:
    ledger = Ledger()
    ledger.reserve(Usage(9)).settle(Usage(3, exact=False))
    assert ledger.spent.estimated


def test_the_deadline_of_a_slice_is_never_after_its_parents() -> None:
    clock = Clock()
    top = Ledger(Limits(seconds=10), clock=clock)
    clock.now += 4
    late, soon = top.slice(Limits(seconds=100)), top.slice(Limits(seconds=2))
    assert (late.seconds_left, soon.seconds_left) == (6.0, 2.0)
    clock.now += 2
    with pytest.raises(BudgetSpent, match="time"):
        soon.reserve(Usage())
    late.reserve(Usage())


def test_seconds_run_until_the_ledger_is_closed() -> None:
    clock = Clock()
    ledger = Ledger(clock=clock)
    clock.now += 3
    assert ledger.close().seconds == 3.0
    clock.now += 5
    assert ledger.spent.seconds == 3.0


@given(
    left=st.builds(
        Limits,
        calls=st.none() | st.integers(0, 50),
        tokens=st.none() | st.integers(0, 10_000),
        usd=st.none() | st.floats(0, 100),
    ),
    parts=st.integers(1, 40),
)
def test_shares_sum_to_what_is_left(left: Limits, parts: int) -> None:
    ledger = Ledger(left)
    shares = ledger.divide(parts)
    whole = ledger.left()
    for name in ("calls", "tokens"):
        given_out = [getattr(share, name) for share in shares]
        if getattr(left, name) is None:
            assert given_out == [None] * parts
        else:
            assert sum(given_out) == getattr(left, name)
            assert max(given_out) - min(given_out) <= 1
            assert given_out == sorted(given_out, reverse=True)
    if whole.usd is not None:
        assert sum(to_pico(share.usd or 0) for share in shares) == to_pico(whole.usd)


amounts = st.builds(Usage, st.integers(0, 60), st.integers(0, 60))
cents = st.integers(0, 40).map(lambda c: c / 1000)


class AnyTree(RuleBasedStateMachine):
    """Random slices, reservations, settlements and cancellations, against plain sums."""

    ledgers: Bundle[Ledger] = Bundle("ledgers")
    held: Bundle[tuple[Ledger, Reservation]] = Bundle("held")

    def __init__(self) -> None:
        super().__init__()
        self.parents: dict[Ledger, Ledger | None] = {}
        self.booked: dict[Ledger, tuple[int, int, int]] = {}
        self.open: dict[Reservation, Ledger] = {}

    @rule(target=ledgers, limit=limits.map(lambda x: replace(x, seconds=None)))
    def root(self, limit: Limits) -> Ledger:
        return self._new(Ledger(limit), None)

    @rule(
        target=ledgers,
        parent=ledgers,
        calls=st.none() | st.integers(0, 8),
        tokens=st.none() | st.integers(0, 300),
        usd=st.none() | cents,
    )
    def slice(
        self, parent: Ledger, calls: int | None, tokens: int | None, usd: float | None
    ) -> Ledger:
        return self._new(parent.slice(Limits(calls, tokens, None, usd)), parent)

    def _new(self, ledger: Ledger, parent: Ledger | None) -> Ledger:
        self.parents[ledger], self.booked[ledger] = parent, (0, 0, 0)
        return ledger

    def _line(self, ledger: Ledger | None) -> list[Ledger]:
        return [ledger, *self._line(self.parents[ledger])] if ledger else []

    @rule(target=held, ledger=ledgers, worst=amounts, usd=cents, calls=st.integers(1, 3))
    def reserve(
        self, ledger: Ledger, worst: Usage, usd: float, calls: int
    ) -> tuple[Ledger, Reservation]:
        before = [(node, node.held, node.spent) for node in self._line(ledger)]
        try:
            reservation = ledger.reserve(worst, usd, calls)
        except BudgetSpent:
            assert all(node.held == was for node, was, _ in before)
            return ledger, Ledger().reserve(worst)
        self.open[reservation] = ledger
        return ledger, reservation

    @precondition(lambda self: self.open)
    @rule(pick=held, usage=amounts, usd=cents, calls=st.integers(0, 4), cancel=st.booleans())
    def finish(
        self,
        pick: tuple[Ledger, Reservation],
        usage: Usage,
        usd: float,
        calls: int,
        cancel: bool,
    ) -> None:
        ledger, reservation = pick
        if self.open.pop(reservation, None) is None:
            return
        booking = reservation.cancel() if cancel else reservation.settle(usage, usd, calls)
        for node in self._line(ledger):
            c, t, p = self.booked[node]
            tokens, pico = booking.usage.total_tokens, round(booking.usd * 1e12)
            self.booked[node] = (c + booking.calls, t + tokens, p + pico)

    @invariant()
    def every_ledger_is_the_sum_of_its_leaves(self) -> None:
        for ledger, (calls, tokens, pico) in self.booked.items():
            spent = ledger.spent
            assert (spent.calls, spent.tokens, round(spent.usd * 1e12)) == (calls, tokens, pico)

    @invariant()
    def reservations_never_exceed_a_slice(self) -> None:
        for ledger in self.parents:
            spent, (calls, tokens, usd) = ledger.spent, ledger.held
            if spent.overshot:
                continue
            limit = ledger.limits
            assert limit.calls is None or spent.calls + calls <= limit.calls
            assert limit.tokens is None or spent.tokens + tokens <= limit.tokens
            assert limit.usd is None or spent.usd + usd <= limit.usd + 1e-9


TestAnyTree = AnyTree.TestCase
TestAnyTree.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
