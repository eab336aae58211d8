from __future__ import annotations

import inspect

import pytest

from reasonloom import errors


def drawn() -> dict[str, str]:
    """Class name to the parent that stands above it in the drawing of the module's docstring."""
    parents: list[str] = []
    found = {}
    for line in (errors.__doc__ or "").splitlines():
        mark = max(line.find("├── "), line.find("└── "))
        if mark < 0 and not line.startswith("    LoomError"):
            continue
        depth = 0 if mark < 0 else (mark - 4) // 4 + 1
        name = line[mark + 4 if mark >= 0 else 0 :].split()[0]
        parents[depth:] = [name]
        if depth:
            found[name] = parents[depth - 1]
    return found


def test_the_tree_in_the_docstring_is_the_tree_in_the_code() -> None:
    real = {
        name: cls.__mro__[1].__name__
        for name, cls in inspect.getmembers(errors, inspect.isclass)
        if cls is not errors.LoomError
    }
    assert drawn() == real


@pytest.mark.parametrize(
    ("error", "code"),
    [(errors.SpecError("x"), 2), (errors.ContextMisuse("x"), 2), (errors.TimedOut("x"), 1)],
)
def test_usage_errors_end_with_2_and_others_with_1(error: errors.LoomError, code: int) -> None:
    assert error.exit_code == code


@pytest.mark.parametrize(
    ("where", "said"),
    [(("a.yaml", 7), "a.yaml:7: bad"), (("a.yaml", None), "a.yaml: bad"), ((None, None), "bad")],
)
def test_a_template_error_names_its_place(where: tuple[str | None, int | None], said: str) -> None:
    assert str(errors.TemplateError("bad", *where)) == said


def test_a_rate_limit_says_how_long_to_wait() -> None:
    assert errors.RateLimited("slow down", 2.5).retry_after == 2.5
    assert errors.ServerFailed("busy").retry_after is None


def test_a_failure_counts_one_attempt_unless_told() -> None:
    failure = errors.TimedOut("no reply")
    assert failure.attempts == 1
    failure.attempts = 4
    assert (failure.attempts, errors.TimedOut("again").attempts) == (4, 1)
