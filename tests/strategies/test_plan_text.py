"""What a dialect writes for a plan is what it reads as that plan."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from reasonloom.strategies.dialects import DIALECTS
from reasonloom.strategies.dialects.base import Outside, Unreadable
from reasonloom.strategies.dialects.json_reply import read_object, write_object
from reasonloom.trajectory import Step, Trajectory

LINES = st.lists(
    st.text("|, a:\tb", max_size=12).map(lambda tail: f"find x:{tail}"), min_size=1, max_size=4
)
TEXTS = st.text(min_size=1, max_size=12).filter(lambda t: t == t.strip() != "")


@st.composite
def plans(draw: st.DrawFn) -> Trajectory:
    needs = [
        draw(st.none() | st.sets(st.integers(0, i - 1)).map(tuple)) if i else ()
        for i in range(draw(st.integers(1, 4)))
    ]
    return tuple(
        Step(draw(TEXTS), draw(TEXTS | st.just("")), tuple(draw(st.lists(TEXTS, max_size=3))), n)
        for n in needs
    )


@given(LINES)
def test_whatever_nano_writes_reads_the_same_when_it_is_written_again(lines: list[str]) -> None:
    compact = DIALECTS["compact"]
    read = compact.plan("q", ()).parse("\n".join(lines))
    assert not isinstance(read, Unreadable | Outside)
    assert compact.plan("q", ()).parse(compact.plan_text(read)) == read


@given(plans())
def test_json_reads_back_with_all_earlier_steps_where_needs_were_not_said(
    steps: Trajectory,
) -> None:
    instruct = DIALECTS["instruct"]
    read = instruct.plan("q", ()).parse(instruct.plan_text(steps))
    assert read == tuple(
        replace(s, needs=tuple(range(i)) if s.needs is None else s.needs)
        for i, s in enumerate(steps)
    )


@given(st.dictionaries(st.text(max_size=8), st.text(max_size=30), max_size=4))
def test_an_object_that_was_written_reads_back_whatever_it_holds(value: dict[str, object]) -> None:
    assert read_object(write_object(value)) == value


def test_a_line_break_before_letters_is_no_latex() -> None:
    value = {"goal": "first\ne, then \\ne and \\\\\nu\there", "b": "```\n{}\n```"}
    assert read_object(write_object(value)) == value
