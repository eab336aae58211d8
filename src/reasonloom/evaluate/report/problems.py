"""Every problem with each strategy's answer; it opens to the attempts and their traces."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from statistics import fmean

from reasonloom.evaluate.entries import Asked
from reasonloom.evaluate.journal import Traces
from reasonloom.evaluate.records import Attempt
from reasonloom.evaluate.report import marks
from reasonloom.evaluate.report.attempts import attempt_block
from reasonloom.evaluate.report.data import Named, shown
from reasonloom.evaluate.report.html import Child, Html, join, tag
from reasonloom.evaluate.report.svg import key
from reasonloom.evaluate.report.traces import Allowance, cut
from reasonloom.problem import Problem

WIDE = 6
"""With more strategies a row shows their signs only, without tokens (our choice)."""


def section(named: Sequence[Named], traces: Mapping[Path, Traces], allowance: Allowance) -> Html:
    """The list with its filters; problems in the order of the first run, then of the others."""
    problems = _attempted(named)
    allowance.attempts = sum(len(a) for n in named for a in n.entry.attempts.values())
    kept = traces if allowance.left else {}
    found = [
        _row(number, asked, problem, named, kept, allowance)
        for number, (asked, problem) in enumerate(problems.items(), 1)
    ]
    width = "4.6rem" if len(named) <= WIDE else "2.3rem"
    style = f"--k: {len(named)}; --mark: {width}"
    body = tag("div", _head(named), found, class_="problems", style=style)
    return join([_filters(problems.values(), named), marks.legend(), body])


def _attempted(named: Sequence[Named]) -> dict[Asked, Problem]:
    every = {asked: p for n in named for asked, p in n.entry.source.problems.items()}
    tried = {asked for n in named for asked in n.entry.attempts}
    return {asked: problem for asked, problem in every.items() if asked in tried}


def _filters(problems: Iterable[Problem], named: Sequence[Named]) -> Html:
    """Words, topic, level and outcome; each works with the others."""
    known = list(problems)
    topics = sorted({shown(p.topic) for p in known})
    levels = sorted({shown(p.level) for p in known}, key=lambda level: (len(level), level))
    outcomes = [("", "every outcome"), ("differ", "strategies differ"), ("all", "all right")]
    outcomes += [("none", "none right"), ("odd", "failed, no answer or undecided")]
    for place, n in enumerate(named):
        outcomes += [(f"right {place}", f"{n.entry.label} is right")]
        outcomes += [(f"not {place}", f"{n.entry.label} is not right")]
    parts: list[Child] = [
        tag("input", type="search", placeholder="Find in questions and answers",
            aria_label="Find in questions and answers", data_filter="words"),
        _select("topic", [("", "every topic"), *((t, t) for t in topics)]),
        _select("level", [("", "every level"), *((x, f"level {x}") for x in levels)]),
        _select("outcome", outcomes),
        tag("output", f"{len(known)} problems"),
    ]  # fmt: skip
    return tag("form", parts, class_="filters")


def _select(name: str, options: Sequence[tuple[str, str]]) -> Html | None:
    if len(options) <= 2:
        return None
    choices = [tag("option", words, value=value) for value, words in options]
    return tag("select", choices, data_filter=name, aria_label=name)


def _head(named: Sequence[Named]) -> Html:
    fixed = ("#", "problem", "topic", "level")
    buttons = [_sorter(i, name, f"col{i}", name) for i, name in enumerate(fixed)]
    own = [
        _sorter(len(fixed) + place, key(n.number), "mark-head", n.entry.label)
        for place, n in enumerate(named)
    ]
    return tag("div", buttons, tag("span", own, class_="marks"), class_="head")


def _sorter(column: int, name: Child, class_: str, told: str) -> Html:
    return tag(
        "button", name, type="button", data_column=column, class_=class_,
        title=f"sort by {told}", aria_label=f"sort by {told}",
    )  # fmt: skip


def _row(
    number: int,
    asked: Asked,
    problem: Problem,
    named: Sequence[Named],
    traces: Mapping[Path, Traces],
    allowance: Allowance,
) -> Html:
    made = [n.entry.attempts.get(asked, ()) for n in named]
    signs = [marks.of_samples(a, referenced=asked.answer is not None) for a in made]
    chips = [
        _chip(mark, attempts, n, tokens=len(named) <= WIDE)
        for mark, attempts, n in zip(signs, made, named, strict=True)
    ]
    cells = [
        tag("span", number, class_="col0"),
        tag("span", cut(asked.question, 300), class_="col1"),
        tag("span", shown(problem.topic) if problem.topic else "", class_="col2"),
        tag("span", problem.level, class_="col3"),
        tag("span", chips, class_="marks"),
    ]
    blocks = [
        attempt_block(a, n, asked, traces.get(n.entry.source.path), allowance)
        for attempts, n in zip(made, named, strict=True)
        for a in attempts
    ]
    ranks = [_rank(mark, attempts) for mark, attempts in zip(signs, made, strict=True)]
    keys = [str(number), asked.question[:200], shown(problem.topic), shown(problem.level), *ranks]
    return tag(
        "details",
        tag("summary", cells),
        tag("div", _question(asked, problem), blocks, class_="opened"),
        class_="problem",
        data_keys="|".join(k.replace("|", " ") for k in keys),
        data_topic=shown(problem.topic),
        data_level=shown(problem.level),
        data_marks=" ".join(mark.name for mark in signs),
    )


def _chip(mark: marks.Mark, attempts: Sequence[Attempt], named: Named, *, tokens: bool) -> Html:
    parts: list[Child] = [tag("span", key(named.number), class_="narrow"), marks.sign(mark)]
    if tokens and len(attempts) > 1:
        right = sum(a.correct for a in attempts)
        parts.append(tag("span", f"{right}/{len(attempts)}", class_="of"))
    elif tokens and attempts:
        parts.append(tag("span", f"{attempts[0].tokens:,}", class_="of", title="tokens"))
    return tag("span", parts, class_="chip", title=_title(mark, attempts, named))


def _title(mark: marks.Mark, attempts: Sequence[Attempt], named: Named) -> str:
    answers = ", ".join("none" if a.answer is None else cut(a.answer, 60) for a in attempts[:16])
    return f"{named.entry.label}: {mark.words}" + (f" ({answers})" if answers else "")


def _rank(mark: marks.Mark, attempts: Sequence[Attempt]) -> str:
    """The right ones first, and among equals those that took fewer tokens."""
    share = fmean(a.correct for a in attempts) if attempts else 0.0
    spent = fmean(a.tokens for a in attempts) if attempts else 0.0
    return f"{(mark.worth - share) * 1e12 + spent:.0f}"


def _question(asked: Asked, problem: Problem) -> Html:
    told = "none, so nothing is graded" if asked.answer is None else asked.answer
    return tag(
        "div",
        tag("p", cut(asked.question), class_="question"),
        tag("p", tag("b", "reference answer "), cut(told, 500), class_="reference"),
        tag("p", f"id {problem.id}", f" · {problem.source}" if problem.source else None,
            class_="facts"),
    )  # fmt: skip
