from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reasonloom.bookings import Booking, Spent
from reasonloom.errors import ContextMisuse, StoreError
from reasonloom.events import Call, Event, Note, SpanEnd, SpanStart, from_line, plain, to_line
from reasonloom.models.protocol import (
    Choice,
    Message,
    Request,
    Response,
    TokenLogprob,
    Usage,
)
from reasonloom.trace import Trace, TraceFile, read_trace, redact


def note(kind: str = "step", **payload: object) -> Note:
    return Note("p", "a/b", 0.5, kind, payload)


def call(span: str = "a", booking: Booking | None = None, request: Request | None = None) -> Call:
    return Call(
        "p",
        span,
        1.0,
        0,
        "reasoner",
        "scripted",
        "ok",
        request or Request(text="2 + 2 =", seeds=(7,), stop=("\n",)),
        Response((Choice("4", completion_tokens=1),), Usage(5, 1)),
        booking or Booking(1, Usage(5, 1, 1, 2), 0.25, False, False),
        0.1,
    )


FULL = Response(
    (Choice("4", "2 and 2", "length", (1, 2), (TokenLogprob("4", -0.5, (("5", -1.0),)),), 2, "x"),),
    Usage(3, 2, 1, 1, False),
    "m",
    ("n", "prefix"),
    (TokenLogprob("2", -0.1),),
    3,
)
EVENTS: list[Event] = [
    SpanStart("p", "", 0.0, 3, "tokens=20", {"question": "2 + 2?"}),
    note(goal="add", values=[1, 2.5, None, True]),
    call(),
    call(request=Request(messages=(Message("user", "정답?"),), schema={"type": "object"})),
    call(request=Request(token_ids=(1, 2), logprobs=2, echo_logprobs=True)),
    Call("p", "a", 1.0, 2, "r", "m", "ok", Request(text="x"), FULL, call().booking, 0.1),
    Call(
        "p", "a", 1.0, 2, "r", "m", "failed", Request(text="x"), None, call().booking, 0.1, "E: x"
    ),
    replace(call(), kind="plan"),
    SpanEnd("p", "a", 2.0, "failed", Spent(1, 2, 3, 4, 5, 0.5, 1.5, True, True), "ValueError: x"),
]


@pytest.mark.parametrize("event", EVENTS, ids=lambda e: type(e).__name__)
def test_an_event_is_one_line_and_reads_back(event: Event) -> None:
    line = to_line(event)
    assert line.count(b"\n") == 1 and line.endswith(b"\n")
    assert from_line(line) == event


def test_a_call_of_before_calls_had_a_kind_is_read() -> None:
    line = to_line(call())
    old = line.replace(b',"kind":""', b"")
    assert old != line
    assert from_line(old) == call()


@pytest.mark.parametrize("line", [b"{", b"[]", b"{}", b'{"event":"nap"}', b'{"event":"note"}'])
def test_a_line_that_is_no_event_is_refused(line: bytes) -> None:
    with pytest.raises(StoreError, match="is not a line of a trace"):
        from_line(line)


def test_hostile_text_and_numbers_can_be_written() -> None:
    nasty = Request(text="\ud800", schema={"const": 10**40}, extra={"set": frozenset({2, 1})})
    back = from_line(to_line(call(request=nasty)))
    assert isinstance(back, Call)
    assert (back.request.text, back.request.schema) == ("?", {"const": str(10**40)})
    assert back.request.extra == {"set": [1, 2]}


def test_equal_requests_have_equal_digests() -> None:
    one, other = Request(text="a", seeds=(1,)), Request(text="a", seeds=(2,))
    assert call(request=one).digest == call(request=Request(text="a", seeds=(1,))).digest
    assert call(request=one).digest != call(request=other).digest


def test_keys_and_headers_stay_out_of_a_line() -> None:
    extra = {"headers": {"x": "s3cret"}, "api_key": "s3cret", "Authorization": "s3cret", "min_p": 1}
    line = to_line(call(request=Request(text="a", extra=extra)))
    assert b"s3cret" not in line and b"min_p" in line


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("401 for Bearer abc.def-123 sent", "401 for [redacted] sent"),
        ("key sk-proj-0123456789abcdef is wrong", "key [redacted] is wrong"),
        ("http://me:pass@host/v1", "http://[redacted]host/v1"),
        ("GET /v1?api-key=abc&x=1", "GET /v1?api-key=[redacted]&x=1"),
        ("mail me@host, risk-averse ask-1", "mail me@host, risk-averse ask-1"),
    ],
)
def test_secrets_are_cut_from_messages(text: str, safe: str) -> None:
    assert redact(text) == safe


