"""Golden values, and the mistakes that copies of this reward have published."""

from __future__ import annotations

import inspect
import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasonloom.train.rewards import (
    CLASSIC,
    COSINES,
    PAPER,
    VARIANT_A,
    VARIANT_B,
    VARIANT_C,
    Cosine,
    cosine_reward,
    half_cosine,
)

CAP = 14_336
"""The paper's: 16,384 less 2,048 for the prompt."""

SHARES = [0.0, 0.25, 0.5, 0.75, 1.0]
GOLDEN = {
    "correct": [2.0, 1.8536, 1.5, 1.1464, 1.0],
    "wrong": [-10.0, -8.5355, -5.0, -1.4645, 0.0],
}


@pytest.mark.parametrize("which", ["correct", "wrong"])
def test_the_curve_has_the_published_values(which: str) -> None:
    ends = (2.0, 1.0) if which == "correct" else (-10.0, 0.0)
    assert half_cosine(SHARES, *ends) == pytest.approx(GOLDEN[which], abs=5e-5)


@pytest.mark.parametrize("right", [True, False])
def test_responses_have_the_published_values(right: bool) -> None:
    lengths = [round(share * CAP) for share in SHARES[:-1]]
    golden = GOLDEN["correct" if right else "wrong"]
    assert cosine_reward([right] * 4, lengths, CAP) == pytest.approx(golden[:-1], abs=5e-5)


def test_just_below_the_margin_a_response_has_nearly_the_value_of_the_end() -> None:
    longest = CAP - 17
    assert cosine_reward([True, False], [longest] * 2, CAP) == pytest.approx([1.0, 0.0], abs=1e-4)


def test_right_and_wrong_answers_have_curves_of_their_own() -> None:
    """One copy set the verdict to 1 for all (VLM-R1, issue 296)."""
    right, wrong = cosine_reward([True, False], [100, 100], CAP)
    assert right > 1 > 0 > wrong


def test_no_answer_is_worth_what_a_wrong_one_is() -> None:
    unanswered, wrong = cosine_reward([None, False], [100, 100], CAP)
    assert unanswered == wrong


def test_an_overlong_response_gets_its_value_even_when_it_is_right() -> None:
    lengths = [CAP - 17, CAP - 16, CAP - 1, CAP]
    rewards = cosine_reward([True] * 4, lengths, CAP)
    assert rewards[0] > 0
    assert rewards[1:].tolist() == [-10.0] * 3


def test_the_margin_can_be_set_for_short_responses() -> None:
    rewards = cosine_reward([True, True], [30, 31], 32, margin=1)
    assert rewards[0] == pytest.approx(1.0, abs=0.01)
    assert rewards[1] == -10.0


def test_progress_beyond_the_end_stays_at_the_end() -> None:
    """One copy let the cosine turn round, so that longer right answers paid more again
    (open-r1, issue 312)."""
    assert half_cosine([1.0, 1.5, 2.0, 40.0], 2.0, 1.0).tolist() == [1.0] * 4


def test_a_response_beyond_the_maximum_is_overlong_and_warned_of() -> None:
    """Copies that counted characters met these all the time (open-r1 312, ms-swift 3353)."""
    with pytest.warns(UserWarning, match="length 20,000, over max_length 14,336.*not characters"):
        assert cosine_reward([True], [20_000], CAP).tolist() == [-10.0]


def test_a_maximum_that_is_not_the_generation_cap_is_warned_of() -> None:
    """One copy left it at 1000 while generation went on to 4096 (open-rs, issue 4)."""
    with pytest.warns(UserWarning, match="max_length is 1,000 but generation stops at 4,096"):
        cosine_reward([True], [500], 1_000, generation_cap=4_096)


def test_the_right_maximum_warns_of_nothing() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        cosine_reward([True], [CAP], CAP, generation_cap=CAP)


def test_the_maximum_has_no_default() -> None:
    assert inspect.signature(cosine_reward).parameters["max_length"].default is inspect._empty


def test_texts_in_place_of_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="not characters"):
        cosine_reward([True], ["a response"], CAP)


@pytest.mark.parametrize("name", ["wrong_short", "wrong_long", "overlong"])
def test_a_wrong_or_cut_off_response_must_not_pay(name: str) -> None:
    with pytest.raises(ValueError, match=f"{name} is 0.5: it must not be positive"):
        Cosine(**{name: 0.5})


def test_a_value_that_is_no_number_is_named() -> None:
    with pytest.raises(ValueError, match="correct_long is nan"):
        Cosine(correct_long=float("nan"))


def test_unequal_numbers_of_verdicts_and_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="1 verdicts for 2 lengths"):
        cosine_reward([True], [1, 2], CAP)


@pytest.mark.parametrize("max_length", [0, 16, -5])
def test_a_maximum_within_the_margin_is_refused(max_length: int) -> None:
    with pytest.raises(ValueError, match="every response would be overlong"):
        cosine_reward([True], [1], max_length)


@pytest.mark.parametrize(
    ("values", "correct", "wrong"),
    [
        (PAPER, (2, 1), (-10, 0)),
        (VARIANT_A, (0, 10), (0, 0)),
        (VARIANT_B, (6, 5), (-10, 0)),
        (VARIANT_C, (10, 9), (-10, 0)),
    ],
)
def test_the_variants_run_between_their_published_ends(
    values: Cosine, correct: tuple[float, float], wrong: tuple[float, float]
) -> None:
    cap = 10**9
    shortest_longest = [0, cap - 17]
    assert cosine_reward([True] * 2, shortest_longest, cap, values) == pytest.approx(correct)
    assert cosine_reward([False] * 2, shortest_longest, cap, values) == pytest.approx(wrong)
    assert cosine_reward([True, False], [cap, cap], cap, values).tolist() == [-10, -10]


def test_the_classic_reward_is_one_for_a_right_answer_that_ends_in_time() -> None:
    verdicts, lengths = [True, True, True, False], [0, 7_000, CAP, 10]
    assert cosine_reward(verdicts, lengths, CAP, CLASSIC).tolist() == [1.0, 1.0, 0.0, 0.0]


@given(st.integers(0, CAP), st.integers(0, CAP), st.sampled_from(["paper", "variant_b"]))
def test_longer_never_pays_when_right_and_never_costs_when_wrong(
    one: int, other: int, name: str
) -> None:
    short, long = sorted([min(one, CAP - 17), min(other, CAP - 17)])
    right = cosine_reward([True, True], [short, long], CAP, COSINES[name])
    wrong = cosine_reward([False, False], [short, long], CAP, COSINES[name])
    assert right[0] >= right[1]
    assert wrong[0] <= wrong[1]


def test_a_batch_gets_what_each_response_gets_alone() -> None:
    rng = np.random.default_rng(0)
    verdicts, lengths = rng.random(50) < 0.5, rng.integers(0, CAP + 1, 50)
    together = cosine_reward(verdicts, lengths, CAP)
    alone = [
        float(cosine_reward([bool(v)], [int(n)], CAP)[0])
        for v, n in zip(verdicts, lengths, strict=True)
    ]
    assert together.tolist() == alone
