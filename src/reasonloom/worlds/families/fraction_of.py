"""A fraction of a whole number, where it comes to a whole number."""

from __future__ import annotations

import random
from collections.abc import Mapping

from reasonloom.worlds.family import Family, Method, Params, Work
from reasonloom.worlds.spell import quotient, times

BOTTOM = {1: 8, 2: 10, 3: 12}
TOP = {1: 200, 2: 350, 3: 500}
PRODUCT = 3000


def draw(rng: random.Random, level: int, fixed: Mapping[int, int]) -> Params | None:
    number = fixed.get(2, rng.randint(4, TOP[level]))
    if not 1 <= number <= 999:
        return None
    tops = [fixed[0]] if 0 in fixed else range(1, BOTTOM[level] + 5)
    drawn = [
        (top, bottom, number)
        for bottom in range(2, BOTTOM[level] + 1)
        for top in tops
        if top % bottom and top * number % bottom == 0 and top * number <= PRODUCT
    ]
    return rng.choice(drawn) if drawn else None


def divide_first(params: Params) -> Work:
    top, bottom, number = params
    part = number // bottom
    lines = [quotient(number, bottom)]
    return [*lines, *([times(part, top)] if top > 1 else [])], str(part * top)


def multiply_first(params: Params) -> Work:
    top, bottom, number = params
    lines = [times(number, top)] if top > 1 else []
    return [*lines, quotient(number * top, bottom)], str(number * top // bottom)


def no_whole_part(params: Params) -> str | None:
    _, bottom, number = params
    return f"{bottom} does not divide {number}" if number % bottom else None


FAMILY = Family(
    name="fraction_of",
    topic="arithmetic",
    goal="a fraction of a number",
    slots=("numerator", "denominator", "number"),
    links=(0, 2),
    draw=draw,
    answer=lambda p: p[0] * p[2] // p[1],
    nouns={
        "en": (
            "{0}/{1} of {2}",
            "the number that is {0}/{1} of {2}",
            "the fraction {0}/{1} of {2}",
            "{0}/{1} times {2}",
            "the result of taking {0}/{1} of {2}",
            "the value of {0}/{1} of {2}",
        ),
        "ko": ("{2}의 {0}/{1}",),
    },
    stories={
        "en": (
            "A recipe needs {2} g of flour. Eva bakes {0}/{1} of the recipe. How many g of flour "
            "does she need?",
            "A walk of {2} minutes is planned, but Ali takes {0}/{1} of that time. How many "
            "minutes does he walk?",
            "What is {0}/{1} of {2}?",
            "I have {2} euros, and a {thing} costs {0}/{1} of that. How many euros does the "
            "{thing} cost?",
            "{who} has {2} {things}. {other} has {0}/{1} as many. How many {things} does "
            "{other} have?",
            "Work out {0}/{1} of {2}.",
            "how many minutes are {0}/{1} of {2} minutes?",
            "Scale {2} by the factor {0}/{1}.",
            "{0}/{1} * {2} = ?",
            "{0}/{1} of {2} g, how many g?",
            "The number of visitors to the {place} this year is {0}/{1} of last year's, which "
            "was {2}. How many visitors came this year?",
            "A picture is printed anew at {0}/{1} of its old width, which was {2} mm. How wide "
            "is the new print, in mm?",
            "We have {2} euros, and our neighbours have {0}/{1} of that. How many euros do they "
            "have?",
            "The cake needs {2} g of sugar according to the book, but grandma takes {0}/{1} of "
            "that amount. How many g of sugar does she take?",
            "A walk of {2} minutes by day takes {0}/{1} times as long in the dark. How many "
            "minutes does it take in the dark?",
            "Which integer amounts to {0}/{1} of {2}?",
            "What number does the program print for Fraction({0}, {1}) * {2}?",
            "How many km do you get with {0}/{1} tanks of petrol if one tank lasts for {2} km?",
            "A wheel turns {0}/{1} times for each turn of the pedals. How often does it turn "
            "while the pedals turn {2} times?",
            "y is {0}/{1} times x, and x = {2}. What is y?",
            "One pound buys {0}/{1} dollars today. {who} changes {2} pounds. How many dollars is "
            "that?",
            "What must be divided by {0}/{1} so that {2} comes out?",
            "Our team scored {0}/{1} as many points as our rivals, and they scored {2}. How many "
            "points did we score?",
            "On holidays I am paid {0}/{1} of my normal wage, which is {2} dollars a day. How "
            "many dollars do I get for a day's work on a holiday?",
        ),
    },
    methods=(
        Method("Divide by the denominator first", divide_first, no_whole_part),
        Method("Multiply by the numerator first", multiply_first),
    ),
)