@dataclass(frozen=True)
class Step:
    goal: str
    tags: frozenset[str]


def test_a_payload_becomes_plain_data() -> None:
    assert plain({"step": Step("add", frozenset({"b", "a"})), "at": (1, 2)}) == {
        "step": {"goal": "add", "tags": ["a", "b"]},
        "at": [1, 2],
    }
    with pytest.raises(ContextMisuse, match="not JSON serializable: object"):
        plain({"x": object()})


def test_totals_sum_the_call_leaves_of_a_span_and_below() -> None:
    trace = Trace()
    for span in ("a", "a/b", "ab", ""):
        trace.add(call(span))
    trace.add(note())
    whole, below = trace.totals(), trace.totals("a")
    assert (whole.calls, whole.tokens, whole.usd) == (4, 24, 1.0)
    assert (below.calls, below.reasoning_tokens, below.cached_tokens) == (2, 2, 4)
    assert len(trace.calls) == 4


def test_a_listener_hears_every_event_until_it_leaves() -> None:
    trace = Trace()
    heard: list[Event] = []
    leave = trace.subscribe(heard.append)
    trace.add(note("one"))
    leave()
    trace.add(note("two"))
    assert heard == [note("one")]


@pytest.fixture
def path(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "trace.jsonl"


async def test_an_event_is_on_disk_when_commit_returns(path: Path) -> None:
    with TraceFile(path) as file:
        trace = Trace(file)
        for event in EVENTS:
            await trace.commit(event)
            assert read_trace(path)[-1] == event
    assert read_trace(path) == EVENTS == trace.events


async def test_one_sync_serves_a_group(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synced: list[int] = []
    real = os.fsync

    def counted(fd: int) -> None:
        synced.append(fd)
        real(fd)

    monkeypatch.setattr(os, "fsync", counted)
    with TraceFile(path) as file:
        traces = [Trace(file, name=str(i)) for i in range(200)]
        await asyncio.gather(*(trace.commit(note()) for trace in traces))
    assert len(read_trace(path)) == 200
    assert len(synced) <= 20


def test_a_closed_file_holds_what_was_only_queued(path: Path) -> None:
    with TraceFile(path) as file:
        for event in EVENTS:
            file.put(event)
    assert read_trace(path) == EVENTS
    with pytest.raises(StoreError, match="closed"):
        file.put(note())


@given(cut=st.integers(0, 10_000))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_a_file_torn_anywhere_is_read_and_written_on(path: Path, cut: int) -> None:
    whole = b"".join(map(to_line, EVENTS))
    cut = min(cut, len(whole))
    path.write_bytes(whole[:cut])
    intact = EVENTS[: whole[:cut].count(b"\n")]
    assert read_trace(path) == intact
    with TraceFile(path, group_seconds=0) as file:
        file.put(EVENTS[0])
    assert read_trace(path) == [*intact, EVENTS[0]]


def test_a_long_torn_line_is_cut_off(path: Path) -> None:
    path.write_bytes(to_line(note()) + to_line(note(text="x" * 300_000))[:-1])
    with TraceFile(path) as file:
        file.put(EVENTS[0])
    assert read_trace(path) == [note(), EVENTS[0]]


def test_a_file_that_is_no_trace_is_left_alone(path: Path) -> None:
    path.write_text("my notes, without a newline")
    with pytest.raises(StoreError, match="not a trace"):
        TraceFile(path)
    assert path.read_text() == "my notes, without a newline"


def test_a_bad_line_in_the_middle_is_named(path: Path) -> None:
    path.write_bytes(to_line(note()) + b"{}\n" + to_line(note()))
    with pytest.raises(StoreError, match="jsonl:2: "):
        read_trace(path)


@pytest.mark.parametrize("name", ["missing/trace.jsonl", "."])
def test_a_place_that_cannot_be_written_or_read_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(StoreError, match="cannot write the trace"):
        TraceFile(tmp_path / name)
    with pytest.raises(StoreError, match="cannot read the trace"):
        read_trace(tmp_path / name)


async def test_a_full_disk_stops_the_run(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(fd: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    file = TraceFile(path)
    trace = Trace(file)
    with pytest.raises(StoreError, match="No space left"):
        await trace.commit(note())
    with pytest.raises(StoreError, match="No space left"):
        trace.add(note())
    with pytest.raises(StoreError, match="No space left"):
        file.close()


async def test_an_event_without_a_json_form_stops_the_run_and_hangs_nobody(path: Path) -> None:
    file = TraceFile(path)
    with pytest.raises(StoreError, match="not JSON serializable: object"):
        await Trace(file).commit(call(request=Request(text="a", extra={"x": object()})))
    with pytest.raises(StoreError):
        file.close()
