import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasonloom.grading.canonical import canonical, split_top

SAME_KEY = [
    [
        "7/2",
        "3.5",
        r"\frac{7}{2}",
        r"$\dfrac72$",
        r"3\frac{1}{2}",
        "3 1/2",
        "3½",
        "x = 3.5",
        "3.50.",
    ],
    ["-5", "−5", r"\boxed{-5}", r"\(-5\)", "n=-5", "-5.0", "－５"],
    ["1234567", "1,234,567", "1{,}234{,}567", r"1\,234\,567", "1 234 567"],
    ["1024", "2^{10}", "2^10", "1.024e3", r"1.024 \times 10^{3}"],
    ["50%", r"50\%", "50 percent", "50 퍼센트", "50.0 %"],
    ["35 cm", "35cm", r"35\text{ cm}", r"35\,\mathrm{cm}", "35 centimeters"],
    ["90 °", "90°", r"90^\circ", r"90^{\circ}", "90 degrees"],
    ["{1,2}", r"\{2, 1\}", "1, 2", "2 and 1", "2 또는 1"],
    ["(1,2)", r"\left(1, 2\right)", "(1.0,2)", "(x,y) = (1, 2)"],
    ["b", "(B)", r"\text{B}", "B."],
    ["thursday", "Thursday", "**Thursday**", r"\text{Thursday}"],
    [r"2\sqrt{2}", r"2\sqrt2", r"2 \sqrt{2}", "2√2"],
    ["x^2+1", "x^{2} + 1", "x²+1"],
]

DIFFERENT_KEYS = [
    ("50%", "50"),
    ("50%", "1/2"),
    ("(1,2)", "(2,1)"),
    ("(1,2)", "[1,2]"),
    ("x=1, y=2", "x=2, y=1"),
    ("12", "1, 2"),
    ("5 cm", "5 m"),
    ("5", "-5"),
    ("0,5", "5"),
    ("5x", "5"),
    ("10^10^10", "10^100"),
]


@pytest.mark.parametrize("spellings", SAME_KEY, ids=lambda spellings: spellings[0])
def test_spellings_of_one_value_share_a_key(spellings):
    assert {canonical(spelling) for spelling in spellings} == {spellings[0]}


@pytest.mark.parametrize(("one", "other"), DIFFERENT_KEYS)
def test_different_answers_have_different_keys(one, other):
    assert canonical(one) != canonical(other)


@given(st.fractions(max_denominator=10**6))
def test_every_fraction_is_its_own_key(value):
    latex = rf"\frac{{{value.numerator}}}{{{value.denominator}}}"
    assert canonical(latex) == canonical(str(value)) == str(value)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**9)))
def test_a_decimal_has_the_key_of_its_fraction(value):
    numerator, denominator = value.as_integer_ratio()
    assert canonical(str(value)) == canonical(f"{numerator}/{denominator}")


@given(st.integers(min_value=0))
def test_thousands_commas_do_not_change_an_integer(value):
    assert canonical(f"{value:,}") == str(value)


@given(st.text(max_size=200))
def test_no_text_is_an_error_and_spaces_around_it_do_not_count(text):
    assert canonical(f" {text} ") == canonical(text)


@given(st.text(alphabet="0123456789+-*/^(){}[],.=x \\%$", max_size=40))
def test_a_key_is_its_own_key_when_it_is_a_number(text):
    key = canonical(text)
    if key.lstrip("-").replace("/", "").isdigit():
        assert canonical(key) == key


@pytest.mark.parametrize("tower", ["10^{10^{10}}", "10^10^10", "9^{999999999}", "1e999999999"])
def test_huge_powers_are_not_computed(tower):
    assert len(canonical(tower)) <= len(tower)


def test_an_answer_that_is_too_long_to_read_has_a_short_key_of_its_own():
    assert len(canonical("1" * 1_000_000)) < 100
    assert canonical("1" * 1_000_000) != canonical("1" * 1_000_001)


def test_an_empty_answer_has_the_empty_key():
    assert canonical("") == canonical("  ") == canonical("\u200b\x00") == ""


def test_invisible_marks_do_not_change_the_key():
    assert canonical("\u202e5\u202c\x00\ufeff") == "5"


def test_commas_split_only_outside_brackets():
    assert split_top("(1,2), [3;4]; 5") == ["(1,2)", " [3;4]", " 5"]
    assert split_top("(1,2") == ["(1,2"]
