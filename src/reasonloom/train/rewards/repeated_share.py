"""The sequence-level namesake of the repetition penalty: one number a response.

It stands in the code of Demystifying Long Chain-of-Thought Reasoning (arXiv 2502.03373), where all
runs switch it off (a maximum of 0), and it is what most later libraries call that paper's
repetition penalty. Here it counts tokens, not lower-cased words.
"""

from __future__ import annotations

from numpy.typing import ArrayLike

from reasonloom.train.rewards.inputs import not_positive, token_ids
from reasonloom.train.rewards.ngrams import window_ranks


def repeated_share_penalty(ids: ArrayLike, n: int, max_penalty: float) -> float:
    """max_penalty x (1 - different n-grams / n-grams); 0 for a response without an n-gram.

    There are no defaults, since no run of the paper used it. Raises ValueError for text instead
    of ids, n below 1 and a positive `max_penalty`.
    """
    not_positive(max_penalty=max_penalty)
    ranks = window_ranks(token_ids(ids), n)
    if not len(ranks):
        return 0.0
    return max_penalty * (1.0 - float(ranks.max() + 1) / len(ranks))
