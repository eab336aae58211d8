import random

import pytest

from reasonloom.worlds.families import FAMILIES
from reasonloom.worlds.wording import mend


@pytest.mark.parametrize(
    ("rough", "right"),
    [
        ("the 1-th term", "the 1st term"),
        ("the 2-th term", "the 2nd term"),
        ("the 3-th term", "the 3rd term"),
        ("the 4-th term", "the 4th term"),
        ("the 10-th term", "the 10th term"),
        ("the 11-th term", "the 11th term"),
        ("the 12-th term", "the 12th term"),
        ("the 13-th term", "the 13th term"),
        ("the 21-th term", "the 21st term"),
        ("the 112-th term", "the 112th term"),
        ("the 122-th term", "the 122nd term"),
        ("the a-th term", "the a-th term"),
    ],
)
def test_ordinals_end_as_they_are_spoken(rough: str, right: str) -> None:
    assert mend(rough) == right


@pytest.mark.parametrize(
    ("rough", "right"),
    [
        ("10을 3로 나눈 나머지", "10을 3으로 나눈 나머지"),
        ("12을 4로 나눈 나머지", "12를 4로 나눈 나머지"),
        ("15을 7로 나눈 나머지", "15를 7로 나눈 나머지"),
        ("11을 8로 나눈 나머지", "11을 8로 나눈 나머지"),
        ("20을 6로 나눈 나머지", "20을 6으로 나눈 나머지"),
        ("19을 10로 나눈 나머지", "19를 10으로 나눈 나머지"),
        ("첫째항이 3이고 공차가 2이다", "첫째항이 3이고 공차가 2이다"),
        ("첫째항이 4이고 공차가", "첫째항이 4고 공차가"),
        ("a을 5로 나눈", "a를 5로 나눈"),
        ("m을 r로 나눈", "m을 r로 나눈"),
        ("b을 n로 나눈", "b를 n으로 나눈"),
        ("a는 7이다.", "a는 7이다."),
        ("n는 7이다.", "n은 7이다."),
        ("x을 구하시오.", "x를 구하시오."),
        ("제5항을 구하시오.", "제5항을 구하시오."),
    ],
)
def test_korean_particles_follow_how_the_number_is_read(rough: str, right: str) -> None:
    assert mend(rough) == right


@pytest.mark.parametrize(
    ("rough", "right"),
    [
        ("12, 18의 최대공약수을 구하시오.", "12, 18의 최대공약수를 구하시오."),
        ("나머지은 얼마인가?", "나머지는 얼마인가?"),
        ("평균은 얼마인가?", "평균은 얼마인가?"),
        ("평균을 n라 하자.", "평균을 n이라 하자."),
        ("평균을 a라 하자.", "평균을 a라 하자."),
        ("곱는 12이다.", "곱은 12이다."),
        ("개수이 12이다.", "개수가 12이다."),
        ("합가 12이다.", "합이 12이다."),
        ("제곱와 확률와 나머지과", "제곱과 확률과 나머지와"),
        ("진법로, 분수으로, 확률으로", "진법으로, 분수로, 확률로"),
        ("이름이 소라이고 값이 셋고", "이름이 소라고 값이 셋이고"),
    ],
)
def test_korean_particles_follow_the_word_before_them(rough: str, right: str) -> None:
    assert mend(rough) == right


@pytest.mark.parametrize(
    "text",
    [
        "3으로 나누면 2가 남고 5로 나누면 3이 남는 가장 작은 자연수",
        "사탕 7개를 한 봉지에 2개씩 담으면 몇 개가 남는가?",
        "지호는 기사인가, 건달인가?",
        "두 점 사이 거리, 나이 차이 그리고 마을 사람은 서로 같은 수이다.",
        "가장 많은 사람과 둘째로 적은 사람",
        "있는 것은 크고 없는 것은 작고",
    ],
)
def test_what_only_looks_like_a_particle_stays(text: str) -> None:
    assert mend(text) == text


@pytest.mark.parametrize(
    ("phrase", "told"),
    [
        ("{0}을 구하시오.", "12, 18의 최대공약수를 구하시오."),
        ("{0}은 얼마인가?", "12, 18의 최대공약수는 얼마인가?"),
    ],
)
def test_a_question_of_a_family_takes_the_right_particle(phrase: str, told: str) -> None:
    noun = FAMILIES["gcd"].noun(["12", "18"], random.Random(0), "ko")
    assert mend(phrase.format(noun)) == told
