"""The rules of lint: what a well-formed template must still not do."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from reasonloom.spec import unknown
from reasonloom.templates.check import holds_answer, ignores_params
from reasonloom.templates.library import Entry
from reasonloom.templates.schema import Template, slug
from reasonloom.templates.vocabulary import Vocabulary
from reasonloom.templates.words import grams, terms

SIMILAR_NAMES, SIMILAR_STEPS = 0.8, 0.6
"""Share of common letter groups, and of common word triples, that makes near-duplicates (our
choice; the 78 shipped templates stay below 0.5 and 0.1)."""
_NUMBERED = re.compile(r"\A\s*(?:step\s*\d+|\(?\d{1,2}[.):]|[ivx]{1,4}[.)]|[-*•]\s)\s*", re.I)
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_TOPIC = re.compile(r"[a-z0-9_]+(?:/[a-z0-9_]+)*\Z")
_BRACKETS = {")": "(", "]": "(", "}": "{"}
_DELIMITERS = ((r"\(", r"\)"), (r"\[", r"\]"))


@dataclass(frozen=True, slots=True)
class Fault:
    """A broken rule and where, as keys inside the template: ("steps", 2)."""

    rule: str
    message: str
    at: tuple[str | int, ...] = ()


def faults(template: Template, vocabulary: Vocabulary) -> Iterator[Fault]:
    """Everything that is wrong with one template, its check's result apart."""
    yield from _tags(template, vocabulary)
    yield from _topic(template)
    yield from _steps(template)
    yield from _maths(template)
    yield from _check(template)


def twins(entries: Sequence[Entry]) -> Iterator[tuple[Entry, Fault]]:
    """Templates that repeat an earlier one: by id, by name, nearly by name, nearly by steps."""
    names = [_name_grams(e.template.name) for e in entries]
    flows = [_triples(e.template.steps) for e in entries]
    for (i, first), (j, later) in combinations(enumerate(entries), 2):
        a, b = first.template, later.template
        where = f"{a.name!r} in {first.file}:{first.line()}"
        if a.id == b.id:
            yield later, Fault("duplicate-id", f"the id {b.id!r} belongs to {where}", ("id",))
        if slug(a.name) == slug(b.name):
            yield later, Fault("duplicate-name", f"the name is taken by {where}", ("name",))
        elif _overlap(names[i], names[j]) >= SIMILAR_NAMES:
            yield later, Fault("similar-name", f"{b.name!r} is nearly {where}", ("name",))
        if _overlap(flows[i], flows[j]) >= SIMILAR_STEPS:
            yield (
                later,
                Fault("similar-steps", f"the steps are nearly those of {where}", ("steps",)),
            )


def _tags(template: Template, vocabulary: Vocabulary) -> Iterator[Fault]:
    for i, tag in enumerate(template.tags):
        if tag in template.tags[:i]:
            yield Fault("repeated-tag", f"the tag {tag!r} is given twice: keep one", ("tags", i))
        if tag not in vocabulary:
            known = vocabulary.normal(tag)
            hint = f"write {known!r}" if known else unknown("tag", tag, vocabulary.aliases)
            yield Fault("unknown-tag", f"{tag!r} is not in the vocabulary: {hint}", ("tags", i))


def _topic(template: Template) -> Iterator[Fault]:
    if not _TOPIC.match(template.topic):
        yield Fault(
            "bad-topic",
            f"the topic {template.topic!r} is no path: write it as algebra/linear_equations",
            ("topic",),
        )


def _steps(template: Template) -> Iterator[Fault]:
    numbers = _example_numbers(template)
    for i, step in enumerate(template.steps):
        if _NUMBERED.match(step):
            yield Fault("numbered-step", f"steps are numbered for you: {step[:40]!r}", ("steps", i))
        own = sorted(set(_NUMBER.findall(_NUMBERED.sub("", step, count=1))) & numbers)
        if own:
            listed = ", ".join(own)
            message = f"the step holds the example's {listed}: say it in general words"
            yield Fault("example-number", message, ("steps", i))


def _example_numbers(template: Template) -> set[str]:
    """The numbers of the example's problem, params and answer, from 3 on.

    0, 1 and 2 are left out: they belong to methods ("set it to 0", "divide by 2") as much.
    """
    example = template.example
    text = " ".join((example.problem, example.answer, str(dict(example.params))))
    return set(_NUMBER.findall(text)) - {"0", "1", "2"}


def _maths(template: Template) -> Iterator[Fault]:
    example = template.example
    texts: dict[tuple[str | int, ...], str] = {
        ("name",): template.name,
        ("description",): template.description,
        ("scope",): template.scope,
        ("example", "problem"): example.problem,
        ("example", "solution"): example.solution,
        ("example", "answer"): example.answer,
    }
    texts.update({("steps", i): step for i, step in enumerate(template.steps)})
    for at, text in texts.items():
        problem = unbalanced(text)
        if problem:
            yield Fault("unbalanced-maths", problem, at)


def unbalanced(text: str) -> str:
    """What is left open or closed too often in the maths of `text`; "" if nothing.

    Half-open intervals such as [0, 2) count as balanced.
    """
    plain = text.replace(r"\$", "").replace(r"\{", "").replace(r"\}", "")
    if plain.count("$") % 2:
        return "a $ has no partner"
    for opening, closing in _DELIMITERS:
        if plain.count(opening) != plain.count(closing):
            return f"{opening} and {closing} do not pair up"
    open_ones: list[str] = []
    for mark in re.findall(r"[()\[\]{}]", plain):
        if mark in "([{":
            open_ones.append("{" if mark == "{" else "(")
        elif not open_ones or open_ones.pop() != _BRACKETS[mark]:
            return f"a {mark} closes nothing"
    return "a bracket is never closed" if open_ones else ""


def _check(template: Template) -> Iterator[Fault]:
    example, at = template.example, ("example", "check")
    if ignores_params(example.check, frozenset(example.params)):
        yield Fault("check-ignores-params", "the check uses none of the example's params", at)
    if holds_answer(example.check, example.answer):
        message = f"the check holds the answer {example.answer!r} itself: compute it instead"
        yield Fault("check-holds-answer", message, at)


def _name_grams(name: str) -> frozenset[str]:
    return frozenset(gram for word in terms(name) for gram in grams(word, 3))


def _triples(steps: Sequence[str]) -> frozenset[tuple[str, ...]]:
    words = [word for step in steps for word in terms(step)]
    return frozenset(zip(words, words[1:], words[2:], strict=False))


def _overlap(a: frozenset[object], b: frozenset[object]) -> float:
    together = len(a | b)
    return len(a & b) / together if together else 0.0
