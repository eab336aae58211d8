from __future__ import annotations

from reasonloom.bookings import Booking
from reasonloom.evaluate.report.traces import Allowance, cut, trace
from reasonloom.events import Call, Note
from reasonloom.models.protocol import Choice, Request, Response, Usage, messages


def call(reply: str) -> Call:
    usage = Usage(10, 5)
    request = Request(messages(("user", "<problem>2 & 3</problem>")))
    response = Response((Choice(reply, reasoning="hm"),), usage)
    return Call(
        "t", "step-1", 0.1, 0, "reasoner", "nano", "ok", request, response,
        Booking(1, usage, 0.0, False, False), 0.25,
    )  # fmt: skip


def test_prompts_replies_and_notes_are_shown_as_text() -> None:
    events = [call("<script>alert(1)</script>"), Note("t", "", 0.2, "plan", {"goal": "<b>"})]
    found = trace(events, Allowance(100_000, 1))
    assert "<script" not in found and "<b>&lt;" not in found
    for said in ("&lt;script&gt;", "2 &amp; 3", "hm", "step-1", "note: plan", "10 + 5 tokens"):
        assert said in found
    assert "Trace: 1 call<" in found


def test_a_long_text_keeps_both_ends_and_says_how_much_is_gone() -> None:
    text = "a" * 3_000 + "b" * 3_000 + "c" * 3_000
    shown = cut(text, 1_000)
    assert shown.startswith("a" * 750) and shown.endswith("c" * 250)
    assert "8,000 characters left out" in shown
    assert cut("short") == "short"


def test_traces_beyond_the_allowance_are_counted() -> None:
    allowance = Allowance(1_500, 2)
    first = trace([call("x" * 900)] * 3, allowance)
    assert "3 more events left out" in first
    assert (allowance.cut, allowance.attempts) == (1, 1)


def test_what_one_attempt_leaves_the_next_may_use() -> None:
    allowance = Allowance(3_000, 2)
    assert "left out" not in trace([], allowance)
    assert "left out" not in trace([call("x" * 1_500)], allowance)
    assert allowance.cut == 0
