"""The first unknown of a system of two linear equations."""

from __future__ import annotations

import random
from collections.abc import Mapping

from reasonloom.worlds.family import Family, Method, Params, Work
from reasonloom.worlds.spell import by_table, quotient, times

TOP = {1: 15, 2: 20, 3: 30}
FACTOR = {1: 5, 2: 6, 3: 8}


def draw(rng: random.Random, level: int, fixed: Mapping[int, int]) -> Params | None:
    """x + y = total and p x - q y = right, so that both methods stay in small whole numbers."""
    if not all(2 <= value <= 150 for value in fixed.values()):
        return None
    p, q = rng.randint(2, FACTOR[level]), rng.randint(2, FACTOR[level])
    tops = (fixed[0] - 1,) * 2 if 0 in fixed else (TOP[level],) * 2
    if 3 in fixed:
        found = suited(p, q, fixed[3], tops[0], fixed.get(0))
        if not found:
            return None
        x, y = rng.choice(found)
    else:
        x = rng.randint(1, tops[0])
        y = fixed[0] - x if 0 in fixed else rng.randint(1, tops[1])
    right = p * x - q * y
    return (x + y, p, q, right) if right >= 0 else (x + y, q, p, -right)


def suited(p: int, q: int, right: int, top: int, total: int | None) -> list[tuple[int, int]]:
    """The unknowns that a fixed right side allows, with a fixed total or not."""
    sums = [(right + q * y, y) for y in range(1, top + 1)]
    found = [(whole // p, y) for whole, y in sums if whole % p == 0]
    return [(x, y) for x, y in found if total in (None, x + y)]


def elimination(params: Params) -> Work:
    total, p, q, right = params
    scaled = q * total
    return [
        f"{q}x + {q}y = {times(q, total)}",
        f"{p}x + {q}x = {p + q}x",
        f"{right} + {scaled} = {right + scaled}",
        quotient(right + scaled, p + q, "x"),
    ], str((right + scaled) // (p + q))


def substitution(params: Params) -> Work:
    total, p, q, right = params
    scaled = q * total
    return [
        f"y = {total} - x",
        f"{p}x - {q}*{total} + {q}x = {right}",
        times(q, total),
        f"{p + q}x = {right} + {scaled} = {right + scaled}",
        quotient(right + scaled, p + q, "x"),
    ], str((right + scaled) // (p + q))


def tabulate(params: Params) -> Work:
    total, p, q, right = params
    lines, root = elimination(params)
    return [*lines[:3], *by_table(right + q * total, p + q), f"x = {root}"], root


FAMILY = Family(
    name="linear_system",
    topic="algebra",
    goal="an unknown of a linear system",
    slots=("total", "first factor", "second factor", "right side"),
    links=(0, 3),
    draw=draw,
    answer=lambda p: (p[3] + p[2] * p[0]) // (p[1] + p[2]),
    nouns={
        "en": (
            "the value of x in the system x + y = {0}, {1}x - {2}y = {3}",
            "x if x + y = {0} and {1}x - {2}y = {3}",
            "the x that solves x + y = {0} and {1}x - {2}y = {3}",
            "the first unknown of the system x + y = {0}, {1}x - {2}y = {3}",
            "the value of x where {1}x - {2}y = {3} and x + y = {0}",
            "the x-coordinate of the point where the lines x + y = {0} and {1}x - {2}y = {3} cross",
        ),
        "ko": ("연립방정식 x + y = {0}, {1}x - {2}y = {3}에서 x의 값",),
    },
    stories={
        "en": (
            "A quiz has {0} questions. A right answer earns {1} points and a wrong one costs {2}. "
            "Ben answers all of them and ends with {3} points. How many of his answers are right?",
            "A stall is open on {0} days. On a dry day it earns {1} dollars, on a wet day it loses "
            "{2} dollars. In the end it has made {3} dollars. How many days were dry?",
            "Solve x + y = {0}, {1}x - {2}y = {3} for x.",
            "Two numbers add up to {0}. {1} times the first is {3} more than {2} times the "
            "second. What is the first number?",
            "I played {0} rounds. Each was a win, which gave me {1} points, or a loss, which "
            "took {2} points away, and I finished with {3} points. How many rounds did I win?",
            "{who} gets {1} euros for every day with the chores done and pays {2} euros for "
            "every day without. After {0} days the jar, empty at first, holds {3} euros. On how "
            "many days were the chores done?",
            "If x and y make {0} together and {1}x - {2}y is {3}, what is x?",
            "A robot makes {0} moves. A move forward is {1} cm long, a move back {2} cm. In the "
            "end it stands {3} cm ahead of its start. How many moves were forward?",
            "x + y = {0}; {1}x - {2}y = {3}; x = ?",
            "Split {0} into two parts so that {1} times the first part minus {2} times the second "
            "part is {3}. What is the first part?",
            "In a spelling game of {0} words, each word spelled right is worth {1} points and "
            "each misspelled word takes off {2}. {who} tried every word and scored {3} in all. "
            "How many words did {who} spell correctly?",
            "A climber moves {0} times: each move is either {1} m up or {2} m down. At the end "
            "she is {3} m above where she began. How many of the moves were upward?",
            "There are {0} coins in a chest, each gold or cursed. A gold coin brings you {1} "
            "points and a cursed one takes {2} points from you. You must take the whole chest, "
            "and in the end you are {3} points up. Count the gold coins.",
            "Together {who} and {other} have {0} {things}. If you multiply {who}'s number of "
            "{things} by {1} and take away {2} times {other}'s number, {3} is what remains. How "
            "many {things} does {who} have?",
            "Determine the first coordinate of the pair (x, y) for which x + y = {0} and {1}x - "
            "{2}y = {3} hold simultaneously.",
            "Can you help me with {1}x - {2}y = {3} and x + y = {0}? I only need x.",
            "An experiment lasts {0} minutes. A bath warms by {1} degrees in every minute with "
            "the heater on and cools by {2} degrees in every minute with it off; from start to "
            "finish it gets {3} degrees warmer. For how many minutes was the heater on?",
            "We played {0} matches this season, none of them drawn. From a score of zero, a win "
            "gave us {1} points, a defeat cost us {2}, and we ended on {3}. How many did we win?",
            "Find x. Given: x and y sum to {0}, and {1} times x exceeds {2} times y by {3}.",
            "A class of {0} pupils keeps a fund. Every pupil who is on time earns it {1} cents, "
            "every latecomer costs it {2} cents, and today it grew by {3} cents. How many pupils "
            "were on time?",
            "A trader closes {0} deals. Every good deal makes {1} euros and every other deal "
            "loses {2} euros; the balance of them all is a gain of {3} euros. How many deals were "
            "good?",
            "A counter starts at zero. A program runs for {0} steps, and each step either adds "
            "{1} to the counter or subtracts {2} from it. The counter finally shows {3}. How many "
            "steps were additions?",
            "Two unknown numbers have the sum {0}. The first one multiplied by {1}, less the "
            "second one multiplied by {2}, leaves {3}. Name the first number.",
            "How many of my {0} plants flowered, if each one that flowered made me {1} dollars, "
            "each one that did not lost me {2} dollars, and I was {3} dollars up in the end?",
        ),
    },
    methods=(
        Method("Elimination of a variable", elimination),
        Method("Substitution of one variable", substitution),
        Method("Divide with a table of multiples", tabulate),
    ),
)
