"""Every family against an independent computation: answer, worked methods, misfits, wording."""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Iterator

import facts
import lines
import puzzles
import pytest
import sympy
from oracles import ORACLES
from readings import reading

from reasonloom.templates.library import Library
from reasonloom.worlds.families import FAMILIES
from reasonloom.worlds.family import Family, Params

EACH = 40
every_family = pytest.mark.parametrize("family", FAMILIES.values(), ids=list(FAMILIES))
every_phrased_family = pytest.mark.parametrize(
    "family", [f for f in FAMILIES.values() if not f.tell], ids=lambda f: f.name
)
"""Puzzles are told as a whole; test_logic.py reads those."""


def drawn(family: Family) -> Iterator[tuple[int, dict[int, int], Params]]:
    """Draws at each level: with free operands, and with each link and each pair of links fixed."""
    rng = random.Random(family.name)
    singles = [(link,) for link in family.links]
    for level in (1, 2, 3):
        for links in ((), *singles, *itertools.combinations(family.links, 2)):
            for _ in range(EACH if len(links) < 2 else EACH // 4):
                fixed, params = fitting(family, rng, level, links)
                yield level, fixed, params


def fitting(
    family: Family, rng: random.Random, level: int, links: tuple[int, ...]
) -> tuple[dict[int, int], Params]:
    """A draw with values of these links that suit the family."""
    for _ in range(5_000):
        fixed = {link: rng.choice((rng.randint(1, 40), 97, 130)) for link in links}
        params = family.draw(rng, level, fixed)
        if params is not None:
            return fixed, params
    raise AssertionError(f"{family.name} takes no values of {links} at level {level}")


def unknowns(family: Family, params: Params) -> dict[str, int]:
    """The true values of the letters that an algebra family writes in its lines."""
    if family.topic != "algebra":
        return {}
    x = int(ORACLES[family.name](*params))  # type: ignore[call-overload]
    return {"x": x, "y": params[0] - x} if family.name == "linear_system" else {"x": x}


def test_every_family_has_an_oracle() -> None:
    assert set(ORACLES) == set(FAMILIES)


@every_family
def test_the_answer_is_right_at_every_level_and_with_linked_operands(family: Family) -> None:
    for _, fixed, params in drawn(family):
        assert all(params[slot] == value for slot, value in fixed.items())
        assert str(family.answer(params)) == str(ORACLES[family.name](*params)), params


@every_family
def test_all_links_may_be_fixed_together(family: Family) -> None:
    rng = random.Random(family.name)
    kept = 0
    for _ in range(2_000):
        fixed = {link: rng.randint(1, 20) for link in family.links}
        params = family.draw(rng, rng.randint(1, 3), fixed)
        if params is not None:
            kept += 1
            assert all(params[slot] == value for slot, value in fixed.items())
            assert str(family.answer(params)) == str(ORACLES[family.name](*params))
        if kept == 10:
            return
    raise AssertionError(f"only {kept} draws took every link")


@every_family
def test_answers_that_chain_are_whole_numbers(family: Family) -> None:
    kinds = {type(family.answer(params)) for _, _, params in drawn(family)}
    assert (kinds == {int}) is family.chains


@every_family
def test_every_line_of_every_method_is_true_and_leads_to_the_answer(family: Family) -> None:
    for _, _, params in drawn(family):
        letters = unknowns(family, params)
        for method in family.applicable(params):
            written, value = method.work(params)
            assert value == str(ORACLES[family.name](*params)), (method.template, params)
            assert written and all(written), (method.template, params)
            for line in written:
                _assert_true(line, params, letters)


def _assert_true(line: str, params: Params, letters: dict[str, int]) -> None:
    known = facts.holds(line, params)
    if known is None:
        for clause in lines.clauses(line):
            if " = " in clause:
                assert lines.holds(clause.split(" = "), letters), (line, params)
            else:
                said = facts.holds(clause, params)
                assert said is not None, f"a line that no test can read: {line!r}"
                assert said, (line, params)
    else:
        assert known, (line, params)


PRODUCT = re.compile(r"(?<![\dxy*/^])(\d+)\*(\d+)(?![\d*/])")
QUOTIENT = re.compile(r"(?<![\d*/])(\d+)/(\d+)(?![\d*/])")


@every_family
def test_no_line_asks_for_a_hard_product_or_quotient_in_one_jump(family: Family) -> None:
    for _, _, params in list(drawn(family))[::3]:
        for method in family.applicable(params):
            for line in method.work(params)[0]:
                for before, after in jumps(line):
                    _assert_elementary(before, line, after)


def jumps(line: str) -> Iterator[tuple[str, str]]:
    """Neighbouring sides of a line's chains of which the second is worked out further."""
    for chain in lines.equations(line):
        for before, after in itertools.pairwise(chain):
            if not re.search(r"[*/xy]", after) and not re.search(r"[xy]", before):
                yield before, after


def _assert_elementary(side: str, line: str, after: str) -> None:
    for a, b in PRODUCT.findall(side):
        assert elementary(int(a), int(b)), (line, after)
    for a, b in QUOTIENT.findall(side):
        whole, rest = divmod(int(a), int(b))
        spelled = elementary(whole, int(b)) or f"{whole}*{b} = " in line
        assert rest == 0 and spelled, (line, after)


def elementary(a: int, b: int) -> bool:
    """A product of the table, zeros aside, or a double, which is a sum of numbers below 1,000."""
    small, large = sorted(int(str(n).rstrip("0") or 0) for n in (a, b))
    return small < 2 or (small < 10 and small * large < 100) or (small == 2 and large < 1000)


@every_family
def test_some_method_applies_to_every_draw(family: Family) -> None:
    for _, _, params in drawn(family):
        assert family.applicable(params)


@every_family
def test_a_misfit_says_something_true_of_the_numbers(family: Family) -> None:
    for _, _, params in drawn(family):
        for method in family.methods:
            reason = method.misfit(params)
            if reason:
                assert _really(reason, params), (method.template, reason, params)


def _really(reason: str, params: Params) -> bool:
    puzzling = puzzles.judge(puzzles.REASONS, reason, params)
    if puzzling is not None:
        return puzzling
    if found := re.fullmatch(r"(\d+) is not prime", reason):
        return int(found[1]) == params[2] and not sympy.isprime(params[2])
    if found := re.fullmatch(r"(\d+) divides (\d+)", reason):
        return int(found[1]) == params[2] and int(found[2]) % params[2] == 0
    if found := re.fullmatch(r"the denominators make (\d+)", reason):
        return int(found[1]) == params[1] * params[3] > 120
    if reason == "the cycle is too long to list":
        listed = [pow(params[0], k, params[2]) for k in range(7)]
        return params[1] > 6 and len(set(listed)) == len(listed)
    if found := re.fullmatch(r"only one of (\d+) and (\d+) is odd", reason):
        return (int(found[1]), int(found[2])) == params and sum(params) % 2 == 1
    if found := re.fullmatch(r"the middle (\d+) is not round", reason):
        return sum(params) == 2 * int(found[1]) and int(found[1]) % 10 != 0
    if found := re.fullmatch(r"(\d+) is not near the middle (\d+)", reason):
        high, middle = int(found[1]), int(found[2])
        apart = high - middle
        return high == max(params) and 2 * middle == sum(params) and not 0 < apart < 10
    if found := re.fullmatch(r"neither (\d+) nor (\d+) is near a round number", reason):
        shown = (int(found[1]), int(found[2]))
        return shown == params and not any(n > 2 and str(n)[-1] in "1289" for n in params)
    if found := re.fullmatch(r"modulus (\d+) has too many multiples", reason):
        return int(found[1]) == params[2] > 9
    if found := re.fullmatch(r"up to (\d+) candidates to list", reason):
        return int(found[1]) == min(params[1], params[3]) > 8
    if found := re.fullmatch(r"(\d+) \+ (\d+) = (\d+) is odd", reason):
        low, high, both = map(int, found.groups())
        return params[-2:] == (low, high) and low + high == both and both % 2 == 1
    if found := re.fullmatch(r"the value (\d+) is too large", reason):
        p, q, constant, _, end = params
        return int(found[1]) == sympy.Poly([p, q, constant], sympy.Symbol("x")).eval(end) > 150
    if found := re.fullmatch(r"(\d+) is over 12", reason):
        return int(found[1]) in params and int(found[1]) > 12
    if found := re.fullmatch(r"\((\d+), (\d+)\) lies inside the rectangle", reason):
        return facts.inside((int(found[1]), int(found[2])), params)
    if found := re.fullmatch(r"(\d+) does not divide (\d+)", reason):
        divisor, number = int(found[1]), int(found[2])
        return {divisor, divisor + 1} & set(params[:2]) != set() and number % divisor != 0
    if found := re.fullmatch(r"the multiplier is (\d+), not one", reason):
        return int(found[1]) == params[1] > 1
    limits = {
        "the multiplier is one": lambda p: p[1] == 1,
        "no numerator shares a factor with the other denominator": lambda p: (
            (sympy.Rational(p[0], p[3]).p, sympy.Rational(p[2], p[1]).p) == (p[0], p[2])
        ),
        "too many growing terms to add singly": lambda p: p[2] > 5,
        "no side is parallel to an axis": lambda p: len(set(p[::2])) == len(set(p[1::2])) == 3,
        "the factorials are too large": lambda p: sympy.ff(sum(p), sum(p) - max(p)) > 4_999,
        "too many squares to list": lambda p: p[1] > 40,
        "too many multiples to list": lambda p: sympy.lcm(*p) // max(p) > 5,
        "too many divisors to try": lambda p: p[0] > 90,
        "too many rows to write": lambda p: p[0] > 9,
        "too many pairs of factors to try": lambda p: _pairs_tried(*p) > 5,
        "too many terms to list": lambda p: p[2] > 12,
        "too many terms to add singly": lambda p: p[2] > 8,
    }
    return bool(limits[reason](params))


def _pairs_tried(total: int, left: int, right: int) -> int:
    """How many pairs of factors come before the right one, itself included."""
    product = abs(left - right)
    low = min(abs(x) for x in range(-60, 60) if x * x - total * x + left == right)
    return sum(product % d == 0 for d in range(1, low + 1))


def test_fermat_is_wrong_on_a_fifth_of_numbers_where_it_does_not_fit() -> None:
    method = FAMILIES["modular_power"].method("Reduce the exponent by Fermat's little theorem")
    assert method
    unfit = [(a, e, 15) for a in range(2, 12) for e in range(15, 40)]
    assert all(method.misfit(p) for p in unfit)
    wrong = [p for p in unfit if method.work(p)[1] != str(pow(*p))]
    assert len(wrong) > len(unfit) / 5


@every_phrased_family
@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_phrase_names_the_operands_in_their_roles(family: Family, language: str) -> None:
    rng = random.Random(1)
    phrases = [*family.nouns[language], *(family.stories or {}).get(language, ())]
    for _, _, params in list(drawn(family))[::7]:
        for phrase in phrases:
            told = family._fill(phrase, [str(n) for n in params])
            assert reading(family.name, told) == params, (phrase, told)
        asked = family.noun([str(n) for n in params], rng, language)
        assert reading(family.name, asked) == params


@every_phrased_family
def test_a_family_has_several_phrases_and_an_everyday_story(family: Family) -> None:
    assert len(set(family.nouns["en"])) >= 2 and family.nouns["ko"]
    assert (family.stories or {}).get("en")


@every_phrased_family
@pytest.mark.parametrize("language", ["en", "ko"])
def test_every_phrase_takes_names_for_linked_operands(family: Family, language: str) -> None:
    params = next(p for _, _, p in drawn(family))
    phrases = [*family.nouns[language], *(family.stories or {}).get(language, ())]
    for link in family.links:
        operands = ["k" if i == link else str(n) for i, n in enumerate(params)]
        for phrase in phrases:
            told = family._fill(phrase, operands)
            assert not set("{}") & set(told)
            assert re.search(r"(?<![A-Za-z])k(?![a-wz])", told), told


@every_phrased_family
def test_the_instantiation_binds_every_slot_and_names_the_link(family: Family) -> None:
    params = next(p for _, _, p in drawn(family))
    for link in family.links:
        bound = family.bind(params, {link: "k"})
        assert f"k = {params[link]}" in bound
        assert all(f"{slot} = " in bound for slot in family.slots)
        assert [int(n) for n in re.findall(r"-?\d+", bound)] == list(params)


@every_family
def test_every_method_carries_out_a_template_of_the_library(family: Family) -> None:
    library = Library.load()
    for method in family.methods:
        assert library.get(method.template), method.template
        assert family.method(method.template) is method


def test_at_least_a_third_of_the_families_have_two_methods() -> None:
    several = [f for f in FAMILIES.values() if len(f.methods) > 1]
    assert len(FAMILIES) >= 10 and 3 * len(several) >= len(FAMILIES)


def test_goals_tell_the_families_apart() -> None:
    assert len({f.goal for f in FAMILIES.values()}) == len(FAMILIES)


@pytest.mark.parametrize(
    ("name", "slot", "value"),
    [("gcd", 0, 500), ("lcm", 1, 151), ("modular_power", 0, 0), ("binomial", 0, 2), ("mean", 1, 0)],
)
def test_an_operand_that_does_not_suit_is_refused(name: str, slot: int, value: int) -> None:
    assert FAMILIES[name].draw(random.Random(0), 1, {slot: value}) is None
