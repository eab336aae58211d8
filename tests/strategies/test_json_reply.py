"""Reading JSON out of what models really write."""

from __future__ import annotations

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasonloom.strategies.dialects.json_reply import read_object

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"a": 1}', {"a": 1}),
        ('Sure! Here it is:\n```json\n{"a": 1}\n```\nHope it helps {not json}', {"a": 1}),
        ('first {"a": 1} then {"a": 2}', {"a": 2}),
        ('{"a": "x",}', {"a": "x"}),
        ('{"a": "line\nbreak"}', {"a": "line\nbreak"}),
        (r'{"a": "\frac{1}{2}"}', {"a": r"\frac{1}{2}"}),
        (r'{"a": "\\frac{1}{2}"}', {"a": r"\frac{1}{2}"}),
        (
            r'{"a": "\theta \neq \beta \rho \times \sqrt{2} \(x\)"}',
            {"a": r"\theta \neq \beta \rho \times \sqrt{2} \(x\)"},
        ),
        (r'{"a": "one\ntwo \"three\" A"}', {"a": 'one\ntwo "three" A'}),
        (r'{"a": "one\nThen two\tand"}', {"a": "one\nThen two\tand"}),
        ('{"a": {"b": [1, 2, {"c": "}"}]}}', {"a": {"b": [1, 2, {"c": "}"}]}}),
        ('{"답": "정답"}', {"답": "정답"}),
    ],
)
def test_the_object_is_found(text: str, expected: dict[str, object]) -> None:
    assert read_object(text) == expected


@pytest.mark.parametrize(
    "text", ["", "no object", "[1, 2]", '{"a": ', "{a: 1}", "{}}{", "{" * 5000]
)
def test_what_is_no_object_is_none(text: str) -> None:
    assert read_object(text) in (None, {})


def test_nesting_beyond_the_cap_is_refused() -> None:
    assert read_object('{"a":' * 50 + "1" + "}" * 50) is None


@given(st.dictionaries(st.text(max_size=8).filter(lambda s: "\\" not in s), JSON, max_size=4))
def test_well_formed_json_without_backslashes_comes_back_as_it_was(
    value: dict[str, object],
) -> None:
    text = orjson.dumps(value).decode()
    if "\\" not in text and "```" not in text:
        assert read_object("Reply: " + text) == value


@given(st.text(max_size=300))
def test_any_text_is_read_without_an_error(text: str) -> None:
    read_object(text)
