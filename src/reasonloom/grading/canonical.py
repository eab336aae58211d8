r"""One key per answer: what votes are counted by, and the first stage of equality.

Equal keys mean equal answers. Different keys may still be equal answers (`\sqrt{8}` and
`2\sqrt{2}`): deciding that takes algebra and is the business of `grade`.
"""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache

from reasonloom.grading.clean import MAX_ANSWER, tidy
from reasonloom.grading.numbers import exact
from reasonloom.grading.units import quantity

_PERCENT = re.compile(r" ?(?:%|percent(?:age)?|pct|퍼센트|프로)$", re.IGNORECASE)
_COPULA = re.compile(r" ?(?:입니다|이에요|예요|이다|이며)$")
_NAME = r"\\?[A-Za-zα-ω]+(?:_(?:\w|\{\w+\}))?"
_ASSIGNED = re.compile(
    rf"(?:{_NAME}(?:\([a-zA-Z]\))?|\({_NAME}(?:, ?{_NAME})+\)) ?(?:=|\\in(?![a-z])) ?(?=\S)"
)
_AND = re.compile(r",? (?:and|or) |,? ?(?:및|또는|그리고) ?")
_WORDS = re.compile(r"[^\W\d_]+(?:[ '’-][^\W\d_]+)*\.?")
_CHOICE = re.compile(r"\(([A-Za-z])\)")
_GLUE = re.compile(r" ?([^\w\s\\]) ?")
_BARE_ARGUMENT = re.compile(r"\\(sqrt|frac) ?(?:(\d)|([a-z])(?![a-z])) ?(?=(\d)?)")
_SYNONYMS = (
    (re.compile(r"\\[dtc]frac(?![a-z])"), r"\\frac"),
    (re.compile(r"\\(?:leq?|leqslant)(?![a-z])"), "<="),
    (re.compile(r"\\(?:geq?|geqslant)(?![a-z])"), ">="),
    (re.compile(r"\\neq?(?![a-z])"), "!="),
    (re.compile(r"\\lt(?![a-z])"), "<"),
    (re.compile(r"\\gt(?![a-z])"), ">"),
    (re.compile(r"\\(?:times|cdot)(?![a-z])"), "*"),
    (re.compile(r"\\varnothing(?![a-z])|\\\{ ?\\\}"), r"\\emptyset"),
    (re.compile(r"\\(sqrt|pi|infty|cup|cap)(?![a-z])"), r"\\\1 "),
    (re.compile(r"\^ ?\\circ(?![a-z])|\^ ?\{ ?\\circ ?\}|\\degree(?![a-z])"), "°"),
    (re.compile(r"\^ ?\{ ?(\w) ?\}"), r"^\1"),
)


@lru_cache(maxsize=8_192)
def canonical(answer: str) -> str:
    r"""The key of an answer: equal for spellings of the same value, cheap, never an error.

    `7/2`, `3.5`, `$\frac{7}{2}$`, `3\frac{1}{2}` and `x = 3.5` all give `7/2`. `50%` stays apart
    from `50` and from `1/2`, `5 cm` from `5`. A list or a set in braces is sorted, a tuple keeps
    its order. Words lose case. An answer of over MAX_ANSWER characters gives a digest of its text;
    an empty one gives the empty key.
    """
    if len(answer) > MAX_ANSWER:
        digest = hashlib.sha256(answer.strip().encode("utf-8", "surrogatepass"))
        return f"long:{digest.hexdigest()}"
    text = _COPULA.sub("", tidy(answer))
    return _scalar(text) or _collection(text) or _expression(text)


def _scalar(text: str) -> str | None:
    """A number, a percentage, a number with a unit, a word or a choice letter."""
    text = value_side(text)
    number = exact(text)
    if number is not None:
        return str(number)
    return _percentage(text) or _measured(text) or _word(text)


def _percentage(text: str) -> str | None:
    percent = _PERCENT.search(text)
    number = exact(text[: percent.start()]) if percent else None
    return None if number is None else f"{number}%"


def _measured(text: str) -> str | None:
    amount, unit = quantity(text)
    number = exact(amount) if unit else None
    return None if number is None else f"{number} {unit}"


def _word(text: str) -> str | None:
    choice = _CHOICE.fullmatch(text)
    if choice or _WORDS.fullmatch(text):
        return (choice[1] if choice else text.rstrip(".")).casefold()
    return None


def value_side(text: str) -> str:
    r"""`x = 5` is 5 and `x \in S` is S, but `x = 5, y = 6` and `2x + y = 1` stay as they are."""
    assigned = _ASSIGNED.match(text)
    if not assigned:
        return text
    value = text[assigned.end() :]
    if "=" in value:
        middle, _, last = value.rpartition("=")
        single = "," not in middle and ";" not in middle
        return last if single and exact(last) is not None else text
    return value if exact(value) is not None or len(split_top(value)) == 1 else text


def _collection(text: str) -> str | None:
    text = value_side(text)
    for left, right in ((r"\{", r"\}"), ("{", "}"), ("", "")):
        if text.startswith(left) and text.endswith(right):
            parts = split_top(_AND.sub(", ", text[len(left) : len(text) - len(right)]))
            if len(parts) > 1:
                return "{" + ",".join(sorted(_element(part) for part in parts)) + "}"
    if text[:1] in "([" and text[-1:] in ")]":
        parts = split_top(text[1:-1])
        if len(parts) > 1:
            return text[0] + ",".join(_element(part) for part in parts) + text[-1]
    return None


def split_top(text: str) -> list[str]:
    """Split at the commas and semicolons outside brackets; unbalanced text is one part."""
    parts, depth, start = [], 0, 0
    for at, char in enumerate(text):
        depth += (char in "([{") - (char in ")]}")
        if depth < 0:
            return [text]
        if char in ",;" and not depth:
            parts.append(text[start:at])
            start = at + 1
    return [*parts, text[start:]] if not depth else [text]


def _element(part: str) -> str:
    number = exact(part)
    return str(number) if number is not None else _expression(part)


def _expression(text: str) -> str:
    """A spelling of a formula that does not depend on spaces and on synonymous commands."""
    for pattern, plain in _SYNONYMS:
        text = pattern.sub(plain, text)
    text = _BARE_ARGUMENT.sub(_braced, " ".join(text.split()))
    return _GLUE.sub(r"\1", text).replace(" \\", "\\")


def _braced(command: re.Match[str]) -> str:
    first = command[2] or command[3]
    return rf"\{command[1]}{{{first}}}"
