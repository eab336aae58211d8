import math
import random

import lines
import pytest
import sympy

from reasonloom.worlds import spell


def test_products_are_spelled_out_in_steps_that_hold() -> None:
    rng = random.Random(0)
    for _ in range(300):
        a, b = rng.randint(-40, 300), rng.randint(-40, 300)
        if b < 0 and min(abs(a), abs(b)) >= 10:
            continue
        sides = spell.times(a, b).split(" = ")
        assert lines.holds(sides, {})
        assert sides[-1] == str(a * b)


def test_a_product_with_a_two_digit_factor_is_split_at_its_tens() -> None:
    assert spell.times(23, 14) == "23*14 = 23*10 + 23*4 = 230 + 92 = 322"
    assert spell.times(23, 4) == "23*4 = 92"


@pytest.mark.parametrize("n", range(1, 200))
def test_prime_factors_are_sympys(n: int) -> None:
    expected = [p for p, e in sympy.factorint(n).items() for _ in range(e)]
    assert spell.primes(n) == expected
    assert spell.is_prime(n) is bool(sympy.isprime(n))


def test_a_factorisation_holds_at_every_step() -> None:
    for n in range(2, 200):
        sides = spell.factorise(n).split(" = ")
        if len(sides) > 1:
            assert lines.holds(sides, {})
            assert all(map(sympy.isprime, map(int, sides[-1].split("*"))))
        else:
            assert sides == [f"{n} is prime"] and sympy.isprime(n)


def test_a_running_total_ends_at_the_sum() -> None:
    numbers = [3, -5, 7, 0, 12]
    chains = lines.equations(spell.total(numbers))
    assert all(lines.holds(chain, {}) for chain in chains)
    assert chains[-1][-1] == str(math.fsum(numbers)).removesuffix(".0")
