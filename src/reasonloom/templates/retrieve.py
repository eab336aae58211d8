"""Find the template that fits a step's goal, or say that none does.

Two sides look at all fields: BM25 over word stems (bm25s) and a dense embedder (LSA by default).
Each gives a score in [0, 1] that does not depend on the other templates' scores: for BM25 the share
of the goal's word weight that the template covers, for the dense side the cosine. Their weighted
mean is compared with a threshold, so that a foreign goal gets no template at all.

What differs from ReasonFlux: its matcher looks at three names only, cuts chapters off hard, returns
exactly one template and cannot abstain (its code, TemplateMatcher).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import bm25s
import numpy as np

from reasonloom.errors import InputError
from reasonloom.templates.dense import Embedder, Lsa, SentenceTransformer
from reasonloom.templates.schema import Template, slug
from reasonloom.templates.words import terms

if TYPE_CHECKING:
    from reasonloom.templates.dense import Matrix
    from reasonloom.templates.library import Library

THRESHOLD = 0.14
"""Below this a template does not fit; from `loom templates calibrate`, see docs/templates.md."""
LEXICAL = 0.5
"""Weight of BM25 beside 1 - LEXICAL for the dense side (our choice, by recall on goals)."""
NAME_BOOST, FIRST_TAG_BOOST = 2, 2
"""How often a template's name, and its first tag with its aliases, are counted (our choice)."""
NAMED, TAGGED, TOPIC = 0.5, 0.15, 0.05
"""What a similar name, equal tags and the topic add at most to a score (our choice)."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A template that fits, and how well: 1 for an exact name, else the fused score below 1."""

    template: Template
    score: float


class Retriever:
    """Hybrid search over a library, held in memory; safe to share between tasks.

    dense      "lsa", "none", the name or path of a sentence-transformers model, or an Embedder
    threshold  hits below it are not returned; None takes THRESHOLD, which is calibrated for "lsa":
               calibrate anew for another embedder or a library of your own
    examples   whether the worked example's problem is searched too

    Raises InputError for a library without templates and for a model that cannot be loaded.
    """

    def __init__(
        self,
        library: Library,
        *,
        dense: str | Embedder = "lsa",
        threshold: float | None = None,
        examples: bool = True,
    ) -> None:
        self.library = library
        self.threshold = THRESHOLD if threshold is None else threshold
        self._templates = tuple(library)
        if not self._templates:
            raise InputError("the library holds no templates: add some, or search without one")
        texts = [self._text(t, examples) for t in self._templates]
        self._lexical = _Lexical(texts)
        self._embedder = _embedder(dense, texts)
        self._rows = _rows(self._embedder, texts)
        names = [t.name for t in self._templates]
        self._names = Lsa(names, rank=None)
        self._name_rows = _unit(self._names.rows)
        self._phrases = [f" {slug(name).replace('-', ' ')} " for name in names]

    def retrieve(
        self,
        goal: str,
        *,
        name: str = "",
        tags: Sequence[str] = (),
        topic: str | None = None,
        k: int = 1,
    ) -> list[Hit]:
        """The `k` best templates above the threshold, best first; [] says that none fits.

        A `name` that is a template's own puts this template first with score 1.
        """
        if k < 1:
            return []
        scores = self.scores(goal, name=name, tags=tags, topic=topic)
        order = np.argsort(-scores, kind="stable")[:k]
        return [
            Hit(self._templates[i], float(scores[i])) for i in order if scores[i] >= self.threshold
        ]

    def scores(
        self, goal: str, *, name: str = "", tags: Sequence[str] = (), topic: str | None = None
    ) -> Matrix:
        """The score in [0, 1] of every template, in the library's order, before the threshold."""
        scores: Matrix = self._content(" ".join((goal, name, *tags)))
        scores = scores + TAGGED * self._tag_overlap(tags) + TOPIC * self._topic_overlap(topic)
        if terms(name):
            scores = scores + NAMED * (self._name_rows @ self._names.encode([name])[0])
        scores = np.clip(scores, 0.0, 0.98)
        scores = np.maximum(scores, 0.99 * self._named_in(goal))
        exact = self.library.get(name) if name else None
        if exact:
            scores[self._templates.index(exact)] = 1.0
        return scores

    def _content(self, text: str) -> Matrix:
        lexical = self._lexical.coverage(text)
        if self._embedder is None or self._rows is None:
            return lexical
        cosine = self._rows @ self._embedder.encode([text])[0]
        fused: Matrix = LEXICAL * lexical + (1 - LEXICAL) * np.maximum(cosine, 0.0)
        return fused

    def _text(self, template: Template, examples: bool) -> str:
        parts = [template.name] * NAME_BOOST
        for i, tag in enumerate(template.tags):
            words = (tag, *self.library.vocabulary.aliases.get(tag, ()))
            parts += words * (FIRST_TAG_BOOST if i == 0 else 1)
        parts += [template.topic.replace("/", " ").replace("_", " "), template.description]
        parts += [_positive(template.scope), *template.steps]
        return "\n".join([*parts, template.example.problem] if examples else parts)

    def _tag_overlap(self, tags: Sequence[str]) -> Matrix:
        wanted = set(self.library.vocabulary.normalised(tags))
        shares = [len(wanted & set(t.tags)) / max(len(wanted), 1) for t in self._templates]
        return np.array(shares, dtype=np.float32)

    def _topic_overlap(self, topic: str | None) -> Matrix:
        wanted = (topic or "").split("/")
        return np.array([_shared(wanted, t.topic.split("/")) for t in self._templates], np.float32)

    def _named_in(self, goal: str) -> Matrix:
        """1 for the template whose name, of two words or more, stands in the goal; the longest."""
        text = f" {slug(goal).replace('-', ' ')} "
        lengths = np.array(
            [len(p) if p in text and " " in p.strip() else 0 for p in self._phrases], np.float32
        )
        longest = lengths.max(initial=0.0)
        found: Matrix = ((lengths == longest) & (lengths > 0)).astype(np.float32)
        return found


