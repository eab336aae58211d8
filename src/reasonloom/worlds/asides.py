"""Sentences that hold numbers and bear on no problem.

Half of them are never trained on, so that a test of distraction shows none that a model has seen.
They count no things and name no letter that a problem could ask for.
"""

from __future__ import annotations

import random
from collections.abc import Container

from reasonloom.worlds.fillers import fillers
from reasonloom.worlds.telling import lone_letters
from reasonloom.worlds.wording import mend

_TRAINED = {
    "en": (
        "The library was opened in {year}.",
        "{who} is {age} years old.",
        "It was {small} degrees outside this morning.",
        "The bridge across the river is {big} metres long.",
        "{who} lives at number {small} of this street.",
        "The old clock tower is {size} metres high.",
        "This page is number {big} of the book.",
        "The film lasted {size} minutes.",
        "Lunch is served until {hour} o'clock.",
        "The village has {big} inhabitants.",
        "The parcel weighs {small} kilograms.",
        "{who} has worked here for {small} years.",
        "The lecture is in room {big}.",
        "The train to the coast leaves from platform {small}.",
        "The mountain hut stands {big} metres above the sea.",
        "{who} and {other} have been neighbours for {small} years.",
        "The recipe calls for {big} grams of flour.",
        "The lake is {size} metres deep.",
        "The radio station can be heard at {size} megahertz.",
        "The meeting was put off by {small} days.",
        "{who} was born in {year}.",
        "The window is {size} centimetres wide.",
        "Let {letter} be {big}.",
        "Suppose {letter} is the sum of {small} and {size}.",
    ),
    "ko": (
        "도서관은 {year}년에 문을 열었다.",
        "오늘 아침 기온은 {small}도였다.",
        "강을 건너는 다리의 길이는 {big}미터이다.",
        "이 영화의 상영 시간은 {size}분이다.",
        "점심은 {hour}시까지 먹을 수 있다.",
        "마을에는 주민 {big}명이 산다.",
        "강의는 {big}호실에서 열린다.",
        "소포의 무게는 {small}킬로그램이다.",
        "그 시계탑의 높이는 {size}미터이다.",
        "회의가 {small}일 미루어졌다.",
        "호수의 깊이는 {size}미터이다.",
        "해안으로 가는 기차는 {small}번 승강장에서 떠난다.",
    ),
}
_HELD_OUT = {
    "en": (
        "The school choir was founded in {year}.",
        "{who} turned {age} last week.",
        "Yesterday the wind blew at {size} kilometres per hour.",
        "The tunnel under the hill took {small} years to build.",
        "The telephone number of the office ends in {big}.",
        "{who} ran the last race in {size} minutes.",
        "The painting hangs on floor {small} of the gallery.",
        "The oldest tree of the park is {big} years old.",
        "The shop closes at {hour} in the evening.",
        "The road to the castle climbs {big} metres.",
        "A night at the hotel costs {size} dollars.",
        "{who} sat in seat {small} on the plane.",
        "The flight to the island is number {big}.",
        "The stadium holds {big} spectators.",
        "The newest lift of the building carries {big} kilograms.",
        "{who} sent {other} a letter {small} days ago.",
        "The poem has {size} lines.",
        "The ferry needs {size} minutes for the crossing.",
        "In {year} the town hall was painted green.",
        "The oven was heated to {big} degrees.",
        "The garden wall is {size} centimetres thick.",
        "The museum shows maps from the year {year}.",
        "Someone wrote {letter} = {size} on the blackboard, which is not used here.",
        "Let {letter} denote the difference of {big} and {small}.",
    ),
    "ko": (
        "학교 합창단은 {year}년에 만들어졌다.",
        "어제 바람은 시속 {size}킬로미터로 불었다.",
        "언덕 아래 터널을 짓는 데 {small}년이 걸렸다.",
        "사무실 전화번호는 {big}번으로 끝난다.",
        "공원에서 가장 오래된 나무는 {big}살이다.",
        "가게는 저녁 {hour}시에 문을 닫는다.",
        "그 경기장에는 관중 {big}명이 들어간다.",
        "섬으로 가는 배는 {size}분이 걸린다.",
        "그 시는 모두 {size}행이다.",
        "시청은 {year}년에 새로 칠해졌다.",
        "오븐을 {big}도로 데웠다.",
        "정원 담의 두께는 {size}센티미터이다.",
    ),
}
_LETTERS = "bcdeghjkmnpqrstuvwyz"
_RANGES = {
    "small": (2, 30),
    "age": (6, 90),
    "hour": (2, 11),
    "size": (31, 99),
    "big": (100, 999),
    "year": (1801, 1999),
}


def stock(
    language: str, held_out: bool, avoid: Container[str] = (), people: bool = True
) -> list[str]:
    """The patterns of a language that show none of the letters to avoid, and people if wanted."""
    patterns = (_HELD_OUT if held_out else _TRAINED)[language]
    return [
        pattern
        for pattern in patterns
        if not any(letter in avoid for letter in lone_letters(pattern))
        and (people or "{who}" not in pattern)
    ]


def fill(pattern: str, rng: random.Random, avoid: Container[str] = ()) -> str:
    """A sentence with numbers, people and, where it names one, a letter not to be avoided."""
    numbers = {kind: rng.randint(*limits) for kind, limits in _RANGES.items()}
    free = [letter for letter in _LETTERS if letter not in avoid]
    return mend(pattern.format(**numbers, **fillers(rng), letter=rng.choice(free)))
