from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasonloom.errors import SpecError
from reasonloom.spec import MAX_DEPTH, MAX_LENGTH, Spec, build, parse, unknown


@pytest.mark.parametrize(
    ("text", "spec"),
    [
        ("cot", Spec("cot")),
        (" nano ", Spec("nano")),
        ("cot()", Spec("cot")),
        (
            "self_consistency(n=8, over=cot)",
            Spec("self_consistency", {"n": 8, "over": Spec("cot")}),
        ),
        ("world:composite(depth=4)", Spec("composite", {"depth": 4}, "world")),
        ("openai:m@http://h:1/v1", Spec("m", {}, "openai", "http://h:1/v1")),
        ("openai:a@b@https://h/v1", Spec("a@b", {}, "openai", "https://h/v1")),
        ("openai:gpt", Spec("gpt", {}, "openai")),
        ("local:/my models/a, b", Spec("local", {}, "local", "/my models/a, b")),
        ("local:org/name", Spec("local", {}, "local", "org/name")),
    ],
)
def test_a_spec_is_read(text: str, spec: Spec) -> None:
    assert parse(text) == spec
    assert dict(parse(text).args) == dict(spec.args)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3", 3),
        ("-2", -2),
        ("0.5", 0.5),
        (".5", 0.5),
        ("1e-3", 0.001),
        ("true", True),
        ("False", False),
        ("none", None),
        ("'it''", SpecError),
        ('"a, b"', "a, b"),
        (r'"line\nnext \"x\" \\ \t"', 'line\nnext "x" \\ \t'),
        ("[1, [2], x,]", (1, (2,), Spec("x"))),
        ("[]", ()),
        ("openai:m@http://h/v1", Spec("m", {}, "openai", "http://h/v1")),
        ('local:"a b"', Spec("local", {}, "local", "a b")),
        ("1e999", SpecError),
        ("1.2.3", SpecError),
        ("8b", SpecError),
        ("", SpecError),
    ],
)
def test_a_value_is_read(text: str, value: Any) -> None:
    if value is SpecError:
        with pytest.raises(SpecError):
            parse(f"a(x={text})")
    else:
        assert parse(f"a(x={text})").args["x"] == value
        assert type(parse(f"a(x={text})").args["x"]) is type(value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("cot(", "at the end: expected key=value"),
        ("cot(n=8", "at the end: expected , or"),
        ("cot(n)", "expected = after 'n'"),
        ("cot(n=1, n=2)", "'n' is given twice"),
        ("cot(n=1) x", "at 'x': expected nothing more"),
        ("cot(n=[1", "expected , or ]"),
        ("(n=1)", "expected a name"),
        ("cot(n=%)", "at '%[)]'"),
        ("openai:", "openai:MODEL@http"),
        ("openai:@http://h/v1", "names no model"),
        ("local:", "local:PATH"),
        ("a" * (MAX_LENGTH + 1), "4,001 characters"),
        ("a(x=" * 40 + "1" + ")" * 40, f"deeper than {MAX_DEPTH}"),
        ("a(x=" + "[" * 40 + "]" * 40 + ")", f"deeper than {MAX_DEPTH}"),
    ],
)
def test_a_spec_that_cannot_be_read_says_where(text: str, said: str) -> None:
    with pytest.raises(SpecError, match=said):
        parse(text)


words = st.from_regex(r"[A-Za-z_][\w.\-]{0,8}", fullmatch=True)
names = words.filter(lambda w: w.lower() not in ("true", "false", "none"))
schemes = names.filter(lambda w: w not in ("openai", "local"))
addresses = st.text(min_size=1, max_size=20).filter(lambda t: t == t.strip())
urls = addresses.map(lambda t: "http://" + t.replace("@http", ""))
models = addresses.filter(lambda t: "@http" not in t)
locations = st.builds(lambda path: Spec("local", {}, "local", path), addresses) | st.builds(
    lambda name, url: Spec(name, {}, "openai", url), models, st.none() | urls
)
plain = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
)


def nest(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    lists = st.lists(values, max_size=3).map(tuple)
    return lists | st.builds(
        Spec, names, st.dictionaries(words, values, max_size=3), st.none() | schemes
    )


values = st.recursive(plain | locations, nest, max_leaves=8)
specs = locations | st.builds(
    Spec, names, st.dictionaries(words, values, max_size=3), st.none() | schemes
)


@given(specs)
def test_a_spec_parses_back_from_what_it_prints(spec: Spec) -> None:
    assert parse(str(spec)) == spec


@given(st.text(max_size=60) | st.text("a(x=[1,]). :\"'\\-e@http", max_size=30))
def test_any_text_parses_or_fails_with_a_sentence(text: str) -> None:
    with contextlib.suppress(SpecError):
        assert parse(str(parse(text))) == parse(text)


@dataclass(frozen=True)
class Vote:
    n: int
    over: Spec | None = None
    rate: float = 0.5
    how: Literal["plurality", "mean"] = "plurality"
    stop: tuple[str, ...] = ()
    span: tuple[int, float] = (1, 2.0)
    label: str = ""
    early: bool = True
    shares: Sequence[float] | None = None

    def __post_init__(self) -> None:
        if self.n < 1:
            raise ValueError(f"n={self.n}: give 1 or more")


def test_arguments_become_fields_of_the_right_type() -> None:
    text = (
        'vote(n=3, over=cot(k=1), rate=1, how=mean, stop=["a", b], span=[4, 5], label=cot,'
        " early=false, shares=[1.5])"
    )
    made = build(Vote, parse(text))
    assert made == Vote(
        3, Spec("cot", {"k": 1}), 1.0, "mean", ("a", "b"), (4, 5.0), "cot", False, (1.5,)
    )
    assert type(made.rate) is type(made.span[1]) is float


def test_what_the_caller_has_built_takes_the_place_of_the_spec() -> None:
    assert build(Vote, parse("vote(n=3, over=cot)"), over=Spec("built")).over == Spec("built")
    assert build(Vote, parse("vote"), n=4).n == 4


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("vote(n=1, over=none, ratte=2)", "did you mean 'rate'"),
        ("vote", "vote needs n: write vote"),
        ("vote(n=true)", "n takes a whole number"),
        ("vote(n=1.5)", "n takes a whole number"),
        ('vote(n=1, rate="x")', "rate takes a number"),
        ("vote(n=1, rate=true)", "rate takes a number"),
        ("vote(n=1, how=median)", "how takes one of plurality, mean"),
        ("vote(n=1, early=1)", "early takes true or false"),
        ("vote(n=1, label=3)", "label takes text"),
        ("vote(n=1, stop=[1])", "stop takes a .list. of text"),
        ("vote(n=1, span=[1])", "span takes a .list. of a whole number, a number"),
        ("vote(n=0)", "n=0: give 1 or more"),
    ],
)
def test_an_argument_that_does_not_fit_is_named(text: str, said: str) -> None:
    with pytest.raises(SpecError, match=said):
        build(Vote, parse(text))


def test_an_unknown_name_is_met_with_the_nearest_one() -> None:
    said = unknown("strategy", "reasonflix", ["cot", "reasonflux"])
    assert said == (
        "unknown strategy 'reasonflix': did you mean 'reasonflux'? known: cot, reasonflux"
    )
    assert unknown("model", "zzz", [], "of x") == "unknown model 'zzz' of x: known: none"
