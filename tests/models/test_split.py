"""Thinking is told from the answer in the same way for every cutting of the text."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasonloom.models.split import Splitter, StopCutter, first_stop, join, split

THINK = ("<think>", "</think>")
PARTS = st.sampled_from(["<think>", "</think>", "<thi", "nk>", "</", "a", " ", "\n", "x<", "ü"])
TEXTS = st.lists(PARTS, max_size=12).map("".join)
CONTEXTS = st.sampled_from(["", "So ", "<think>", "<think>well", "<think>a</think>", " "])


def cut(text: str, places: list[int]) -> list[str]:
    edges = [0, *sorted(p % (len(text) + 1) for p in places), len(text)]
    return [text[a:b] for a, b in itertools.pairwise(edges)]


@pytest.mark.parametrize(
    ("text", "answer", "reasoning"),
    [
        ("<think>2+2</think>\n\n4", "4", "2+2"),
        ("  <think>2+2</think>4", "4", "2+2"),
        ("2+2 is</think>4", "4", "2+2 is"),
        ("<think>cut off in the mid", "", "cut off in the mid"),
        ("no thinking at all", "no thinking at all", ""),
        ("<think></think>4", "4", ""),
        ("<think>a</think>b</think>c", "b</think>c", "a"),
        ("the tag <think> comes late", "the tag <think> comes late", ""),
        ("  kept as it is ", "  kept as it is ", ""),
        ("<thin", "<thin", ""),
    ],
)
def test_the_answer_is_what_follows_the_thinking(text: str, answer: str, reasoning: str) -> None:
    assert split(text, THINK) == (answer, reasoning)


def test_a_reply_to_an_open_prefix_begins_inside_the_thinking() -> None:
    assert split("and so</think>4", THINK, "<think>first") == ("4", "and so")
    assert split("still at it", THINK, "<think>first") == ("", "still at it")
    assert split("4 <think>", THINK, "<think>first</think>") == ("4 <think>", "")


def test_without_delimiters_nothing_is_split() -> None:
    assert split("<think>a</think>b", None) == ("<think>a</think>b", "")


@given(TEXTS, CONTEXTS, st.lists(st.integers(0, 99), max_size=6))
def test_any_cutting_gives_the_same_split(text: str, context: str, places: list[int]) -> None:
    splitter = Splitter(THINK, context)
    pieces = [splitter.feed(part) for part in cut(text, places)]
    assert join([*pieces, splitter.end()]) == split(text, THINK, context)


@given(TEXTS, CONTEXTS)
def test_no_letter_is_lost_or_made_up(text: str, context: str) -> None:
    answer, reasoning = split(text, THINK, context)
    for part in (answer, reasoning):
        assert part in text
    assert (answer + reasoning).count("a") == text.count("a")


@given(
    st.text("abcd", max_size=20),
    st.lists(st.text("abcd", min_size=1, max_size=3), min_size=1, max_size=3),
    st.lists(st.integers(0, 99), max_size=6),
)
def test_any_cutting_stops_at_the_same_place(
    text: str, stops: list[str], places: list[int]
) -> None:
    cutter = StopCutter(tuple(stops))
    out = "".join(cutter.feed(part) for part in cut(text, places)) + cutter.end()
    at, stop = first_stop(text, tuple(stops))
    assert (out, cutter.fired) == (text[:at], stop)
    assert not any(s in out for s in stops)
