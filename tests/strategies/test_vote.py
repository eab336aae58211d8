"""Plurality and early stop."""

from __future__ import annotations

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from reasonloom.strategies.vote import decided, plurality

ANSWERS = st.lists(st.sampled_from(["7", "42", "5", "1/2", "0.5", None]), min_size=1, max_size=9)


def test_five_texts_that_differ_only_in_the_boxed_value_give_the_plurality() -> None:
    vote = plurality(dict(enumerate(["7", "42", "42", "42", "5"])))
    assert vote is not None
    assert (vote.key, vote.first, vote.share) == ("42", 1, 0.6)


def test_equal_values_in_other_forms_are_one_answer() -> None:
    vote = plurality(dict(enumerate(["3", "1/2", "0.5", "3", r"\frac{1}{2}"])))
    assert vote is not None
    assert vote.first == 1


def test_a_tie_goes_to_the_earliest_sample() -> None:
    vote = plurality({0: "8", 1: "9", 2: "9", 3: "8"})
    assert vote is not None
    assert vote.key == "8"


def test_samples_without_an_answer_abstain_but_count_in_the_share() -> None:
    vote = plurality({0: None, 1: "4"})
    assert vote is not None
    assert vote.share == 0.5
    assert plurality({0: None, 1: None}) is None


def test_a_lead_that_the_rest_could_still_tie_is_not_decided() -> None:
    assert not decided({0: "1", 1: "1", 2: "1"}, 6)
    assert decided({0: "1", 1: "1", 2: "1", 3: "1"}, 6)


@given(ANSWERS, st.data())
def test_once_decided_no_continuation_changes_the_winner(
    answers: list[str | None], data: st.DataObject
) -> None:
    n = len(answers)
    seen = data.draw(st.integers(0, n))
    so_far = dict(list(enumerate(answers))[:seen])
    if decided(so_far, n):
        early, late = plurality(so_far), plurality(dict(enumerate(answers)))
        assert early is not None
        assert late is not None
        assert early.key == late.key


def test_the_order_of_arrival_never_decides() -> None:
    answers: dict[int, str | None] = {0: "2", 1: "3", 2: "3", 3: "2", 4: "3"}
    keys = set()
    for order in permutations(answers):
        seen: dict[int, str | None] = {}
        for index in order:
            seen[index] = answers[index]
            if decided(seen, len(answers)):
                break
        vote = plurality(seen)
        assert vote is not None
        keys.add(vote.key)
    assert keys == {"3"}
