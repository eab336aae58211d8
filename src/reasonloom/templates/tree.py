"""Evaluate an expression tree with SymPy: whitelisted heads only, sizes capped, never a parser.

    [integrate, [sqrt, [sub, [pow, r, 2], [pow, x, 2]]], [x, 0, r]]    with params {r: 2}: pi

A tree is a whole number, a name, or a list whose first entry is a head of HEADS. A name is a
parameter, one of the constants pi, e, i, oo, or else a real symbol. `evaluate` is a pure function,
made for a worker process that can be killed: SymPy itself knows no time limit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

Node: TypeAlias = "int | float | str | Sequence[Node]"

MAX_NODES, MAX_DEPTH = 400, 24
MAX_DIGITS = 2_000
"""No whole number in a tree, and no integer power, may have more digits (our choice)."""
_BINDERS = ("integrate", "summation", "product")
_TAKE_LISTS = frozenset(("first", "last", "count", "min", "max", "total"))


class TreeError(ValueError):
    """A tree that cannot be evaluated; the message is one sentence."""


def evaluate(tree: Node, params: Mapping[str, Any] | None = None) -> str:
    """The value of `tree` as SymPy prints it, such as "pi", "29/36" or "sqrt(3)/2".

    Raises TreeError for unknown heads, wrong shapes and sizes over the caps.
    """
    import sympy

    _check_size(tree)
    value = _Evaluator(sympy, dict(params or {})).value(tree)
    if value.has(sympy.nan, sympy.zoo):
        raise TreeError(f"the tree has no finite value: it comes to {value}")
    return str(sympy.sstr(value))


def names(tree: Node) -> frozenset[str]:
    """Every name in the tree that is no head: its parameters, symbols and constants."""
    if isinstance(tree, str):
        return frozenset((tree,))
    if isinstance(tree, list | tuple):
        start = 1 if tree and isinstance(tree[0], str) and tree[0] in HEADS else 0
        return frozenset[str]().union(*(names(part) for part in tree[start:]))
    return frozenset()


class _Evaluator:
    def __init__(self, sympy: Any, params: Mapping[str, Any]) -> None:
        self.sympy, self.params = sympy, params

    def value(self, node: Any) -> Any:
        if isinstance(node, bool) or not isinstance(node, int | float | str | list | tuple):
            raise TreeError(f"{node!r} is no part of a tree: use numbers, names and lists")
        if isinstance(node, str):
            return self.name(node)
        if isinstance(node, int | float):
            return self.number(node)
        if not node:
            raise TreeError("an empty list stands where an expression should: write [head, ...]")
        head = node[0]
        if not isinstance(head, str) or head not in HEADS:
            raise TreeError(
                f"the head {head!r} is not known: use one of {', '.join(sorted(HEADS))}"
            )
        return self.call(head, node[1:])

    def call(self, head: str, parts: Sequence[Any]) -> Any:
        build, low, high = HEADS[head]
        if not low <= len(parts) <= high:
            many = f"{low}" if low == high else f"{low} to {high}"
            raise TreeError(f"[{head}, ...] has {len(parts)} parts and takes {many}")
        if head in _BINDERS:
            args = [self.value(parts[0]), *(self.limits(head, part) for part in parts[1:])]
        else:
            args = [self.value(part) for part in parts]
        if head not in _TAKE_LISTS and any(isinstance(a, self.sympy.Tuple) for a in args):
            raise TreeError(f"[{head}, ...] takes expressions, and one of its parts is a list")
        try:
            return build(self.sympy, *args)
        except TreeError:
            raise
        except (TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as bad:
            raise TreeError(f"[{head}, ...] cannot be evaluated: {str(bad)[:200]}") from None

    def limits(self, head: str, part: Any) -> tuple[Any, ...]:
        if not isinstance(part, list | tuple) or len(part) != 3 or not isinstance(part[0], str):
            raise TreeError(
                f"[{head}, expression, [x, from, to]] needs three limits, found {part!r}"
            )
        if part[0] in self.params:
            raise TreeError(f"{part[0]!r} is a parameter and cannot run in [{head}, ...]")
        return (self.name(part[0]), self.value(part[1]), self.value(part[2]))

    def name(self, name: str) -> Any:
        constants = {"pi": "pi", "e": "E", "i": "I", "oo": "oo"}
        if name in self.params:
            return self.param(self.params[name])
        if name in constants:
            return getattr(self.sympy, constants[name])
        if not (name.isidentifier() and len(name) <= 20):
            raise TreeError(f"{name!r} is no name: use letters, digits and _")
        return self.sympy.Symbol(name, real=True)

    def param(self, value: Any) -> Any:
        if isinstance(value, list | tuple):
            return self.sympy.Tuple(*(self.param(v) for v in value))
        return self.name(value) if isinstance(value, str) else self.number(value)

    def number(self, value: int | float) -> Any:
        if isinstance(value, float):
            return self.sympy.Rational(repr(value))
        if value.bit_length() > MAX_DIGITS * 3.33:
            raise TreeError(f"a number in the tree has more than {MAX_DIGITS:,} digits")
        return self.sympy.Integer(value)


def _check_size(tree: Any) -> None:
    pending, seen = [(tree, 1)], 0
    while pending:
        node, depth = pending.pop()
        seen += 1
        if depth > MAX_DEPTH:
            raise TreeError(f"the tree is nested deeper than {MAX_DEPTH}")
        if seen > MAX_NODES:
            raise TreeError(f"the tree has more than {MAX_NODES} parts")
        if isinstance(node, list | tuple):
            pending.extend((part, depth + 1) for part in node)


def _power(sympy: Any, base: Any, exponent: Any) -> Any:
    if base.is_Rational and exponent.is_Rational:
        size = max(int(abs(base.p)), int(base.q)).bit_length() - 1
        if size * int(abs(exponent) + 1) > MAX_DIGITS * 3.33:
            raise TreeError(f"the power {base}^{exponent} has more than {MAX_DIGITS:,} digits")
    return sympy.Pow(base, exponent)


def _factorial(sympy: Any, n: Any) -> Any:
    if n.is_Integer and n > MAX_DIGITS / 3:
        raise TreeError(f"the factorial of {n} is too large")
    return sympy.factorial(n)


def _binomial(sympy: Any, n: Any, k: Any) -> Any:
    if k.is_number and k > MAX_DIGITS:
        raise TreeError(f"the binomial coefficient of {n} and {k} is too large")
    return sympy.binomial(n, k)


def _solve(sympy: Any, *parts: Any) -> Any:
    *equations, unknown = parts
    found = sympy.solve(equations, unknown, dict=True)
    return sympy.Tuple(*sorted((s[unknown] for s in found), key=sympy.default_sort_key))


def _items(values: Any) -> tuple[Any, ...]:
    return tuple(values[0]) if len(values) == 1 and hasattr(values[0], "__iter__") else values


def _sympy(name: str) -> Callable[..., Any]:
    return lambda sympy, *args: getattr(sympy, name)(*args)


HEADS: Mapping[str, tuple[Callable[..., Any], int, int]] = {
    "add": (lambda _, *a: sum(a[1:], a[0]), 1, 40),
    "sub": (lambda _, a, b: a - b, 2, 2),
    "mul": (_sympy("Mul"), 1, 40),
    "div": (lambda _, a, b: a / b, 2, 2),
    "neg": (lambda _, a: -a, 1, 1),
    "pow": (_power, 2, 2),
    "mod": (_sympy("Mod"), 2, 2),
    "factorial": (_factorial, 1, 1),
    "binomial": (_binomial, 2, 2),
    "solve": (_solve, 2, 8),
    "first": (lambda _, a: a[0], 1, 1),
    "last": (lambda _, a: a[-1], 1, 1),
    "count": (lambda sympy, a: sympy.Integer(len(a)), 1, 1),
    "min": (lambda sympy, *a: sympy.Min(*_items(a)), 1, 40),
    "max": (lambda sympy, *a: sympy.Max(*_items(a)), 1, 40),
    "total": (lambda sympy, a: sympy.Add(*a), 1, 1),
    "diff": (_sympy("diff"), 2, 3),
    "integrate": (_sympy("integrate"), 2, 3),
    "summation": (_sympy("summation"), 2, 3),
    "product": (_sympy("product"), 2, 3),
    "limit": (_sympy("limit"), 3, 3),
    "subs": (lambda _, a, x, v: a.subs(x, v), 3, 3),
    **{
        name: (_sympy(name), 1, 1)
        for name in ("simplify", "expand", "factor", "together", "radsimp", "floor", "ceiling")
    },
    **{
        name: (_sympy({"abs": "Abs", "ln": "log"}.get(name, name)), 1, 1)
        for name in ("sqrt", "abs", "exp", "ln", "sin", "cos", "tan", "asin", "acos", "atan")
    },
    "log": (lambda sympy, x, base: sympy.log(x, base), 2, 2),
    "gcd": (_sympy("gcd"), 2, 2),
    "lcm": (_sympy("lcm"), 2, 2),
}
"""head: (how it is built, fewest parts, most parts)."""
