from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from reasonloom.seeds import derive

paths = st.lists(st.text() | st.integers(), max_size=4).map(tuple)


def test_a_seed_never_changes() -> None:
    assert derive(0, "problem", "sample-1", 0) == 6809945999338580722


@given(st.integers(), paths)
def test_seeds_fit_into_63_bits(run: int, path: tuple[str | int, ...]) -> None:
    assert 0 <= derive(run, *path) < 2**63


@given(st.sets(st.tuples(st.integers(0, 5), paths), min_size=2))
def test_different_paths_have_different_seeds(keys: set[tuple[int, tuple[str | int, ...]]]) -> None:
    assert len({derive(run, *path) for run, path in keys}) == len(keys)


def test_a_word_and_its_parts_are_told_apart() -> None:
    assert derive(1, "ab") != derive(1, "a", "b")
    assert derive(1, "a\x1fsb") != derive(1, "a", "b")
    assert derive(1, "7") != derive(1, 7)


def test_text_that_is_not_unicode_has_a_seed_too() -> None:
    assert derive(1, "\udcff") != derive(1, "\udcfe")
