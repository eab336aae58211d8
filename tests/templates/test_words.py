import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasonloom.templates.words import shapes, terms


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("factorisation", "factorization"),
        ("equation", "equations"),
        ("divisor", "divisors"),
        ("square", "squares"),
        ("maximise", "maximize"),
        ("Pascal's", "Pascal"),
        ("integral", "∫"),
    ],
)
def test_forms_of_a_word_share_their_term(one: str, other: str) -> None:
    assert terms(one) == terms(other) != []


def test_numbers_and_stop_words_are_left_out() -> None:
    assert terms("What is the value of 12 and 34?") == []


def test_korean_words_meet_in_spite_of_their_particles() -> None:
    assert set(terms("평균")) <= set(terms("평균을 구하라"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x^2 - 5x + 6 = 0", "quadratic equation"),
        ("3x + 5 = 20", "linear equation"),
        ("3x + 2y = 16 and 5x - 3y = 14", "linear system"),
        ("5/12 + 7/18", "fraction"),
        ("what is c(6, 2)", "binomial coefficient"),
        ("1 + 2 + ... + 9", "series"),
        ("|2x - 6| = 10", "absolute value"),
        ("|x - 1| < 3", "inequality"),
    ],
)
def test_a_formula_says_what_it_is(text: str, words: str) -> None:
    assert set(words.split()) <= set(shapes(text))


@given(text=st.text(max_size=300))
def test_any_text_has_terms(text: str) -> None:
    assert all(term and term == term.strip() for term in terms(text, formulas=True))


def test_a_long_line_of_marks_is_read_in_no_time() -> None:
    assert isinstance(terms("x+" * 100_000 + "|" * 100_000, formulas=True), list)
