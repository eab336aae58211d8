"""Worked examples for few-shot prompts, written for this package: no benchmark holds them."""

from __future__ import annotations

from typing import NamedTuple


class Shot(NamedTuple):
    problem: str
    work: str
    answer: str


SHOTS = (
    Shot(
        "A shelf holds 14 jars. Mina adds 9 jars and then takes 5 away. How many are there now?",
        "After adding there are 14 + 9 = 23 jars. After taking some away, 23 - 5 = 18.",
        "18",
    ),
    Shot(
        "Tickets cost 7 coins each and a guide costs 4 coins. What do 6 tickets and a guide cost?",
        "Six tickets cost 6*7 = 42 coins. With the guide that makes 42 + 4 = 46.",
        "46",
    ),
    Shot(
        "A rope of 60 m is cut into 5 equal parts, and one part is halved. How long is a half?",
        "One part is 60/5 = 12 m long. Half of it is 12/2 = 6 m.",
        "6",
    ),
    Shot(
        "What is the remainder when 58 + 27 is divided by 9?",
        "58 + 27 = 85. Since 9*9 = 81, the remainder is 85 - 81 = 4.",
        "4",
    ),
    Shot(
        "Solve 3x - 8 = 19 for x.",
        "Adding 8 gives 3x = 19 + 8 = 27. Dividing by 3 gives x = 27/3 = 9.",
        "9",
    ),
    Shot(
        "Of 40 seats three quarters are taken, and then 6 people leave. How many seats are taken?",
        "Three quarters of 40 are 3*10 = 30. After 6 people leave, 30 - 6 = 24 are taken.",
        "24",
    ),
    Shot(
        "A die is thrown once. What is the probability of a number greater than 4?",
        "The numbers greater than 4 are 5 and 6, so 2 of 6 cases count. 2/6 = 1/3.",
        "1/3",
    ),
    Shot(
        "A rectangle has sides of 8 and 15. How long is its diagonal?",
        "By Pythagoras the square of the diagonal is 8*8 + 15*15 = 64 + 225 = 289 = 17*17.",
        "17",
    ),
)
