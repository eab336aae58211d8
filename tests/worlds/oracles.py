"""What each family's problem comes to, found by search or by SymPy.

Nothing here is taken from the families: an oracle gets the operands in the order of the slots.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence

import puzzles
import sympy

Oracle = Callable[..., object]


def gcd(a: int, b: int) -> int:
    return max(d for d in range(1, min(a, b) + 1) if a % d == 0 and b % d == 0)


def lcm(a: int, b: int) -> int:
    return next(m for m in itertools.count(1) if m % a == 0 and m % b == 0)


def modular_power(base: int, exponent: int, modulus: int) -> int:
    result = 1
    for _ in range(exponent):
        result = result * base % modulus
    return result


def remainder(number: int, divisor: int) -> int:
    while number >= divisor:
        number -= divisor
    return number


def only(found: Sequence[int]) -> int:
    assert len(found) == 1, found
    return found[0]


def linear_equation(factor: int, constant: int, right: int) -> int:
    return only([x for x in range(-500, 500) if factor * x + constant == right])


def two_sided_equation(p: int, q: int, r: int, s: int) -> int:
    return only([x for x in range(-500, 500) if p * x + q == r * x + s])


def arithmetic_term(first: int, step: int, place: int) -> int:
    return list(itertools.islice(itertools.count(first, step), place))[-1]


def arithmetic_sum(first: int, step: int, count: int) -> int:
    return sum(itertools.islice(itertools.count(first, step), count))


def fraction_sum(a: int, b: int, c: int, d: int) -> sympy.Rational:
    return sympy.Rational(a, b) + sympy.Rational(c, d)


def quadratic_root(s: int, left: int, right: int) -> int:
    return max(x for x in range(-500, 500) if x * x - s * x + left == right)


def linear_system(total: int, p: int, q: int, right: int) -> int:
    return only([x for x in range(-500, 500) if p * x - q * (total - x) == right])


def polynomial_value(p: int, q: int, r: int, x: int) -> int:
    return int(sympy.Poly([p, q, r], sympy.Symbol("x")).eval(x))


def divisor_count(number: int) -> int:
    return int(sympy.divisor_count(number))


def binomial(size: int, chosen: int) -> int:
    return sum(1 for _ in itertools.combinations(range(size), chosen))


def mean(*numbers: int) -> sympy.Rational:
    return sympy.Rational(sum(numbers), len(numbers))


def base_digits(number: int, base: int) -> str:
    place = 1
    while place * base <= number:
        place *= base
    digits = ""
    while place:
        digits += str(next(d for d in reversed(range(base)) if d * place <= number))
        number -= int(digits[-1]) * place
        place //= base
    return digits


def product(a: int, b: int) -> int:
    return sum(a for _ in range(b))


def expression(a: int, b: int, c: int, d: int) -> int:
    return a + sum(len(range(d, c)) for _ in range(b))


def linear_congruence(a: int, b: int, m: int) -> int:
    return only([x for x in range(m) if (a * x - b) % m == 0])


def two_congruences(r: int, m: int, s: int, n: int) -> int:
    return only(sorted(set(range(r, m * n, m)) & set(range(s, m * n, n))))


def arrangements(*counts: int) -> int:
    """By a walk over what is left: a row ends with a thing of some kind."""
    ways = {tuple(0 for _ in counts): 1}
    for left in sorted(itertools.product(*(range(n + 1) for n in counts)), key=sum):
        before = [(*left[:i], n - 1, *left[i + 1 :]) for i, n in enumerate(left) if n]
        ways[left] = sum(ways[b] for b in before) if before else 1
    return ways[counts]


def draw_probability(*balls: int) -> sympy.Rational:
    colours = [colour for colour, count in enumerate(balls) for _ in range(count)]
    drawn = [a == b for a, b in itertools.combinations(colours, 2)]
    return sympy.Rational(sum(drawn), len(drawn))


def derivative_value(a: int, b: int, c: int, d: int, x: int) -> int:
    t = sympy.Symbol("t")
    return int(sympy.Poly([a, b, c, d], t).diff(t).eval(x))


def definite_integral(p: int, q: int, c: int, low: int, high: int) -> sympy.Rational:
    t = sympy.Symbol("t")
    whole = sympy.Poly([p, q, c], t).integrate(t)
    return whole.eval(high) - whole.eval(low)


def squared_distance(a: int, b: int, c: int, d: int) -> sympy.Rational:
    return sympy.Point(a, b).distance(sympy.Point(c, d)) ** 2


def triangle_area(*coordinates: int) -> sympy.Integer:
    corners = zip(coordinates[0::2], coordinates[1::2], strict=True)
    return abs(sympy.Matrix([[x, y, 1] for x, y in corners]).det())


def geometric_sum(first: int, ratio: int, count: int) -> int:
    return sum(first * ratio**i for i in range(count))


def recurrence_term(first: int, factor: int, constant: int, place: int) -> int:
    terms = itertools.accumulate(
        range(place - 1), lambda last, _: factor * last + constant, initial=first
    )
    return list(terms)[-1]


def weighted_mean(*numbers: int) -> sympy.Rational:
    pairs = zip(numbers[::2], numbers[1::2], strict=True)
    return mean(*(value for value, count in pairs for _ in range(count)))


def fraction_product(a: int, b: int, c: int, d: int) -> sympy.Rational:
    return sympy.Rational(a, b) * sympy.Rational(c, d)


def fraction_of(top: int, bottom: int, number: int) -> int:
    return only([n for n in range(10_000) if n * bottom == top * number])


def median(*numbers: int) -> sympy.Rational:
    """The point with the least total distance, midway where several have it."""
    far = {m: sum(abs(n - m) for n in numbers) for m in range(min(numbers), max(numbers) + 1)}
    best = [m for m, distance in far.items() if distance == min(far.values())]
    return sympy.Rational(best[0] + best[-1], 2)


ORACLES: dict[str, Oracle] = {
    f.__name__: f
    for f in (
        gcd,
        lcm,
        modular_power,
        remainder,
        linear_equation,
        two_sided_equation,
        arithmetic_term,
        arithmetic_sum,
        fraction_sum,
        quadratic_root,
        linear_system,
        polynomial_value,
        divisor_count,
        binomial,
        mean,
        base_digits,
        product,
        expression,
        linear_congruence,
        two_congruences,
        arrangements,
        draw_probability,
        derivative_value,
        definite_integral,
        squared_distance,
        triangle_area,
        geometric_sum,
        recurrence_term,
        weighted_mean,
        fraction_product,
        fraction_of,
        median,
    )
}

ORACLES |= puzzles.ORACLES
