"""The dense side of retrieval: one protocol, and an embedder that needs numpy alone.

`Lsa` is latent semantic analysis (Deerwester et al., 1990): tf-idf over word stems and their letter
groups, cut down to its leading singular directions. Letter groups let "factorising" meet "factors".
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

import numpy as np

from reasonloom.errors import InputError
from reasonloom.templates.words import grams, terms

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Matrix: TypeAlias = NDArray[np.float32]

RANK = 32
"""Singular directions kept (our choice: recall on the shipped library is flat from 8 to 78)."""
GRAM_WEIGHT = 0.5
"""Weight of all letter groups of a word together, beside 1 for the word (our choice)."""


class Embedder(Protocol):
    """Texts to rows of at most unit length: `[texts, dimensions]`, float32."""

    def encode(self, texts: Sequence[str]) -> Matrix: ...


class Lsa:
    """Fitted on the texts that it will be searched over; `rows` are theirs.

    A row's length says how much of its text lies inside what the library speaks about: unknown
    words shorten it, so foreign questions score low against everything. With `rank` None nothing is
    cut down, and rows are plain tf-idf.
    """

    def __init__(self, texts: Sequence[str], rank: int | None = RANK) -> None:
        counts = [_features(text) for text in texts]
        found = Counter(feature for count in counts for feature in count)
        self._columns = {feature: i for i, feature in enumerate(found)}
        self._idf = {f: math.log((1 + len(texts)) / (0.5 + n)) for f, n in found.items()}
        self._rare = math.log((1 + len(texts)) / 0.5)
        dense = np.stack([self._row(count)[0] for count in counts])
        dense /= np.maximum(np.linalg.norm(dense, axis=1, keepdims=True), 1e-9)
        self.rows: Matrix = dense
        self._basis: Matrix | None = None
        if rank is not None:
            values, vectors = np.linalg.eigh(dense @ dense.T)
            keep = np.argsort(values)[::-1][:rank]
            keep = keep[values[keep] > 1e-6]
            self.rows = vectors[:, keep] * np.sqrt(values[keep])
            self._basis = dense.T @ (vectors[:, keep] / np.sqrt(values[keep]))

    def encode(self, texts: Sequence[str]) -> Matrix:
        rows = [self._row(_features(text)) for text in texts]
        known: Matrix = np.stack([row for row, _ in rows])
        if self._basis is not None:
            known = known @ self._basis
        lengths = np.array([[max(length, 1e-9)] for _, length in rows], dtype=np.float32)
        scaled: Matrix = known / lengths
        return scaled

    def _row(self, count: Counter[str]) -> tuple[Matrix, float]:
        """The tf-idf weights of known features, and the length with the unknown ones."""
        row = np.zeros(len(self._columns), dtype=np.float32)
        weights = {
            feature: (1.0 if feature[0] != "<" else GRAM_WEIGHT)
            * (1.0 + math.log(n))
            * self._idf.get(feature, self._rare)
            for feature, n in count.items()
        }
        known = [feature for feature in weights if feature in self._columns]
        row[[self._columns[f] for f in known]] = [weights[f] for f in known]
        return row, math.hypot(*weights.values())


class SentenceTransformer:
    """Any sentence-transformers model, by hub name or path, without remote code.

    Raises InputError when the package is not installed or the model cannot be loaded.
    """

    def __init__(self, model: str) -> None:
        try:
            from sentence_transformers import SentenceTransformer as Model
        except ImportError:
            raise InputError(
                f"the dense side {model!r} needs sentence-transformers:"
                " pip install 'reasonloom[dense]', or use lsa"
            ) from None
        try:
            self._model: Any = Model(model, trust_remote_code=False)
        except (OSError, ValueError) as bad:
            reason = str(bad).strip().splitlines()[0]
            raise InputError(f"cannot load the embedding model {model!r}: {reason}") from None

    def encode(self, texts: Sequence[str]) -> Matrix:
        rows = self._model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(rows, dtype=np.float32)


def _features(text: str) -> Counter[str]:
    count = Counter(terms(text, formulas=True))
    for word, n in list(count.items()):
        for gram in grams(word):
            count["<" + gram] += n
    return count
