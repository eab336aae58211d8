import pytest

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


@pytest.mark.xfail(strict=True, reason="frozen: nano's first weights are trained on this wording")
@pytest.mark.parametrize(
    ("rough", "right"),
    [
        ("12, 18의 최대공약수을 구하시오.", "12, 18의 최대공약수를 구하시오."),
        ("나머지은 얼마인가?", "나머지는 얼마인가?"),
        ("평균을 n라 하자.", "평균을 n이라 하자."),
    ],
)
def test_korean_particles_follow_the_word_before_them(rough: str, right: str) -> None:
    assert mend(rough) == right
