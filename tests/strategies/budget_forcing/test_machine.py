"""The state machine: one allowance, typed ends, no server."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st

from reasonloom.models.protocol import Profile
from reasonloom.strategies.budget_forcing.account import Rules
from reasonloom.strategies.budget_forcing.machine import Go, Machine, Piece, PieceEnd
from reasonloom.strategies.budget_forcing.marks import marks_of

CHAT = marks_of(Profile(think_open=True))
PLAIN = marks_of(Profile(think=None))
NANO = marks_of(Profile(dialect="compact", think=None))
ENDS: tuple[PieceEnd, ...] = ("closing", "reply", "length", "budget", "declined", "broken")


def words(text: str) -> int:
    return len(text.split())


def play(machine: Machine, *pieces: Piece) -> list[Go]:
    """Feed the pieces; all that the machine asked for, the unanswered last move included."""
    asked = []
    for piece in pieces:
        go = machine.next()
        assert go is not None
        asked.append(go)
        machine.take(piece)
    last = machine.next()
    return [*asked, last] if last else asked


def thought(text: str, tokens: int, end: PieceEnd = "closing") -> Piece:
    return Piece(text, tokens, end)


def test_an_end_that_comes_too_early_is_replaced_by_wait() -> None:
    machine = Machine(Rules(100, waits=2, answer=9), CHAT, words)
    go = play(machine, thought("One.", 10), thought(" Two.\n", 10), thought(" Three.", 10))
    assert [g.write for g in go] == ["", "\nWait", "Wait", "</think>"]
    assert go[-1] == Go("</think>", 9, "answer")
    assert (machine.account.end, machine.account.waits) == ("stopped", 2)


def test_the_allowance_is_spent_over_all_rounds() -> None:
    machine = Machine(Rules(100, waits=3), CHAT, words)
    go = play(machine, thought("a", 60), thought("b", 30), thought("c", 8, "length"))
    assert [g.max_tokens for g in go[:3]] == [100, 39, 8]
    assert machine.account.end == "thinking"
    assert machine.account.thought == 100


def test_injected_strings_count_in_the_allowance() -> None:
    machine = Machine(Rules(16, waits=9), CHAT, lambda text: 5 if "Wait" in text else 0)
    play(machine, thought("a", 6), thought("b", 3), Piece("42", 1, "reply"))
    assert (machine.account.injected, machine.account.thinking) == (5, 9)
    assert machine.account.end == "thinking"


def test_a_forced_end_always_opens_the_answer() -> None:
    machine = Machine(Rules(12, waits=5), CHAT, words)
    go = play(machine, thought("a", 4), thought("b", 7, "length"))
    assert go[-1].write == "\n</think>\n\nFinal answer: "


def test_an_end_of_its_own_that_leaves_no_room_for_a_string_is_closed_plainly() -> None:
    machine = Machine(Rules(5, waits=5), CHAT, words)
    go = play(machine, thought("a", 4))
    assert (go[-1].write, machine.account.end) == ("</think>", "thinking")


def test_no_thinking_at_all_still_opens_and_closes_it() -> None:
    (go,) = play(Machine(Rules(0, answer=7), marks_of(Profile()), words))
    assert go == Go("<think>\n</think>\n\nFinal answer: ", 7, "answer")


def test_an_empty_piece_is_a_piece() -> None:
    machine = Machine(Rules(9), CHAT, words)
    go = play(machine, thought("", 0, "length"))
    assert go[-1].write == "</think>\n\nFinal answer: "
    assert machine.account.end == "allowance"


def test_the_answer_is_kept_room_for_in_the_context() -> None:
    machine = Machine(Rules(500, answer=20, allowance=100), CHAT, words)
    (first,) = play(machine)
    go = play(machine, thought("a", first.max_tokens, "length"))
    assert first.max_tokens == 100 - 20 - words(CHAT.closing + CHAT.final)
    assert go[-1].max_tokens == 20
    assert machine.account.end == "allowance"


def test_min_thinking_refuses_ends_without_counting_waits() -> None:
    machine = Machine(Rules(100, min_thinking=30), CHAT, words)
    go = play(machine, thought("One.", 10), thought("Two.", 10), thought("Three.", 10))
    assert [g.write for g in go] == ["", "\nWait", "\nWait", "</think>"]
    assert machine.account.end == "stopped"


def test_waits_that_bring_nothing_new_are_given_up() -> None:
    machine = Machine(Rules(1_000, waits=99, patience=2), CHAT, words)
    play(machine, thought("It is 4.", 5), thought("it  is 4.", 5), thought("", 0))
    assert (machine.account.end, machine.account.waits) == ("futile", 2)


def test_a_wait_with_a_new_sentence_gives_patience_back() -> None:
    machine = Machine(Rules(1_000, waits=3, patience=1), CHAT, words)
    play(machine, thought("It is 4.", 5), thought("It is 4. No, 5.", 5), thought("No, 5.", 5))
    assert (machine.account.end, machine.account.waits) == ("futile", 2)


def test_a_cap_that_is_not_honoured_ends_thinking_and_is_counted() -> None:
    machine = Machine(Rules(10, waits=3), CHAT, words)
    play(machine, thought("a", 25))
    assert (machine.account.end, machine.account.overrun) == ("overrun", 15)


def test_without_delimiters_the_end_of_the_reply_ends_thinking() -> None:
    machine = Machine(Rules(100, waits=1), PLAIN, words)
    go = play(machine, thought("so 4", 10, "reply"), thought("yes, 4", 10, "reply"))
    assert [g.write for g in go] == ["", "\nWait"]
    machine = Machine(Rules(10), PLAIN, words)
    assert play(machine, thought("so", 10, "length"))[-1].write == "\n\nFinal answer: "


def test_in_a_compact_chain_wait_begins_a_line() -> None:
    machine = Machine(Rules(100, waits=1, answer=24), NANO, words)
    go = play(machine, thought("a = 4", 9), thought("3 + 2 = 5; a = 5", 9))
    assert [g.write for g in go] == ["", "\nwait; ", "\nanswer = "]
    machine = Machine(Rules(9), NANO, words)
    assert play(machine, thought("a = 4\n", 9, "length"))[-1].write == "answer = "


def test_who_declines_is_not_told_to_wait() -> None:
    machine = Machine(Rules(100, waits=4), NANO, words)
    assert len(play(machine, thought("outside", 1, "declined"))) == 1
    assert machine.account.end == "declined"


def test_without_force_a_cut_reply_gets_no_answer() -> None:
    machine = Machine(Rules(10, force=False), CHAT, words)
    assert len(play(machine, thought("a", 10, "length"))) == 1


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**32))
def test_whatever_comes_no_bound_is_broken(seed: int) -> None:
    rng = random.Random(seed)
    most, waits, least = rng.randrange(120), rng.randrange(7), rng.randrange(60)
    rules = Rules(most, least, waits, 10, rng.choice([None, 30, 60, 200]), patience=3)
    machine = Machine(rules, rng.choice([CHAT, PLAIN, NANO]), len)
    for _ in range(60):
        if (go := machine.next()) is None:
            break
        tokens = min(rng.randrange(40), go.max_tokens)
        machine.take(Piece(f"s{rng.randrange(4)}.", tokens, rng.choice(ENDS)))
    account = machine.account
    assert machine.next() is None
    assert account.thought <= most and account.answer <= 10 and account.overrun == 0
    assert account.thinking == sum(account.rounds)
    if rules.allowance is not None and account.answer:
        assert account.total <= rules.allowance
