"""Arithmetic written out, so that each number in a line follows from the few before it."""

from __future__ import annotations

from collections.abc import Sequence


def times(a: int, b: int) -> str:
    """`23*14 = 23*10 + 23*4 = 230 + 92 = 322`; a product with a one-digit factor is one fact."""
    if abs(a) < 10 or abs(b) < 10 or b % 10 == 0 or a % 10 == 0:
        return f"{a}*{b} = {a * b}"
    tens, ones = b - b % 10, b % 10
    return f"{a}*{b} = {a}*{tens} + {a}*{ones} = {a * tens} + {a * ones} = {a * b}"


def divide(a: int, b: int) -> str:
    """`84 = 2*36 + 12`."""
    return f"{a} = {a // b}*{b} + {a % b}"


def signed(number: int) -> str:
    """A term that follows another one: `+ 3` or `- 3`."""
    return f"+ {number}" if number >= 0 else f"- {-number}"


def total(numbers: Sequence[int]) -> str:
    """A sum with its running totals: `3 + 5 = 8, 8 + 7 = 15`."""
    lines, running = [], numbers[0]
    for number in numbers[1:]:
        lines.append(f"{running} {signed(number)} = {running + number}")
        running += number
    return ", ".join(lines) if lines else str(running)


def primes(n: int) -> list[int]:
    """Prime factors of n in ascending order, with repetition; [] for 1."""
    factors, p = [], 2
    while p * p <= n:
        while n % p == 0:
            factors.append(p)
            n //= p
        p += 1
    return [*factors, n] if n > 1 else factors


def factorise(n: int) -> str:
    """`84 = 2*42 = 2*2*21 = 2*2*3*7`."""
    done: list[int] = []
    rest, steps = n, [str(n)]
    for p in primes(n)[:-1]:
        done.append(p)
        rest //= p
        steps.append("*".join(map(str, [*done, rest])))
    return " = ".join(steps) if len(steps) > 1 else f"{n} is prime" if n > 1 else "1 has no primes"


def is_prime(n: int) -> bool:
    return n > 1 and len(primes(n)) == 1
