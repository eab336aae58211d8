r"""Find the final answer in a reply: never in thinking text, and in linear time on any input.

In this order: the last `\boxed{}` with balanced braces, the last `<answer>` element, the last
"answer is" phrase (English or Korean, GSM8K's `####`), a reply that is nothing but an answer, and,
as weak evidence, the last formula or number: only of a reply that has come to its end, for in a
draft that breaks off the last number is some number on the way.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from reasonloom.grading.clean import visible
from reasonloom.grading.units import MAX_UNIT, is_unit

MAX_REPLY = 200_000
"""Characters of answer text that are searched, counted from the end (our choice)."""
MAX_WHOLE = 80
"""Longest reply that may be an answer as a whole, in characters (our choice)."""

How = Literal["boxed", "tag", "phrase", "whole", "formula", "number"]


@dataclass(frozen=True, slots=True)
class Extracted:
    """A final answer and how it was found; `weak` means that nothing in the text announced it."""

    answer: str
    how: How

    @property
    def weak(self) -> bool:
        return self.how in ("formula", "number")


_THINKING = re.compile(r"<(/?)(?:think|thinking|thought|thoughts|reasoning)>", re.IGNORECASE)
_BRACES = re.compile(r"\\(?:boxed|fbox)\s{0,3}\{|\\.|[{}]", re.DOTALL)
_GAP_MARKUP = re.compile(r"\\(?:text|mathrm|q?quad|[,;:()\[\] ])|[\s$,;{}()*]+")
_CONJUNCTION = re.compile(r"(?:\b(?:and|or)\b|및|또는|그리고|와|과)", re.IGNORECASE)
_CORRECTION = re.compile(r"\b(?:no|not|but|wait|so|then|hence|thus|actually)\b", re.IGNORECASE)
MAX_GAP = 60
"""Longest text between two parts of one answer, in characters (our choice)."""
_TAG = re.compile(r"<answer>([^<]*(?:<(?!/?answer>)[^<]*)*)</answer>", re.IGNORECASE)
_PHRASE = re.compile(
    r"\banswers?\b(?:\s{0,3}\*\*)?(?:\s{0,3}[:=：]"
    r"|[^.:=\n]{0,60}?\s(?:is|are|would be|will be|equals)\b)"
    r"|\bfinal\s{1,3}answer\b|^[*#_ ]{0,6}answer[*#_ ]{0,6}$"
    r"|(?<![가-힣])(?:정답|답안|답)\s?(?:은|는|이|:|：|=)"
    r"|####",
    re.IGNORECASE | re.MULTILINE,
)
_FINAL = re.compile(r"\bfinal\s{1,3}answer\b(?:\s{0,3}[:=]|\s{1,3}is\b)", re.IGNORECASE)
_LEAD = re.compile(
    r"(?:[\s:：*_>]|\\?[\"“]|\b(?:is|simply|so|thus|hence|therefore|as follows|about|approximately"
    r"|exactly)\b|따라서|그러므로|약(?=\s?\d)){1,20}",
    re.IGNORECASE,
)
_FORMULA = re.compile(
    r"\$\$([^$]+)\$\$|\$([^$\n]+)\$"
    r"|\\\(((?:[^\\]|\\[^()\[\]])+)\\\)|\\\[((?:[^\\]|\\[^()\[\]])+)\\\]"
)
_STOP = re.compile(
    r"\n|[.。!?](?=\s|\*|$)|,?\s(?:because|since|as|so|which|where|when|who|I hope|이므로|때문)\b"
    r"|\s\((?=(?:since|because|as|or|about|which|i\.e\.)\s)"
    r"|\s?(?:입니다|이에요|예요|이다|임)(?=[\s.]|$)"
)
_NUMBER = re.compile(
    r"(?<![\w.])[-−]?(?:\\[dtc]?frac\{-?\d{1,40}\}\{\d{1,40}\}"
    r"|(?:\d{1,3}(?:,\d{3})+|\d+,\d+|\d+)(?:\.\d+)?(?:/\d+)?|\.\d+)(?:\s?\\?%|\s?percent)?"
)
_OPTION = re.compile(r"\(?([A-H])[):]\s")
_LONG_WORD = re.compile(r"(?<!\\)\b[^\W\d_]{3,}")
_MID_SENTENCE = re.compile(r"(?:[^\W\d_다요죠]|[,;:=+×·<>≤≥({\[-])[\s*_`]*$")
_LAST_WORDS = re.compile(rf"[\d$][ $*_]{{0,4}}([^\d.$]{{1,{MAX_UNIT}}})$")


def extract(text: str, cut: bool | None = None) -> Extracted | None:
    """The final answer of a reply, or None where its answer text holds nothing like one.

    cut  whether the reply broke off (its finish reason is not "stop"), so that only an announced
         answer is one; None where nobody knows: then a weak answer needs an end that is no
         middle of a sentence
    """
    said = answer_text(text).strip()[-MAX_REPLY:]
    found = _first(said, _boxed, _tagged, _announced)
    if found or cut:
        return found
    found = _first(said, _whole, _last_value)
    unfinished = found is not None and found.weak and cut is None and _breaks_off(said)
    return None if unfinished else found


def _first(said: str, *ways: Callable[[str], Extracted | None]) -> Extracted | None:
    return next(filter(None, (find(said) for find in ways)), None)


def _breaks_off(said: str) -> bool:
    """Whether a text ends on a word or a sign that more must follow; a unit may end it."""
    if not _MID_SENTENCE.search(said[-MAX_GAP:]):
        return False
    words = _LAST_WORDS.search(said[-MAX_GAP:])
    return not (words and is_unit(words[1].strip()))


def answer_text(text: str) -> str:
    """The reply without its thinking; empty while a thinking block is still open.

    A closing tag with no opening one ends thinking that a chat template has begun.
    """
    kept, start, depth = [], 0, 0
    for tag in _THINKING.finditer(text):
        if not tag[1]:
            if not depth:
                kept.append(text[start : tag.start()])
            depth += 1
        elif depth:
            depth -= 1
        else:
            kept.clear()
        start = tag.end()
    return "" if depth else "".join([*kept, text[start:]])


def _boxed(said: str) -> Extracted | None:
    boxes = _boxes(said) if r"\boxed" in said or r"\fbox" in said else []
    if not boxes:
        return None
    later = _announced(said, boxes[-1][1], _FINAL)
    if later and _NUMBER.search(later.answer):
        return later
    contents = [said[begin:end].partition("{")[2].strip() for begin, end in _series(said, boxes)]
    return Extracted(", ".join(contents), "boxed")


def _series(said: str, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The last span with those before it that belong to the same list: `$1$, $2$ and $3$`."""
    chosen = [spans[-1]]
    for begin, end in reversed(spans[:-1]):
        if not _joins(said[end + 1 : chosen[0][0]]):
            break
        chosen.insert(0, (begin, end))
    return chosen


