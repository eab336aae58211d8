"""The sum of the first terms of a geometric sequence."""

from __future__ import annotations

import random
from collections.abc import Mapping

from reasonloom.worlds.family import Family, Method, Params, Work
from reasonloom.worlds.spell import powers, quotient, times, total

COUNT = {1: (3, 4), 2: (3, 6), 3: (4, 9)}
TOP = {1: 1200, 2: 2400, 3: 3000}
AFTER = 5000
"""The term after the last one stays below this, so that the formula's products stay small."""


def draw(rng: random.Random, level: int, fixed: Mapping[int, int]) -> Params | None:
    low, high = COUNT[level]
    counts = [fixed[2]] if 2 in fixed else range(low, high + 1)
    least = fixed.get(0, 1)
    shapes = [
        (ratio, count)
        for ratio in range(2, 10)
        for count in counts
        if 2 <= count <= 10 and 1 <= least <= most(ratio, count, level)
    ]
    if not shapes:
        return None
    ratio, count = rng.choice(shapes)
    return fixed.get(0, rng.randint(1, most(ratio, count, level))), ratio, count


def most(ratio: int, count: int, level: int) -> int:
    """The largest first term of this shape; 0 where even 1 is too large."""
    after: int = ratio**count
    return min(TOP[level] // sum_of((1, ratio, count)), AFTER // after)


def sum_of(params: Params) -> int:
    first, ratio, count = params
    after: int = first * ratio**count
    return (after - first) // (ratio - 1)


def formula(params: Params) -> Work:
    first, ratio, count = params
    after = first * ratio**count
    lines = [powers(ratio, count)]
    if first > 1:
        lines.append(times(ratio**count, first))
    lines += [f"{after} - {first} = {after - first}", f"{ratio} - 1 = {ratio - 1}"]
    if ratio > 2:
        lines.append(quotient(after - first, ratio - 1))
    return lines, str(sum_of(params))


def running(params: Params) -> Work:
    first, ratio, count = params
    terms = [first * ratio**i for i in range(count)]
    return [*(times(term, ratio) for term in terms[:-1]), total(terms)], str(sum(terms))


FAMILY = Family(
    name="geometric_sum",
    topic="sequences",
    goal="the sum of a geometric sequence",
    slots=("first term", "ratio", "count"),
    links=(0, 2),
    draw=draw,
    answer=sum_of,
    nouns={
        "en": (
            "the sum of the first {2} terms of the geometric sequence with first term {0} and "
            "common ratio {1}",
            "the sum of {2} terms of the sequence that starts at {0} and is multiplied by {1} "
            "each time",
            "the sum of the geometric series with first term {0}, ratio {1} and {2} terms",
            "the total of {2} terms of a geometric sequence that begins with {0} and has the "
            "ratio {1}",
            "the sum of a geometric progression of {2} terms with ratio {1} and first term {0}",
            "the partial sum of the first {2} terms of the geometric series with first term {0}"
            " and ratio {1}",
        ),
        "ko": ("첫째항이 {0}이고 공비가 {1}인 등비수열의 첫 {2}개 항의 합",),
    },
    stories={
        "en": (
            "A video is watched {0} times on day 1, and each day {1} times as often as the day "
            "before. How often is it watched in the first {2} days together?",
            "{who} collects {0} stickers in week 1 and in each further week {1} times as many as "
            "in the week before. How many stickers are collected after {2} weeks?",
            "I save {0} euros in the first month and then every month {1} times as much as in "
            "the month before. How many euros have I saved after {2} months?",
            "A geometric sequence starts with {0} and has ratio {1}. What is the sum of its "
            "first {2} terms?",
            "Add up the first {2} terms of the geometric sequence with first term {0} and "
            "common ratio {1}.",
            "There are {2} boxes. The first holds {0} {things}, and each further box {1} times "
            "as many as the one before. How many {things} are there in all?",
            "Every day {who} runs {1} times as far as the day before, starting with {0} metres."
            " How many metres is that in {2} days altogether?",
            "{who} tells a story to {0} people. Each of them tells it to {1} new people, and so"
            " on, until there are {2} rounds, the first included. How many people have heard it"
            " from someone?",
            "a = {0}, r = {1}, n = {2}. Sum of the geometric progression?",
            "Sum the geometric progression that opens with {0} and grows by the factor {1}, up "
            "to and including its {2}-th term.",
            "first term {0}, times {1} each step, {2} terms in all. total?",
            "In the first round of a quiz show you win {0} dollars, and each further round is "
            "worth {1} times the round before. You win all {2} rounds. How many dollars is that "
            "altogether?",
            "A virus infects the files of a computer: {0} in the first minute and in each later "
            "minute {1} times as many as in the minute before. How many files does it infect in "
            "the first {2} minutes?",
            "We put {0} g of rice on the first square of a strip and on each next square {1} "
            "times as much as on the square before. How many g of rice lie on the first {2} "
            "squares together?",
            "How much do the first {2} terms make together if a geometric sequence has the first "
            "term {0} and the common ratio {1}?",
            "A geometric progression consists of {2} terms with ratio {1} and first term {0}. "
            "Ascertain its total.",
            "I need the sum of {2} terms of a list that starts at {0} and goes on by multiplying "
            "by {1} each time. What is it?",
            "Start at {0}, multiply by {1} again and again, and stop as soon as you have {2} "
            "numbers, the start among them. Add all of them up. What is the result?",
            "A colony of bacteria gives off {0} mg of acid in the first hour and in each further "
            "hour {1} times as much as in the hour before. How many mg does it give off in the "
            "first {2} hours?",
            "A loop starts with x = {0} and total = zero. In each pass it adds x to total and "
            "then multiplies x by {1}. What is total after {2} passes?",
            "Evaluate the sum of {0} * {1}^j over j = zero, one and so on, with {2} summands in "
            "all.",
            "On our trip we drive {0} km on the first day and on every later day {1} times as "
            "far as on the day before. How many km are behind us after {2} days?",
            "The smallest doll of a set weighs {0} g, and each next larger one {1} times as much "
            "as the one before it. What is the weight, in g, of all {2} dolls of the set "
            "together?",
            "{who} learns new words: {0} on Monday and on every next day {1} times as many as on "
            "the day before. How many words is that in {2} days, Monday included?",
        ),
    },
    methods=(
        Method("Sum of a geometric series", formula),
        Method(
            "Add with a running total",
            running,
            lambda p: "too many growing terms to add singly" if p[2] > 5 else None,
        ),
    ),
)
