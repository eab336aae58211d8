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
            "{0} balls of different colours, two drawn without replacement: P(same colour)?",
            "A fruit bowl holds {0} fruits of different kinds. I grab two with my eyes closed. "
            "How likely am I to get two of a kind?",
            "{who} and {other} each take one hat, without looking, from a box with {0} hats of "
            "different colours. What is the probability that the two hats have the same colour?",
            "A shuffled playlist has {0} songs by different singers and repeats none. What is "
            "the chance that the first two songs are by one singer?",
            "Two of our servers fail, any two with the same probability. The data centres have "
            "{0} servers. What is the probability that both failed in one data centre?",
            "From a pouch in which the different letters occur {0} times you pull two tiles at "
            "random. Find the probability of two equal letters.",
            "A biologist nets two fish at random from a pond with {0} fish of different species. "
            "What's the probability that both belong to the same species?",
            "Determine the probability that two distinct elements, chosen uniformly from a set "
            "with blocks of the sizes {0}, lie in one block.",
            "two tokens out of {0} tokens of different colours, no putting back, what's the "
            "chance they match?",
            "The parties got {0} votes. We check two different votes at random. How probable is "
            "it that both went to the same party?",
            "Guests from several countries come to the {place}, {0} from each. Two of them are "
            "chosen by lot. Work out the chance that they come from the same country.",
            "If you take two sweets at random from a tin with {0} sweets of different flavours, "
            "with what probability do they taste the same?",
            "{who} buys {0} bulbs of different flowers, mixes them up and plants just two. What "
            "is the probability that the same flower grows from both?",
            "How likely is it that two coins that fall out of my purse are of equal value, if it "
            "holds {0} coins of different values and each is as likely to fall?",
            "The departments of a firm have {0} people. Two people win a prize in a fair raffle, "
            "nobody twice. Give the probability that the winners share a department.",
            "We pick a pair of {things} blindly out of {0} {things} of different brands. As a "
            "fraction, what is the probability that the brands agree?",
        ),
    },
    methods=(
        Method("Disjoint cases", by_colours),
        Method("Complementary counting", by_complement),
    ),
    many=True,
    chains=False,
)
