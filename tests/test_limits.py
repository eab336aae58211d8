from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasonloom.errors import InputError
from reasonloom.limits import Limits


def test_limits_are_read_in_any_order() -> None:
    assert Limits.parse("usd=0.05, tokens=2000,calls=10,seconds=30") == Limits(10, 2000, 30.0, 0.05)
    assert Limits.parse("tokens=1") == Limits(tokens=1)


limits = st.builds(
    Limits,
    calls=st.none() | st.integers(0, 1000),
    tokens=st.none() | st.integers(0, 10**9),
    seconds=st.none() | st.floats(0, 1e6),
    usd=st.none() | st.floats(0, 1e6),
)


@given(limits.filter(lambda x: x != Limits()))
def test_limits_print_as_they_are_read(value: Limits) -> None:
    assert Limits.parse(str(value)) == value


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("tokens", "'tokens'"),
        ("", "write for example"),
        ("tokens=2000,", "cannot be read"),
        ("token=3", "did you mean 'tokens'"),
        ("tokens=2.5", "tokens=2.5 is not a whole number"),
        ("usd=cheap", "usd=cheap is not a number"),
        ("tokens=1,tokens=2", "twice"),
        ("calls=-1", "at least 0"),
        ("seconds=nan", "at least 0"),
        ("seconds=inf", "at most"),
        ("tokens=" + "9" * 400, "at most"),
    ],
)
def test_an_unreadable_budget_says_which_part(text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        Limits.parse(text)
