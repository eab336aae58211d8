"""Arithmetic written out, so that each number in a line follows from the few before it.

One elementary fact is a product with a one-digit factor below 100 (trailing zeros aside) or the
double of a number below 100, a quotient that such a product undoes, or a sum. All else is spelled
as several of these.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import lru_cache
from itertools import product as every_pair

_TABLE = 12
"""Quotients up to this are read off the multiplication table, beyond it digit by digit."""
_CACHED = 65_536


@lru_cache(_CACHED)
def times(a: int, b: int) -> str:
    """`4*36 = 4*30 + 4*6 = 120 + 24 = 144`; `7*13 = 91` is one fact."""
    asked, whole = f"{a}*{b}", a * b
    if _known(a, b):
        return f"{asked} = {whole}"
    spelled = min(_by_places(abs(a), abs(b)), key=len)
    if whole < 0:
        spelled = " = ".join(f"-({side})" for side in spelled.split(" = "))
    return f"{asked} = {spelled} = {whole}"


def divide(a: int, b: int) -> str:
    """A division with remainder: `2*36 = 72, 84 - 72 = 12`; the quotient digit by digit."""
    lines, rest = [], a
    for digit in stages(a, b):
        taken = digit * b
        less = f"- {taken}" if taken >= 0 else f"+ {-taken}"
        lines += [times(digit, b), f"{rest} {less} = {rest - taken}"]
        rest -= taken
    return ", ".join(lines)


def stages(a: int, b: int) -> list[int]:
    """The parts of a quotient that `divide` finds one after the other: of 199/4, 40 and 9."""
    whole = a // b
    if whole < 0 or (whole <= _TABLE and _known(whole, b)):
        return [whole]
    return _places(whole, _cuts(whole)[-1]) or [0]


def quotient(a: int, b: int, name: str = "") -> str:
    """A division without remainder: `72/6 = 12`, `x = 161/7 = 140/7 + 21/7 = 20 + 3 = 23`.

    Raises ValueError where b does not divide a.
    """
    if a % b:
        raise ValueError(f"{b} does not divide {a}: spell it with divide")
    whole = a // b
    ways = [_places(whole, cuts) or [0] for cuts in _cuts(whole)]
    digits = next((way for way in ways if all(_known(d, b) for d in way)), ways[-1])
    hard = [times(d, b) for d in digits if not _known(d, b)]
    line = f"{a}/{b} = {whole}"
    if len(digits) > 1:
        parts = " + ".join(f"{d * b}/{b}" for d in digits)
        line = f"{a}/{b} = {parts} = {sums(digits)}"
    return ", ".join([*hard, f"{name} = {line}" if name else line])


def by_table(a: int, b: int) -> list[str]:
    """A division digit by digit, the multiples of the divisor listed first, so that every digit is
    looked up and none is guessed: `multiples of 48: 1: 48, 2: 96, …`, `148: 3, 148 - 144 = 4`,
    `48: 1, 48 - 48 = 0` for 1488/48. Longer than `quotient` and `divide`.
    """
    lines, rest = [], 0
    for digit in str(a):
        rest = 10 * rest + int(digit)
        found = rest // b
        if found:
            lines.append(f"{rest}: {found}, {rest} - {found * b} = {rest % b}")
        elif lines:
            lines.append(f"{rest}: 0")
        rest %= b
    table = ", ".join(f"{n}: {n * b}" for n in range(1, 10))
    return [f"multiples of {b}: {table}", *(lines or [f"{a}: 0"])]


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


def product(numbers: Sequence[int]) -> str:
    """A product with its running products: `3*5 = 15, 15*2 = 30`; a lone number stands alone."""
    lines, running = [], numbers[0]
    for number in numbers[1:]:
        lines.append(times(running, number))
        running *= number
    return ", ".join(lines) if lines else str(running)


def sums(numbers: Sequence[int]) -> str:
    """Neighbours added until one number is left: `800 + 120 + 24 = 920 + 24 = 944`."""
    left, sides = list(numbers), []
    while len(left) > 1:
        sides.append(" + ".join(map(str, left)))
        left = [sum(left[i : i + 2]) for i in range(0, len(left), 2)]
    return " = ".join([*sides, str(left[0])])


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
    """`84/2 = 42, 42/2 = 21, 21/3 = 7, 7 is prime`."""
    if n < 2:
        return f"{n} has no primes"
    lines, rest = [], n
    for p in primes(n)[:-1]:
        lines.append(quotient(rest, p))
        rest //= p
    return ", ".join([*lines, f"{rest} is prime"])


def common(a: int, b: int) -> tuple[list[str], int]:
    """The divisions that find a greatest common divisor, a line each, and the divisor.

    They end with the remainder 0, which the divisor before it leaves, or with the remainder 1.
    """
    large, small = max(a, b), min(a, b)
    lines = [divide(large, small)]
    while (rest := large % small) > 1:
        large, small = small, rest
        lines.append(divide(large, small))
    return lines, rest or small


def lowest(top: int, bottom: int) -> tuple[list[str], str]:
    """A fraction brought to lowest terms by its greatest common divisor, and how it is written."""
    lines, divisor = common(top, bottom)
    if divisor > 1:
        lines.append(f"{quotient(top, divisor)}, {quotient(bottom, divisor)}")
    return lines, str(Fraction(top, bottom))


def is_prime(n: int) -> bool:
    return n > 1 and len(primes(n)) == 1


def _known(a: int, b: int) -> bool:
    """Whether a product is one fact: `8*12`, `80*12`, `2*77`, but not `8*13` or `11*11`."""
    small, large = sorted(map(_significant, (a, b)))
    return small < 2 or (small < 10 and small * large < 100) or (small == 2 and large < 100)


def _significant(n: int) -> int:
    """The absolute value without trailing zeros."""
    n = abs(n)
    while n and n % 10 == 0:
        n //= 10
    return n


def _cuts(n: int) -> list[tuple[int, ...]]:
    """Where a number may be cut: places as powers of ten; not at all first, everywhere last."""
    inner = [10**i for i in range(1, len(str(n)))]
    return [
        tuple(place for place, cut in zip(inner, chosen, strict=True) if cut)
        for chosen in every_pair((False, True), repeat=len(inner))
    ]


def _places(n: int, cuts: Sequence[int]) -> list[int]:
    """A number cut at places: 236 as 200 and 36, or as 200, 30 and 6; zeros are left out."""
    parts = []
    for place in sorted(cuts, reverse=True):
        parts.append(n - n % place)
        n %= place
    return [part for part in (*parts, n) if part]


def _by_places(a: int, b: int) -> Iterator[str]:
    """Ways to spell a product as a sum of facts: `4*30 + 4*6 = 120 + 24`."""
    for left, right in every_pair(_cuts(a), _cuts(b)):
        pairs = list(every_pair(_places(a, left), _places(b, right)))
        if all(_known(x, y) for x, y in pairs):
            shown = " + ".join(f"{x}*{y}" for x, y in pairs)
            added = sums([x * y for x, y in pairs]).rpartition(" = ")[0]
            yield f"{shown} = {added}"


def powers(base: int, exponent: int) -> str:
    """`3^2 = 9, 3^3 = 27, 3^4 = 81`: each from the one before it; the exponent is 2 or more."""
    return ", ".join(f"{base}^{k} = {base**k}" for k in range(2, exponent + 1))
