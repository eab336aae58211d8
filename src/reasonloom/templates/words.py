"""Cut text into the terms that retrieval and lint compare: words without endings, no numbers.

Formulas count too: `shapes` says in words what a formula looks like, so that "x^2 - 5x + 6 = 0"
meets templates that speak of quadratic equations.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_SYMBOLS = {
    "∫": " integral ",
    "∑": " sum ",
    "Σ": " sum ",
    "∏": " product ",
    "√": " square root ",
    "≡": " congruent modulo ",
    "∞": " infinity ",
    "%": " percent ",
    "≤": "<=",
    "≥": ">=",
    "²": "^2",
    "³": "^3",
    "·": "*",
    "×": "*",
}
_COMMANDS = {
    "int": "integral",
    "frac": "fraction",
    "dfrac": "fraction",
    "sqrt": "square root",
    "lim": "limit",
    "binom": "binomial coefficient",
    "pmod": "modulo",
    "mod": "modulo",
    "equiv": "congruent modulo",
    "sin": "sine trigonometric",
    "cos": "cosine trigonometric",
    "tan": "tangent trigonometric",
    "ln": "logarithm",
    "log": "logarithm",
    "pi": "pi",
}
STOP = frozenset(
    """
    a an and any answer are as at be by calculate can compute could determine do does each every
    evaluate find first for from get give given has have how i if in into is it its let many me
    much my number of on one or our out please should show so some than that the their them then
    there these they this to two up use using value was we were what when where which who whose
    why will with work would you your
    """.split()
)
"""Words that stand in every second problem and tell nothing of its kind."""
_SHAPES = tuple(
    (re.compile(pattern), words)
    for pattern, words in (
        (r"[a-z]\s*\^\s*2\b(?!.*\^\s*[3-9]).*=", "quadratic equation"),
        (r"[a-z]\s*\^\s*2\b", "quadratic square"),
        (r"[a-z]\s*\^\s*[3-9]", "polynomial power"),
        (r"\d\s*\^\s*\(?-?\d", "power exponent"),
        (r"\d\s*\^\s*\(?\d*[a-z]", "exponential equation power"),
        (r"(?<![\d/])\d+\s*/\s*\d+(?!\s*/)", "fraction"),
        (r"\d[a-z]\b[^=<>^]*=|=[^=<>^]*\d[a-z]\b", "linear equation unknown"),
        (r"\d[a-z]\b[^=]*=[^=]*\d[a-z]\b", "unknown both side"),
        (r"[a-z]\s*[-+]\s*\d*[a-z]\b[^=]*=.*[a-z]\s*[-+]\s*\d*[a-z]\b[^=]*=", "linear system"),
        (r"\b[a-z]_[({]?[a-z0-9]", "sequence term"),
        (r"\d\s*,\s*\d+\s*,\s*\d+\s*,\s*\.\.\.", "sequence term"),
        (r"\+\s*\.\.\.|\+\s*…|\+\s*\\[cl]?dots", "sum series term"),
        (r"<|>(?!=)|>=", "inequality"),
        (r"\|[^|]{1,20}[a-z][^|]{0,20}\|", "absolute value"),
        (r"\bc\(\d+\s*,\s*\d+\)", "binomial coefficient"),
        (r"(?:\(-?\d+\s*,\s*-?\d+\).*){3}", "coordinate vertex"),
        (r"\d\s*[-+]\s*\d*i\b", "complex"),
        (r"\be\s*\^", "exponential"),
        (r"\bmod", "remainder"),
    )
)
"""(pattern in case-folded text, what it says in words)."""
_MARKS = re.compile(r"[\d^=<>|_]|\.\.\.|\bmod")
_WORD = re.compile(r"[a-z]+(?:'[a-z]+)?|[^\W\d_a-z]+")
_HANGUL = re.compile(r"[가-힣]")


def terms(text: str, formulas: bool = False) -> list[str]:
    """The stems of the content words of `text`, in order, with repetitions.

    With `formulas` the words of `shapes` follow. Korean words come as their pairs of syllables,
    since particles are glued to them.
    """
    folded = unicodedata.normalize("NFKC", _spelled(text)).casefold()
    found: list[str] = []
    for word in _WORD.findall(folded):
        if _HANGUL.match(word):
            found += [word[i : i + 2] for i in range(len(word) - 1)]
        else:
            found += _stems(word)
    return found + [stem(word) for word in shapes(folded)] if formulas else found


def shapes(text: str) -> list[str]:
    """What the formulas of `text` (case-folded; 2,000 characters at most) look like."""
    marked = " ; ".join(line for line in text[:20_000].split("\n") if _MARKS.search(line))[:2000]
    if not marked:
        return []
    return [word for pattern, words in _SHAPES if pattern.search(marked) for word in words.split()]


@lru_cache(maxsize=20_000)
def _stems(word: str) -> tuple[str, ...]:
    parts = _COMMANDS.get(word, word).split()
    return tuple(stem(part) for part in parts if part not in STOP and len(part) > 1)


def _spelled(text: str) -> str:
    for symbol, word in _SYMBOLS.items():
        text = text.replace(symbol, word)
    return text


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """A word without its commonest English endings, in British spelling."""
    word = word.removesuffix("'s").replace("'", "")
    word = re.sub(r"iz(e|ed|es|ing|ation|ations)$", r"is\1", word)
    for ending, instead, shortest in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= shortest:
            return word[: len(word) - len(ending)] + instead
    return word


_ENDINGS = (
    ("isations", "is", 4),
    ("isation", "is", 4),
    ("ations", "at", 3),
    ("ation", "at", 3),
    ("tions", "t", 3),
    ("tion", "t", 3),
    ("ities", "", 4),
    ("ity", "", 4),
    ("ies", "y", 3),
    ("ings", "", 4),
    ("ing", "", 4),
    ("ses", "s", 3),
    ("ed", "", 4),
    ("es", "", 4),
    ("ss", "ss", 1),
    ("us", "us", 1),
    ("s", "", 3),
    ("e", "", 4),
)
"""(ending, what takes its place, fewest letters before it); the first that fits is applied."""


@lru_cache(maxsize=20_000)
def grams(word: str, size: int = 4) -> tuple[str, ...]:
    """The letter groups of a word, its ends marked: related forms share most of them."""
    marked = f"<{word}>"
    return tuple(marked[i : i + size] for i in range(max(1, len(marked) - size + 1)))
