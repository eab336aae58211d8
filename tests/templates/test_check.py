from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasonloom.templates.check import Checker, holds_answer, ignores_params, same_answer
from reasonloom.templates.schema import Check, Example

PRODUCT = Example(
    "What is 16 times 35?", "560.", "560", Check("monty", "a * b"), {"a": 16, "b": 35}
)
TREE = Check("sympy", tree=("mul", "a", "b"))


@pytest.mark.parametrize(
    ("example", "status"),
    [
        (PRODUCT, "confirmed"),
        (replace(PRODUCT, check=TREE), "confirmed"),
        (replace(PRODUCT, answer="561"), "wrong"),
        (replace(PRODUCT, check=TREE, answer="561"), "wrong"),
        (replace(PRODUCT, check=Check("monty", "a * c")), "failed"),
        (replace(PRODUCT, check=Check("monty", "c = a")), "failed"),
        (replace(PRODUCT, check=Check("monty", "while a: b")), "failed"),
        (replace(PRODUCT, check=Check("monty", "a ** 5000")), "failed"),
        (replace(PRODUCT, check=Check("sympy", tree=("system", "a"))), "failed"),
        (replace(PRODUCT, check=Check("none", reason="a proof")), "unchecked"),
    ],
)
async def test_a_check_has_one_of_four_outcomes(example: Example, status: str) -> None:
    async with Checker() as checker:
        result = await checker.check(example)
    assert result.status == status
    assert result.detail


@pytest.mark.parametrize(
    ("value", "answer", "same"),
    [
        ("pi", "pi", True),
        ("3*sqrt(2)", "3 * sqrt(2)", True),
        ("10.0", "10", True),
        ("0.5", "1/2", True),
        ("2/4", "1/2", True),
        ("1/0", "1/0", True),
        ("1/0", "2/0", False),
        ("pi", "3.14", False),
        ("7", "-7", False),
    ],
)
def test_answers_are_the_same_as_texts_or_as_rationals(value: str, answer: str, same: bool) -> None:
    assert same_answer(value, answer) is same


@given(value=st.text(max_size=30), answer=st.text(max_size=30))
def test_comparing_answers_is_symmetric_and_never_raises(value: str, answer: str) -> None:
    assert same_answer(value, answer) is same_answer(answer, value)


def test_a_check_that_never_looks_at_the_params_is_seen() -> None:
    params = frozenset(("a", "b"))
    assert ignores_params(Check("monty", "28 * 20"), params)
    assert ignores_params(Check("sympy", tree=("mul", 28, "x")), params)
    assert not ignores_params(PRODUCT.check, params)
    assert not ignores_params(TREE, params)
    assert not ignores_params(Check("none", reason="a proof"), params)


@pytest.mark.parametrize(
    ("check", "answer", "holds"),
    [
        (Check("monty", "a and 560"), "560", True),
        (Check("monty", "a and '29/36'"), "29/36", True),
        (Check("monty", "a * 1560"), "560", False),
        (Check("sympy", tree=("add", ("mul", "a", 0), "pi")), "pi", True),
        (Check("monty", "a * 2"), "2", False),
    ],
)
def test_an_answer_written_into_the_check_is_seen(check: Check, answer: str, holds: bool) -> None:
    assert holds_answer(check, answer) is holds
