"""What every reward takes, checked: verdicts, token counts, token ids, finite numbers.

Errors are ValueErrors that name the place in the batch.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Verdicts = Sequence[bool | None] | NDArray[np.bool_]
"""One a response: True, False, or None where the response states no answer."""

CORRECT, WRONG, NO_ANSWER = 1, 0, -1


def read_verdicts(verdicts: Verdicts) -> NDArray[np.int8]:
    """CORRECT, WRONG or NO_ANSWER a response, `[batch]`.

    Raises ValueError for anything but True, False and None: a score of 0.7 is no verdict, and
    whoever knows the threshold has to apply it.
    """
    if isinstance(verdicts, np.ndarray) and verdicts.dtype == np.bool_:
        return verdicts.astype(np.int8)
    codes = [_code(verdict, place) for place, verdict in enumerate(verdicts)]
    return np.array(codes, dtype=np.int8)


def _code(verdict: object, place: int) -> int:
    if verdict is None:
        return NO_ANSWER
    if isinstance(verdict, bool | np.bool_):
        return CORRECT if verdict else WRONG
    raise ValueError(
        f"verdicts[{place}] is {verdict!r}: give True or False, or None where there is no answer"
    )


def token_counts(lengths: ArrayLike) -> IntArray:
    """Lengths in tokens, `[batch]`. Raises ValueError for text, fractions and negative counts."""
    return _whole("lengths", lengths, "numbers of tokens, one a response (not characters)")


def token_ids(ids: ArrayLike) -> IntArray:
    """The ids of one response, `[time]`. Raises ValueError for text and for padding below 0."""
    return _whole("token ids", ids, "whole numbers, those of one response without padding")


def _whole(name: str, values: Any, wanted: str) -> IntArray:
    array = np.empty(())
    with contextlib.suppress(ValueError):  # numpy's word for rows of unequal length
        array = np.asarray(values)
    if array.ndim != 1 or (array.size and array.dtype.kind not in "iu"):
        raise ValueError(f"{name} are {wanted}: {str(values)[:60]!r} is something else")
    if array.size and array.min() < 0:
        place = int(array.argmin())
        raise ValueError(f"{name}[{place}] is {array[place]}: {name} are {wanted}")
    return array.astype(np.int64)


def finite(name: str, values: ArrayLike) -> FloatArray:
    """`values` as floats. Raises ValueError with the index of the first NaN or infinity."""
    array = np.asarray(values, dtype=np.float64)
    bad = np.argwhere(~np.isfinite(array))
    if len(bad):
        at = tuple(int(i) for i in bad[0])
        where = f"[{', '.join(map(str, at))}]" if at else ""
        raise ValueError(
            f"{name}{where} is {array[at]} ({len(bad)} of {array.size} are no finite number):"
            " one of them would spoil every weight, so look at what made it"
        )
    return array


def within(name: str, values: ArrayLike, mask: ArrayLike) -> FloatArray:
    """`values` where the mask is true, else 0. Raises ValueError for NaN there, other shapes."""
    if np.shape(values) != np.shape(mask):
        raise ValueError(f"{name} have shape {np.shape(values)}, the mask {np.shape(mask)}")
    return finite(name, np.where(np.asarray(mask, dtype=np.bool_), values, 0.0))


def not_positive(**values: float) -> None:
    """Raises ValueError for a value above 0 where being wrong must never pay."""
    for name, value in values.items():
        if not finite(name, value) <= 0:
            raise ValueError(f"{name} is {value}: it must not be positive, or failing pays")
