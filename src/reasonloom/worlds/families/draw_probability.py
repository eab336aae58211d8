"""The chance that two balls drawn from a bag without replacement have the same colour."""

from __future__ import annotations

import itertools
import random
from collections.abc import Mapping
from fractions import Fraction

from reasonloom.worlds.family import Family, Method, Params, Work
from reasonloom.worlds.spell import primes, quotient, times, total

BALLS = {1: 14, 2: 17, 3: 20}
"""The most balls in the bag, unless an earlier result says how many a colour has."""
LARGEST = 30


def draw(rng: random.Random, level: int, fixed: Mapping[int, int]) -> Params | None:
    counts = [rng.randint(1, 7 + level) for _ in range(rng.randint(2, 4))]
    for index, value in fixed.items():
        if not 1 <= value <= LARGEST:
            return None
        counts[index] = value
    if max(counts) < 2 or (not fixed and sum(counts) > BALLS[level]):
        return None
    return tuple(counts)


def chance(params: Params) -> Fraction:
    size = sum(params)
    return Fraction(sum(n * (n - 1) for n in params), size * (size - 1))


def lowest(top: int, bottom: int) -> Work:
    """Divide by one common prime after the other."""
    lines = []
    for p in primes(bottom):
        if top % p == 0:
            lines.append(f"{quotient(top, p)}, {quotient(bottom, p)}")
            top, bottom = top // p, bottom // p
    return lines, f"{top}/{bottom}"


def by_colours(params: Params) -> Work:
    """Ordered pairs, so that nothing is halved."""
    size, same = sum(params), [n * (n - 1) for n in params]
    rest, result = lowest(sum(same), size * (size - 1))
    return [
        f"{total(params)}, {times(size, size - 1)}",
        ", ".join(times(n, n - 1) for n in params),
        total(same),
        *rest,
    ], result


def by_complement(params: Params) -> Work:
    """Unordered pairs, so that two colours are one product."""
    size, mixed = sum(params), list(itertools.combinations(params, 2))
    whole, products = size * (size - 1) // 2, [a * b for a, b in mixed]
    like = whole - sum(products)
    rest, result = lowest(like, whole)
    return [
        f"{total(params)}, {times(size, size - 1)}, {quotient(2 * whole, 2)}",
        ", ".join(times(a, b) for a, b in mixed),
        *([total(products)] if len(products) > 1 else []),
        f"{whole} - {sum(products)} = {like}",
        *rest,
    ], result


FAMILY = Family(
    name="draw_probability",
    topic="probability",
    goal="the probability that two drawn balls match",
    slots=("balls",),
    links=(0, 1),
    draw=draw,
    answer=chance,
    nouns={
        "en": (
            "the probability that two balls drawn without replacement from a bag with {0} balls "
            "of different colours have the same colour",
            "the chance of two balls of one colour when two are drawn at once from {0} balls of "
            "different colours",
            "the probability of a matching pair when two marbles are taken from {0} marbles of "
            "different colours",
            "the probability that two socks taken at random from {0} socks of different colours"
            " match",
            "P(both of one colour) when two balls are drawn without replacement from {0} balls "
            "of different colours",
            "the probability of two equal colours in two draws without putting back from {0} "
            "balls of different colours",
        ),
        "ko": ("색깔별로 공이 {0}개 든 주머니에서 두 공을 동시에 꺼낼 때 두 공의 색이 같을 확률",),
    },
    stories={
        "en": (
            "A drawer holds {0} socks of different colours. Two are taken in the dark. "
            "What is the probability that they match?",
            "A jar holds {0} sweets of different flavours. Mia takes two without looking. "
            "What is the chance that both have the same flavour?",
            "I have {0} pens of different colours in my bag and pull out two at random. How "
            "likely is it that they have the same colour?",
            "A class has teams of {0} pupils. Two pupils are picked at random. Find the "
            "probability that they are from the same team.",
            "{who} mixes {0} cards of different suits and deals two of them. What is the "
            "probability that the suits are equal?",
            "Two marbles are drawn at once from a bag with {0} marbles, each number for another"
            " colour. What's the chance of a pair of one colour?",
            "A box holds {0} {things} of different kinds. {who} takes one, keeps it and takes "
            "another without looking. Give the probability that both are of the same kind.",
            "what's the probability of getting the same colour twice, without replacement, from"
            " an urn with {0} balls of different colours?",
        ),
    },
    methods=(
        Method("Disjoint cases", by_colours),
        Method("Complementary counting", by_complement),
    ),
    many=True,
    chains=False,
)
