"""`reasonloom.solve` and its async twin."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import reasonloom
from reasonloom.errors import InputError, SpecError, TemplateError
from reasonloom.events import Call, Event
from reasonloom.models.scripted import Scripted

BOXED = "It is \\boxed{42}."


def test_solve_gives_answer_text_and_usage() -> None:
    solution = reasonloom.solve("6 times 7?", model=Scripted(BOXED), strategy="cot")
    assert solution.answer == "42"
    assert solution.usage is not None
    assert solution.usage.calls == 1
    assert solution.usage.tokens > 0


async def test_asolve_runs_in_a_loop_and_leaves_a_given_model_open() -> None:
    model = Scripted(BOXED)
    for _ in range(2):
        solution = await reasonloom.asolve("6 times 7?", model=model, strategy="direct")
        assert solution.answer == "42"
    assert model.calls == 2


def test_roles_go_to_their_own_models() -> None:
    navigator, reasoner = Scripted("no plan from me"), Scripted(BOXED)
    solution = reasonloom.solve("6 times 7?", navigator=navigator, reasoner=reasoner)
    assert solution.answer == "42"
    assert (navigator.calls, reasoner.calls) == (2, 1)


def test_the_listener_hears_every_event_and_the_trace_holds_them(tmp_path: Path) -> None:
    heard: list[Event] = []
    path = tmp_path / "trace.jsonl"
    reasonloom.solve(
        "6 times 7?", model=Scripted(BOXED), strategy="cot", listener=heard.append, trace=path
    )
    assert sum(isinstance(e, Call) for e in heard) == 1
    assert len(path.read_text().splitlines()) == len(heard)


def test_a_budget_may_be_text() -> None:
    solution = reasonloom.solve(
        "6 times 7?", model=Scripted(BOXED), strategy="cot", budget="calls=0"
    )
    assert (solution.answer, solution.stop_reason) == (None, "budget")


def test_a_cache_makes_the_second_run_free(tmp_path: Path) -> None:
    options: dict[str, Any] = {"strategy": "direct", "cache": tmp_path / "replies.db"}
    first = reasonloom.solve("What is 47 mod 5?", **options)
    again = reasonloom.solve("What is 47 mod 5?", **options)
    assert first.answer == again.answer
    assert first.usage is not None
    assert again.usage is not None
    assert (first.usage.calls, again.usage.calls) == (1, 0)


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"question": " "}, InputError),
        ({"strategy": "nothing"}, SpecError),
        ({"model": "nothing"}, SpecError),
        ({"budget": "tokens"}, InputError),
    ],
)
def test_what_cannot_be_used_is_a_usage_error(
    options: dict[str, Any], error: type[Exception]
) -> None:
    options = {"question": "q", **options}
    with pytest.raises(error):
        reasonloom.solve(options.pop("question"), **options)


def test_a_faulty_library_is_named_even_where_no_template_is_needed(tmp_path: Path) -> None:
    (tmp_path / "broken.yaml").write_text("templates: [")
    with pytest.raises(TemplateError, match=r"broken\.yaml"):
        reasonloom.solve("q", model=Scripted(BOXED), strategy="cot", library=tmp_path)