def _joins(gap: str) -> bool:
    """Whether the text between two formulas makes one list of them."""
    if len(gap) > MAX_GAP or "\n\n" in gap or ". " in gap:
        return False
    words = _GAP_MARKUP.sub(" ", gap).split()
    return not words or (
        len(words) < 7 and bool(_CONJUNCTION.search(gap)) and not _CORRECTION.search(gap)
    )


def _boxes(said: str) -> list[tuple[int, int]]:
    """Outermost non-empty boxes as (start of the command, index of its closing brace)."""
    found: list[tuple[int, int]] = []
    opened: list[tuple[int, int]] = []
    for token in _BRACES.finditer(said):
        if token[0] == "}":
            if not opened:
                continue
            begin, inside = opened.pop()
            if begin >= 0 and said[inside : token.start()].strip():
                while found and found[-1][0] > begin:
                    found.pop()
                found.append((begin, token.start()))
        elif token[0].endswith("{") and token[0] != r"\{":
            opened.append((token.start() if token[0] != "{" else -1, token.end()))
    return found


def _last(pattern: re.Pattern[str], said: str) -> re.Match[str] | None:
    return next(iter(deque(pattern.finditer(said), maxlen=1)), None)


def _tagged(said: str) -> Extracted | None:
    found = _last(_TAG, said)
    inner = found[1].strip() if found else ""
    return Extracted(inner, "tag") if inner else None


def _announced(
    said: str, start: int = 0, phrases: re.Pattern[str] | None = None
) -> Extracted | None:
    for phrase in reversed(list((phrases or _PHRASE).finditer(said, start))):
        answer = _statement(said, phrase.end())
        if answer:
            return Extracted(answer, "phrase")
    return None


def _statement(said: str, start: int) -> str:
    """What is said from `start` on, to the sentence's end; of many words, the value they end on."""
    lead = _LEAD.match(said, start)
    start = lead.end() if lead else start
    sentence = said[start : _sentence_end(said, start)].strip(" \t*_`'\"“”").removesuffix("\\")
    formulas = [found.span() for found in _FORMULA.finditer(sentence)]
    if formulas and formulas[0][0] == 0:
        return _listed(sentence, _leading_series(sentence, formulas))
    option = _OPTION.match(sentence)
    if option:
        return option[1]
    wordy = len(_LONG_WORD.findall(_FORMULA.sub(" ", sentence))) > 1
    value = _last_value(sentence) if wordy and not sentence[:1].isdigit() else None
    return value.answer if value else sentence


def _sentence_end(said: str, start: int) -> int:
    """Where the sentence from `start` on stops; a full stop inside a formula does not count."""
    stop = _STOP.search(said, start)
    for formula in _FORMULA.finditer(said, start):
        if stop is None or stop.start() <= formula.start():
            break
        if stop.start() < formula.end():
            stop = _STOP.search(said, formula.end())
    return stop.start() if stop else len(said)


def _leading_series(text: str, spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    chosen = [spans[0]]
    for span in spans[1:]:
        if not _joins(text[chosen[-1][1] : span[0]]):
            break
        chosen.append(span)
    return chosen


def _listed(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """The formulas at `spans` without delimiters, with the unit that may follow the last."""
    parts = [_content(found) for span in spans if (found := _FORMULA.match(text, span[0]))]
    tail = text[spans[-1][1] :][:MAX_UNIT].strip(" .")
    return ", ".join(parts) + (f" {tail}" if is_unit(tail) else "")


def _content(formula: re.Match[str]) -> str:
    return next(group for group in formula.groups() if group is not None).strip()


def _whole(said: str) -> Extracted | None:
    """A reply of one short line that has no words around its formula, or is a single word."""
    lead = _LEAD.match(said)
    said = said[lead.end() :] if lead else said
    if not said or len(said) > MAX_WHOLE or "\n" in said:
        return None
    if _FORMULA.search(said) or (_LONG_WORD.search(said) and len(said.split()) > 1):
        return None
    return Extracted(said, "whole")


def _last_value(said: str) -> Extracted | None:
    formulas, number = [found.span() for found in _FORMULA.finditer(said)], _last(_NUMBER, said)
    if formulas and (number is None or number.start() < formulas[-1][1]):
        series = _series(said, [(begin, end - 1) for begin, end in formulas])
        alone = said[series[0][0] : series[-1][1] + 1] == said
        listed = _listed(said, [(begin, end + 1) for begin, end in series])
        return Extracted(listed, "whole" if alone else "formula")
    return Extracted(visible(number[0]), "number") if number else None
