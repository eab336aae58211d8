import math
import random
import re
from itertools import pairwise

import lines
import pytest
import sympy

from reasonloom.worlds import spell

PRODUCT = re.compile(r"(?<![\d*])(\d+)\*(\d+)(?![\d*])")


def chains(text: str) -> list[list[str]]:
    found = lines.equations(text)
    assert all(lines.holds(chain, {}) for chain in found), text
    return found


def elementary(a: int, b: int) -> bool:
    """A product that nano can know by heart: a one-digit factor and below 100, or a double."""
    small, large = sorted(int(str(n).rstrip("0") or 0) for n in (a, b))
    return small <= 1 or (small < 10 and small * large < 100) or (small == 2 and large < 100)


def assert_each_product_is_known(text: str) -> None:
    """A product stands for a number only once it is a fact or is spelled by what follows."""
    for chain in chains(text):
        for side, after in pairwise(chain):
            for a, b in PRODUCT.findall(side):
                spelled = "*" in after or elementary(int(a), int(b))
                assert spelled, (side, text)


def test_products_end_in_their_value_and_name_only_elementary_products() -> None:
    rng = random.Random(0)
    for _ in range(500):
        a, b = rng.randint(-40, 999), rng.randint(-40, 300)
        (chain,) = chains(spell.times(a, b))
        assert chain[0] == f"{a}*{b}" and chain[-1] == str(a * b)
        assert_each_product_is_known(spell.times(a, b))


@pytest.mark.parametrize(
    ("a", "b", "spelled"),
    [
        (7, 13, "7*13 = 91"),
        (40, 4, "40*4 = 160"),
        (2, 77, "2*77 = 154"),
        (4, 36, "4*36 = 4*30 + 4*6 = 120 + 24 = 144"),
        (23, 14, "23*14 = 23*10 + 23*4 = 230 + 92 = 322"),
        (236, 4, "236*4 = 230*4 + 6*4 = 920 + 24 = 944"),
        (
            36,
            47,
            "36*47 = 30*40 + 30*7 + 6*40 + 6*7 = 1200 + 210 + 240 + 42 = 1410 + 282 = 1692",
        ),
        (-23, 14, "-23*14 = -(23*10 + 23*4) = -(230 + 92) = -322"),
    ],
)
def test_a_product_is_cut_into_the_fewest_facts(a: int, b: int, spelled: str) -> None:
    assert spell.times(a, b) == spelled


@pytest.mark.parametrize(
    ("a", "b", "spelled"),
    [
        (84, 36, "2*36 = 72, 84 - 72 = 12"),
        (199, 4, "40*4 = 160, 199 - 160 = 39, 9*4 = 36, 39 - 36 = 3"),
        (12, 36, "0*36 = 0, 12 - 0 = 12"),
        (72, 36, "2*36 = 72, 72 - 72 = 0"),
        (163, 4, "40*4 = 160, 163 - 160 = 3"),
        (50, 4, "12*4 = 48, 50 - 48 = 2"),
        (150, 36, "4*36 = 4*30 + 4*6 = 120 + 24 = 144, 150 - 144 = 6"),
    ],
)
def test_a_division_finds_its_quotient_digit_by_digit(a: int, b: int, spelled: str) -> None:
    assert spell.divide(a, b) == spelled


def test_a_division_ends_in_its_remainder() -> None:
    rng = random.Random(1)
    for _ in range(500):
        a, b = rng.randint(0, 2000), rng.randint(1, 60)
        found = chains(spell.divide(a, b))
        assert found[-1][-1] == str(a % b)
        assert_each_product_is_known(spell.divide(a, b))


@pytest.mark.parametrize(
    ("a", "b", "digits"),
    [
        (1488, 48, ["148: 3, 148 - 144 = 4", "48: 1, 48 - 48 = 0"]),
        (950, 9, ["9: 1, 9 - 9 = 0", "5: 0", "50: 5, 50 - 45 = 5"]),
        (5, 12, ["5: 0"]),
    ],
)
def test_a_division_by_table_lists_the_multiples_and_reads_off_each_digit(
    a: int, b: int, digits: list[str]
) -> None:
    table, *found = spell.by_table(a, b)
    assert table.startswith(f"multiples of {b}: 1: {b}, 2: {2 * b}, ")
    assert table.endswith(f"9: {9 * b}")
    assert found == digits


def test_an_exact_quotient_ends_in_its_value_and_takes_elementary_steps() -> None:
    rng = random.Random(2)
    for _ in range(500):
        whole, divisor = rng.randint(0, 400), rng.randint(1, 40)
        text = spell.quotient(whole * divisor, divisor)
        assert chains(text)[-1][-1] == str(whole)
        assert_each_product_is_known(text)
        for side in chains(text)[-1][1:]:
            for top, bottom in re.findall(r"(\d+)/(\d+)", side):
                whole_part = int(top) // int(bottom)
                product = f"{whole_part}*{bottom} = "
                assert elementary(whole_part, int(bottom)) or product in text, text


def test_a_quotient_that_leaves_a_remainder_is_refused() -> None:
    with pytest.raises(ValueError, match="7 does not divide 40"):
        spell.quotient(40, 7)


@pytest.mark.parametrize("n", range(1, 200))
def test_prime_factors_are_sympys(n: int) -> None:
    expected = [p for p, e in sympy.factorint(n).items() for _ in range(e)]
    assert spell.primes(n) == expected
    assert spell.is_prime(n) is bool(sympy.isprime(n))


def test_a_factorisation_divides_by_one_prime_at_a_time_down_to_a_prime() -> None:
    for n in range(2, 400):
        *divisions, end = spell.factorise(n).split(", ")
        chained = [chain for text in divisions for chain in chains(text)]
        divisors = [int(chain[0].split("/")[1]) for chain in chained if "/" in chain[0]]
        last = int(end.removesuffix(" is prime"))
        assert all(map(sympy.isprime, [*divisors, last]))
        assert math.prod(divisors) * last == n
    assert spell.factorise(84) == "84/2 = 42, 42/2 = 21, 21/3 = 7, 7 is prime"
    assert spell.factorise(97) == "97 is prime"


def test_a_running_total_ends_at_the_sum() -> None:
    numbers = [3, -5, 7, 0, 12]
    assert chains(spell.total(numbers))[-1][-1] == "17"
    assert spell.total([8]) == "8"


def test_a_running_product_ends_at_the_product() -> None:
    assert chains(spell.product([3, 5, 2, 7]))[-1][-1] == "210"
    assert spell.product([8]) == "8"


def test_a_long_sum_adds_neighbours() -> None:
    assert spell.sums([800, 120, 24]) == "800 + 120 + 24 = 920 + 24 = 944"
    assert spell.sums([7]) == "7"
