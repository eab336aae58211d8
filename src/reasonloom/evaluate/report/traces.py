"""The trace of an attempt: its calls with prompts and replies, and what the strategy noted."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from reasonloom.evaluate.report.html import Child, Html, tag
from reasonloom.evaluate.show import count
from reasonloom.events import Call, Event, Note
from reasonloom.models.protocol import Choice, Request

MAX_TEXT = 6_000
"""Characters of one prompt, reply or note; of a longer one the middle is left out (our choice)."""
QUIET = frozenset({"solution"})
"""Notes that only repeat what the attempt's own record says."""


@dataclass
class Allowance:
    """How many bytes of traces a report may still hold, shared out evenly over its attempts.

    cut  attempts of whose trace a part was left out
    """

    left: int
    attempts: int
    cut: int = 0

    def next(self) -> int:
        """The share of the next attempt, with what earlier ones did not use."""
        return self.left // max(1, self.attempts)

    def used(self, size: int, *, whole: bool) -> None:
        self.left = max(0, self.left - size)
        self.attempts -= 1
        self.cut += not whole


def trace(events: Sequence[Event], allowance: Allowance) -> Html:
    """A closed `details` with the calls in the order in which they ended."""
    told = [e for e in events if isinstance(e, Call) or (isinstance(e, Note) and _said(e))]
    calls = sum(isinstance(event, Call) for event in told)
    budget, size = allowance.next(), 0
    parts: list[Html] = []
    for event in told:
        part = _call(event) if isinstance(event, Call) else _note(event)
        size += len(part.encode("utf-8", "replace"))
        if size > budget:
            break
        parts.append(part)
    left_out = len(told) - len(parts)
    allowance.used(min(size, budget), whole=not left_out)
    summary = tag("summary", f"Trace: {count(calls, 'call')}")
    return tag("details", summary, parts, _left_out(left_out), _none(told), class_="trace")


def cut(text: str, most: int = MAX_TEXT) -> str:
    """The head and the tail of a long text, and how much is missing between."""
    if len(text) <= most:
        return text
    head, tail = most * 3 // 4, most // 4
    gone = len(text) - head - tail
    return f"{text[:head]}\n[… {gone:,} characters left out here …]\n{text[-tail:]}"


def _left_out(events: int) -> Html | None:
    if not events:
        return None
    return tag(
        "p",
        f"{count(events, 'more event')} left out to keep this file small; all are in the run's"
        " trace file (--trace-mb sets how much is kept)",
        class_="note",
    )


def _none(told: Sequence[Event]) -> Html | None:
    return None if told else tag("p", "The trace file holds nothing of it.", class_="note")


def _said(note: Note) -> bool:
    return note.kind not in QUIET


def _call(call: Call) -> Html:
    usage = call.booking.usage
    facts = [
        call.span or "root",
        call.role,
        f"{usage.prompt_tokens:,} + {usage.completion_tokens:,} tokens",
        f"{call.seconds:.2f} s",
        *([] if call.status == "ok" else [call.status]),
    ]
    head = tag("p", " · ".join(facts), class_="facts")
    body: list[Child] = [head, _prompt(call.request)]
    if call.error:
        body.append(_block("error", call.error))
    choices = call.response.choices if call.response else ()
    for i, choice in enumerate(choices, 1):
        body += _reply(choice, f"reply {i} of {len(choices)}" if len(choices) > 1 else "reply")
    return tag("div", body, class_=f"call {call.status}")


def _prompt(request: Request) -> list[Html]:
    if request.messages is not None:
        found = [_block(m.role, m.content) for m in request.messages]
    elif request.text is not None:
        found = [_block("prompt", request.text)]
    else:
        found = [_block("prompt", f"{len(request.token_ids or ()):,} token ids")]
    return [*found, *([_block("prefix", request.prefix)] if request.prefix else [])]


def _reply(choice: Choice, name: str) -> list[Html]:
    ended = "" if choice.finish_reason == "stop" else f", ended by {choice.finish_reason}"
    thought = [_block("thinking", choice.reasoning)] if choice.reasoning else []
    return [*thought, _block(f"{name}{ended}", choice.text)]


def _note(note: Note) -> Html:
    body = json.dumps(note.payload, ensure_ascii=False, indent=1, default=str)
    return tag("div", _block(f"note: {note.kind}", body), class_="call noted")


def _block(name: str, text: str) -> Html:
    kind = "said" if name.startswith("reply") else "asked"
    return tag("div", tag("b", name), tag("pre", cut(text)), class_=f"block {kind}")
