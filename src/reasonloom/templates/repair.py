"""Repairs for text from published template libraries, each a function that says what it did."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

from reasonloom.templates.parse import MAX_CHARS, STEPS
from reasonloom.templates.schema import slug

_LATEX_N = (
    "e|eq|u|abla|ot|otin|eg|mid|leq|geq|less|gtr|ewline|olimits|exists|subseteq|supseteq|parallel"
    "|atural|earrow|warrow|i|sim|cong|prec|succ|onumber|leftarrow|rightarrow"
)
"""What may follow \\n in a LaTeX command (\\neq, \\nu, ...), so that it is no line break."""
_BREAK = re.compile(rf"(?<!\\)\\n(?!(?:{_LATEX_N})(?![A-Za-z]))")
_NUMBERING = re.compile(
    r"\A\s*(?:\*\*)?(?:(?:step|stage)\s*\d+\s*[.:)\-–]*|\(?\d{1,2}[.):](?!\d)|[-*•]\s)\s*(?:\*\*)?\s*",
    re.I,
)
_TEXTBOOK = re.compile(r"\s*\b\d+(?:\.\d+)+\b\s*|^\s*(?:chapter|section)\s+\d+\s*[:.]?\s*", re.I)
_WORKED = r"(?:[a-z]{1,20}\s){0,3}(?:steps|process|flow|demonstration)(?:\s[a-z]{1,20}){0,3}"
_PART = re.compile(
    rf"(?im)(?:^|(?<=[.!?。]\s))[\s*#>_]{{0,4}}(?:the\s+)?(?P<head>{_WORKED}"
    r"|example(?:\s+(?:problem|question))?|problem(?:\s+statement)?|question"
    r"|solution|analysis|explanation|application(?:\s+of\s+(?:the\s+)?template)?"
    r"|(?:final\s+)?answer|conclusion)(?:\s+\d+)?(?:[\s*_]{0,3}[:：][\s*_]{0,3}|\*\*[ ]*$)"
)
_FIRST_STEP = re.compile(r"(?m)^\s*(?:step\s*)?1\s*[.):]", re.I)
_SO = re.compile(r"^(?:so|thus|hence|therefore)\b[, ]*", re.I)
_PROBLEM = ("problem", "question", "example", "statement", "given", "scenario", "task")
_ANSWER = ("answer", "result", "conclusion", "final")


class Folded(NamedTuple):
    problem: str
    solution: str
    answer: str


def text(value: Any) -> str:
    """Any JSON value as text with real line breaks; lists line by line, maps as `key: value`."""
    if isinstance(value, list):
        return "\n".join(filter(None, (text(v) for v in value)))[:MAX_CHARS].strip()
    if isinstance(value, dict):
        return "\n".join(f"{_words(k)}: {text(v)}" for k, v in value.items())[:MAX_CHARS].strip()
    plain = "" if value is None else str(value)
    plain = plain.encode("utf-8", "replace").decode("utf-8")
    plain = _BREAK.sub("\n", plain).replace("\r\n", "\n").replace("\t", " ")
    kept = "".join(c for c in plain if c == "\n" or c.isprintable())
    return "\n".join(part.rstrip() for part in kept.split("\n"))[:MAX_CHARS].strip()


def line(value: Any) -> str:
    """`text` on one line."""
    return " ".join(text(value).split())


def title(value: str) -> str:
    """A chapter's or section's title without textbook numbering ("Permutations 6.2.2")."""
    return line(_TEXTBOOK.sub(" ", value)) or "untitled"


def topic(value: str) -> str:
    """A title as a part of a topic path."""
    plain = re.sub(r"[^a-z0-9]+", "_", slug(title(value))).strip("_")
    return plain or "untitled"


def steps(given: Sequence[str]) -> tuple[tuple[str, ...], list[str]]:
    """Steps without numbering and blanks, 3 to 9 of them, and what was done; () if too few."""
    notes: list[str] = []
    bare = [_NUMBERING.sub("", step, count=1) for step in given]
    if bare != list(given):
        notes.append("step numbering removed")
    kept = [step.strip() for step in bare if step.strip()]
    if len(kept) < len(given):
        notes.append(f"{len(given) - len(kept)} blank steps dropped")
    low, high = STEPS
    if 0 < len(kept) < low:
        kept = [part for step in kept for part in re.split(r"(?<=[.;])\s+", step) if part]
        notes.append("steps split at sentences: there were too few")
    if len(kept) > high:
        notes.append(f"steps joined: there were {len(kept)} and at most {high} are taken")
    while len(kept) > high:
        i = min(range(len(kept) - 1), key=lambda i: len(kept[i]) + len(kept[i + 1]))
        kept[i : i + 2] = [f"{kept[i].rstrip('.')}. {kept[i + 1]}"]
    return (tuple(kept) if len(kept) >= low else ()), notes


def example(raw: Any) -> tuple[Folded | None, list[str]]:
    """An example of any form as problem, solution and answer; None if there is nothing in it."""
    notes: list[str] = []
    if isinstance(raw, str) and _BREAK.search(raw):
        notes.append("line breaks restored in the example")
    if isinstance(raw, dict):
        notes.append("example folded from a map")
        parts = _from_map(raw)
    else:
        parts = _from_text(text(raw))
    problem, solution, answer = parts
    if not (problem or solution):
        return None, notes
    if not answer:
        notes.append("answer taken from the end of the solution")
    solution = solution or problem
    return Folded(problem or solution, solution, answer or _closing(solution)), notes


def _from_map(raw: dict[str, Any]) -> Folded:
    problem: list[str] = []
    solution: list[str] = []
    answer: list[str] = []
    for key, value in raw.items():
        words = _words(key).casefold()
        content = text(value)
        if any(word in words for word in _ANSWER):
            answer.append(content)
        elif "solution" not in words and any(word in words for word in _PROBLEM):
            problem.append(content)
        else:
            solution.append(content)
    return Folded(*("\n".join(filter(None, part)) for part in (problem, solution, answer)))


def _from_text(plain: str) -> Folded:
    heads = list(_PART.finditer(plain))
    starts = [match.end() for match in heads]
    ends = [*(match.start() for match in heads[1:]), len(plain)][: len(heads)]
    parts: dict[str, list[str]] = {"problem": [], "solution": [], "answer": []}
    parts["problem"].append(plain[: heads[0].start()].strip() if heads else plain)
    for head, start, end in zip(heads, starts, ends, strict=True):
        parts[_part_of(head["head"].casefold())].append(plain[start:end].strip())
    if not any(parts["solution"]):
        problem, solution = _halved("\n".join(filter(None, parts["problem"])))
        parts["problem"], parts["solution"] = [problem], [solution]
    return Folded(*("\n".join(filter(None, part)) for part in parts.values()))


def _part_of(head: str) -> str:
    if any(word in head for word in ("step", "process", "flow", "demonstration")):
        return "solution"
    if any(word in head for word in _ANSWER):
        return "answer"
    return "problem" if head.startswith(_PROBLEM) else "solution"


def _halved(plain: str) -> tuple[str, str]:
    """Without headings the problem ends before the first numbered step, else after a sentence."""
    first = _FIRST_STEP.search(plain)
    if first and plain[: first.start()].strip():
        return plain[: first.start()].strip(), plain[first.start() :].strip()
    found = re.search(r"[?？]|\.(?=\s)|\n", plain)
    end = found.end() if found else len(plain)
    return plain[:end].strip(), plain[end:].strip()


def _closing(solution: str) -> str:
    boxed = re.findall(r"\\boxed\{([^{}]+)\}", solution)
    if boxed:
        return str(boxed[-1]).strip()
    sentences = re.split(r"(?<=[.!?])\s+|\n", solution.strip())
    return _SO.sub("", sentences[-1]) or solution


def _words(key: Any) -> str:
    return line(str(key).replace("_", " "))
