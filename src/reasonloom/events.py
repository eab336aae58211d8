"""What a trace is made of: four typed events, each one line of JSON on disk.

Events are finished when they are made and never changed afterwards, so a thread can format them.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any, Literal

import orjson

from reasonloom.bookings import Booking, Spent
from reasonloom.errors import ContextMisuse, StoreError
from reasonloom.models.protocol import Choice, Message, Request, Response, TokenLogprob, Usage

CallStatus = Literal["ok", "cached", "failed", "cancelled"]
_SECRET_NAMES = re.compile(r"authorization|api[-_]?key|headers|password|secret|token$", re.I)
_SECRETS = re.compile(
    r"(?i:bearer)\s+\S+|\b(?:sk|hf|gsk|xai)[-_][\w-]{8,}|(?<=://)[^/\s@]+@"
    r"|(?<=key=)[^&\s]+"
)


@dataclass(slots=True)
class SpanStart:
    """A context was opened. `problem` stands on the root alone; `at` is seconds from the start."""

    trace: str
    span: str
    at: float
    seed: int
    limits: str = ""
    problem: Mapping[str, Any] | None = None


@dataclass(slots=True)
class Call:
    """One model call, a leaf of the tree.

    at         when it ended
    index      position of its first sample among the draws of its span: names its seeds
    booking    what the ledger booked for it; a reply from the cache books nothing
    seconds    wall time of the call
    error      class and message of what went wrong, for a failed call
    kind       what was asked for (plan, cot, grade …); empty where the prompt did not say, and in
               traces of before there was this field
    """

    trace: str
    span: str
    at: float
    index: int
    role: str
    model: str
    status: CallStatus
    request: Request
    response: Response | None
    booking: Booking
    seconds: float
    error: str | None = None
    kind: str = ""

    @property
    def digest(self) -> str:
        return request_digest(self.request)


@dataclass(slots=True)
class Note:
    """What a strategy has to say about its own doing: `plan`, `step`, `assessment` and the like.

    `payload` is plain JSON data.
    """

    trace: str
    span: str
    at: float
    kind: str
    payload: Mapping[str, Any]


@dataclass(slots=True)
class SpanEnd:
    trace: str
    span: str
    at: float
    outcome: Literal["finished", "failed", "cancelled"]
    spent: Spent
    error: str | None = None


Event = SpanStart | Call | Note | SpanEnd
_NAMES: dict[type, str] = {SpanStart: "span_start", Call: "call", Note: "note", SpanEnd: "span_end"}


def request_digest(request: Request) -> str:
    """Equal for equal requests, seeds included; 16 hex digits."""
    return hashlib.sha256(_dumps(request, orjson.OPT_SORT_KEYS)).hexdigest()[:16]


def to_line(event: Event) -> bytes:
    """One line of JSON with its newline; keys and headers in `extra` are left out."""
    data: dict[str, Any] = {"event": _NAMES[type(event)]}
    data |= {f: getattr(event, f) for f in event.__slots__}
    if isinstance(event, Call):
        request = event.request
        if request.extra:
            request = replace(request, extra=without_secrets(request.extra))
        data |= {"digest": event.digest, "request": request}
    return _dumps(data, orjson.OPT_APPEND_NEWLINE)


def from_line(line: bytes) -> Event:
    """The event of one line. Raises StoreError for anything else."""
    try:
        data = orjson.loads(line)
        name = data.pop("event")
        return _READERS[name](data)
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError) as bad:
        shown = line[:60].decode("utf-8", "replace")
        raise StoreError(f"{shown!r} is not a line of a trace ({bad})") from None


def plain(value: Any) -> Any:
    """`value` as JSON data, as a reader of the trace will get it.

    Raises ContextMisuse if JSON cannot say it.
    """
    try:
        return orjson.loads(_dumps(value))
    except TypeError as bad:
        raise ContextMisuse(f"a note holds what JSON cannot say: {bad}") from None


def redact(text: str) -> str:
    """Text from outside (error messages, addresses) without keys and passwords."""
    return _SECRETS.sub("[redacted]", text)


def without_secrets(extra: Mapping[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in extra.items() if not _SECRET_NAMES.search(k)}


def _dumps(value: Any, option: int = 0) -> bytes:
    try:
        return orjson.dumps(value, _default, option | orjson.OPT_NON_STR_KEYS)
    except TypeError:
        # Lone surrogates and integers beyond 64 bits, which hostile replies may hold.
        return orjson.dumps(_clean(value), _default, option | orjson.OPT_NON_STR_KEYS)


def _default(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, set | frozenset):
        return sorted(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, int) and not -(2**63) <= value < 2**64:
        return str(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: _clean(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {_clean(k): _clean(v) for k, v in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_clean(v) for v in value]
    return value


def _read_call(data: dict[str, Any]) -> Call:
    data.pop("digest")
    data["request"] = _read_request(data["request"])
    data["response"] = data["response"] and _read_response(data["response"])
    booking = data["booking"]
    data["booking"] = Booking(**booking | {"usage": Usage(**booking["usage"])})
    return Call(**data)


def _read_request(data: dict[str, Any]) -> Request:
    if data["messages"] is not None:
        data["messages"] = tuple(Message(**m) for m in data["messages"])
    if data["token_ids"] is not None:
        data["token_ids"] = tuple(data["token_ids"])
    return Request(**data | {"seeds": tuple(data["seeds"]), "stop": tuple(data["stop"])})


def _read_response(data: dict[str, Any]) -> Response:
    data["choices"] = tuple(_read_choice(c) for c in data["choices"])
    data["usage"] = Usage(**data["usage"])
    data["prompt_logprobs"] = _read_logprobs(data["prompt_logprobs"])
    return Response(**data | {"used": tuple(data["used"])})


def _read_choice(data: dict[str, Any]) -> Choice:
    if data["token_ids"] is not None:
        data["token_ids"] = tuple(data["token_ids"])
    return Choice(**data | {"logprobs": _read_logprobs(data["logprobs"])})


def _read_logprobs(data: list[dict[str, Any]] | None) -> tuple[TokenLogprob, ...] | None:
    if data is None:
        return None
    return tuple(
        TokenLogprob(t["token"], t["logprob"], tuple((s, p) for s, p in t["top"])) for t in data
    )


_READERS: dict[str, Callable[[dict[str, Any]], Event]] = {
    "span_start": lambda data: SpanStart(**data),
    "call": _read_call,
    "note": lambda data: Note(**data),
    "span_end": lambda data: SpanEnd(**data | {"spent": Spent(**data["spent"])}),
}