class _Lexical:
    """BM25 scores as a share of the most that the query's words could reach."""

    def __init__(self, texts: Sequence[str]) -> None:
        documents = [terms(text, formulas=True) for text in texts]
        self._bm25: Any = bm25s.BM25(method="lucene")
        self._bm25.index(documents, show_progress=False)
        self._frequency: dict[str, int] = {}
        for document in documents:
            for word in set(document):
                self._frequency[word] = self._frequency.get(word, 0) + 1
        self._size = len(documents)

    def coverage(self, text: str) -> Matrix:
        words = list(dict.fromkeys(terms(text, formulas=True)))
        if not words:
            return np.zeros(self._size, dtype=np.float32)
        most = sum(self._idf(word) for word in words)
        scores: Matrix = np.asarray(self._bm25.get_scores(words), dtype=np.float32)
        covered: Matrix = np.minimum(scores / most, 1.0)
        return covered

    def _idf(self, word: str) -> float:
        n = self._frequency.get(word, 0)
        return float(np.log(1 + (self._size - n + 0.5) / (n + 0.5)))


def _embedder(dense: str | Embedder, texts: Sequence[str]) -> Embedder | None:
    if not isinstance(dense, str):
        return dense
    if dense == "none":
        return None
    return Lsa(texts) if dense == "lsa" else SentenceTransformer(dense)


def _rows(embedder: Embedder | None, texts: Sequence[str]) -> Matrix | None:
    if embedder is None:
        return None
    return _unit(embedder.rows if isinstance(embedder, Lsa) else embedder.encode(texts))


def _positive(scope: str) -> str:
    """The scope without the sentences that say what the template is not for."""
    sentences = re.split(r"(?<=[.;])\s+", scope)
    return " ".join(s for s in sentences if not re.search(r"\bnot? (?:apply|for)\b", s))


def _unit(rows: Matrix) -> Matrix:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    unit: Matrix = rows / np.maximum(lengths, 1e-9)
    return unit


def _shared(wanted: Sequence[str], found: Sequence[str]) -> float:
    same = 0
    for a, b in zip(wanted, found, strict=False):
        if re.sub(r"[\W_]+", " ", a.casefold()) != re.sub(r"[\W_]+", " ", b):
            break
        same += 1
    return same / len(found)
