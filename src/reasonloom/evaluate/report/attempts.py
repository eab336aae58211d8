"""One attempt, opened: its answer, what it cost, how it ended, its text and its trace."""

from __future__ import annotations

from reasonloom.evaluate.entries import Asked
from reasonloom.evaluate.journal import Traces
from reasonloom.evaluate.records import Attempt
from reasonloom.evaluate.report import marks
from reasonloom.evaluate.report.data import Named
from reasonloom.evaluate.report.html import Child, Html, tag
from reasonloom.evaluate.report.svg import key
from reasonloom.evaluate.report.traces import Allowance, cut, trace
from reasonloom.evaluate.show import count


def attempt_block(
    attempt: Attempt, named: Named, asked: Asked, traces: Traces | None, allowance: Allowance
) -> Html:
    mark = marks.of_attempt(attempt, referenced=asked.answer is not None)
    many = len(named.entry.attempts[asked]) > 1
    head = tag(
        "h4",
        marks.sign(mark),
        key(named.number),
        named.entry.label,
        tag("span", f"sample {attempt.sample}", class_="facts") if many else None,
    )
    parts: list[Child] = [head, _answer(attempt), tag("p", _facts(attempt), class_="facts")]
    if attempt.error:
        parts.append(tag("p", attempt.error, class_="error"))
    if attempt.text.strip():
        parts.append(tag("pre", cut(attempt.text.strip()), class_="text"))
    if traces is not None:
        parts.append(trace(traces.events(attempt.key.trace), allowance))
    return tag("section", parts, class_="attempt")


def _answer(attempt: Attempt) -> Html:
    told = tag("code", cut(attempt.answer, 500)) if attempt.answer is not None else "none"
    votes = ""
    if len(attempt.candidates) > 1:
        shown = ", ".join("none" if c is None else cut(c, 40) for c in attempt.candidates[:32])
        votes = f" from the candidates {shown}" + (" …" if len(attempt.candidates) > 32 else "")
    return tag("p", tag("b", "answer "), told, tag("span", votes, class_="facts"))


def _facts(attempt: Attempt) -> str:
    about = "about " if attempt.estimated else ""
    facts = [
        f"{about}{attempt.tokens:,} tokens ({attempt.prompt_tokens:,} + "
        f"{attempt.completion_tokens:,})",
        f"{count(attempt.calls, 'call')}, {attempt.depth} deep",
        "resumed" if attempt.replayed else f"{attempt.seconds:.2f} s",
        f"stop: {attempt.stop_reason}",
    ]
    if attempt.rounds is not None:
        facts.append(f"{attempt.rounds:g} rounds")
    if attempt.usd:
        facts.append(f"{attempt.usd:.6f} USD")
    if attempt.failure:
        facts.append(attempt.failure)
    if attempt.reason:
        facts.append(attempt.reason)
    return " · ".join(facts)
