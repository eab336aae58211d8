"""The text of long chains: one line of thought, its turns in words, its answer in one box."""

from __future__ import annotations

import pytest
from moves import ALL, BAD, CLEAR, END, GOOD, PLAN, WORK, after

from reasonloom.data.long_cot.machine import Answered, Decomposed, Move, Reflected, Solved
from reasonloom.data.long_cot.write import LEADS, as_verb, bare, final, written


def test_the_text_is_one_chain_with_its_turns_in_words() -> None:
    state = after(CLEAR, PLAN, WORK, BAD, Solved("it is 42", True), ALL, END)
    text = written(state, seed=1)
    places = [
        text.index(part)
        for part in ("we want", "by parts", "it is 41", "is 42", "and that is asked")
    ]
    assert places == sorted(places)
    assert text.count("find 6 * 7") == 1
    assert "add seven sixes" not in text
    assert "\\boxed" not in text and "{goal}" not in text
    assert final(state) == "6 * 7 = 42\n\n\\boxed{42}"


def test_the_text_of_a_longer_chain_begins_with_that_of_a_shorter_one() -> None:
    moves = [CLEAR, PLAN, WORK, BAD, WORK, ALL]
    whole = written(after(*moves), seed=3)
    assert all(whole.startswith(written(after(*moves[:n]), seed=3)) for n in range(len(moves)))


def test_chains_of_different_seeds_are_not_worded_alike() -> None:
    state = after(CLEAR, PLAN, WORK, BAD, WORK, ALL)
    assert len({written(state, seed) for seed in range(5)}) > 1


def checked(thought: str) -> set[str]:
    """How a reflection with this thought is written, whatever the seed."""
    state = after(CLEAR, PLAN, WORK, Reflected(thought, False, False))
    return {
        written(state, seed).rpartition("it is 41\n\n")[2].split("\n\n")[0] for seed in range(20)
    }


def test_a_thought_that_opens_with_a_call_needs_no_lead() -> None:
    assert checked("Wait, 6 * 7 is 42.") == {"Wait, 6 * 7 is 42."}


@pytest.mark.parametrize(
    ("thought", "called"),
    [
        ("Let me count.", "let me count."),
        ("I recompute it: 42.", "I recompute it: 42."),
        ("I'll check it: 42.", "I'll check it: 42."),
        ("Checking by sixes: 42.", "checking by sixes: 42."),
    ],
)
def test_a_thought_that_says_what_it_does_is_only_called(thought: str, called: str) -> None:
    assert checked(thought) == {thought, f"Wait, {called}", f"Hold on, {called}", f"Hmm, {called}"}


def test_a_thought_that_plunges_in_is_led_in() -> None:
    told = checked("6 * 7 is 42.")
    assert "Wait, let me double-check that. 6 * 7 is 42." in told
    assert "6 * 7 is 42." not in told


def test_a_goal_that_its_thought_has_named_is_not_named_again() -> None:
    plan = Decomposed("I think of seven sixes. So I should find 6 * 7 by adding.", "find 6 * 7")
    work = Solved("it is 42", True)
    ready = Reflected("It is 42. Now the half of it is to be found.", True, True, goal="halve it")
    for seed in range(10):
        text = written(after(CLEAR, plan, work, ready), seed)
        assert text.count("find 6 * 7") == 1
        assert text.count("halve it") == 1


def test_a_plan_that_finds_nothing_left_is_not_led_in() -> None:
    nothing = Decomposed("nothing is left", "")
    text = written(after(CLEAR, PLAN, WORK, GOOD, nothing), seed=0)
    assert "\n\nnothing is left\n\n" in text


def test_no_phrase_comes_again_before_all_of_its_kind_have_come() -> None:
    moves: list[Move] = [CLEAR, Decomposed("by parts", "count")]
    for number in range(len(LEADS["reflect"])):
        moves += [Solved(f"work {number}", True), Reflected("41 it is", True, False)]
    text = written(after(*moves), seed=2)
    assert all(text.count(f"{call}{said} 41 it is") == 1 for call, said in LEADS["reflect"])


@pytest.mark.parametrize(
    ("goal", "said"),
    [
        ("Find the sum.", "find the sum"),
        ("To find the sum", "find the sum"),
        ("The sum of both", "find the sum of both"),
        ("whether 91 is prime", "find out whether 91 is prime"),
        ("Counting the rest", "try counting the rest"),
        ("A + B", "A + B"),
        ("GCD of 4", "GCD of 4"),
    ],
)
def test_a_goal_reads_as_a_verb(goal: str, said: str) -> None:
    assert as_verb(goal) == said


@pytest.mark.parametrize(
    ("solution", "answer", "text"),
    [
        ("6 * 7 = 42", "42", "6 * 7 = 42\n\n\\boxed{42}"),
        (r"It is $\boxed{42}$ in all.", "42", "It is $42$ in all.\n\n\\boxed{42}"),
        ("So:\n\n\\boxed{42}\n", "$42$", "So:\n\n\\boxed{42}"),
        (r"\boxed{42}", r"\boxed{42}", r"\boxed{42}"),
        ("It costs $42.", "$42", "It costs $42.\n\n\\boxed{\\$42}"),
    ],
)
def test_a_final_text_ends_with_its_answer_in_one_box(
    solution: str, answer: str, text: str
) -> None:
    assert final(after(CLEAR, PLAN, WORK, ALL, Answered(solution, answer))) == text


def test_an_answer_in_a_box_holds_no_dollars_of_formulas() -> None:
    assert bare(r"$\frac{1}{2}$") == r"\frac{1}{2}"
    assert bare("$x = 1$ or $x = 2$") == "x = 1 or x = 2"


def test_a_chain_without_an_answer_has_no_final_text() -> None:
    with pytest.raises(ValueError, match="there is no answer"):
        final(after(CLEAR))
