from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasonloom.errors import TemplateError
from reasonloom.templates.lint import Finding, lint
from reasonloom.templates.rules import unbalanced

Write = Callable[..., Path]
STEP = "- Double the other factor."

PLANTED = [
    ("[sums, fractions]", "[sums, halving]", "unknown-tag", 7, "not in the vocabulary"),
    ("[sums, fractions]", "[sums, Fraction]", "unknown-tag", 7, "write 'fractions'"),
    ("[sums, fractions]", "[sums, sums]", "repeated-tag", 7, "twice"),
    ("topic: algebra/linear_equations", "topic: Linear equations", "bad-topic", 1, "no path"),
    (STEP, "- ", "malformed", 13, "entry 2 of `steps` is empty"),
    ("  level: 2\n", "", "malformed", 5, "missing"),
    (STEP, "- 'Step 2: Double the other factor.'", "numbered-step", 13, "numbered for you"),
    (STEP, "- 2. Double the other factor.", "numbered-step", 13, "numbered for you"),
    (STEP, "- (b) Double ($x + 1.", "unbalanced-maths", 13, "no partner"),
    (STEP, "- Double (the other factor.", "unbalanced-maths", 13, "never closed"),
    (STEP, "- Double the 35.", "example-number", 13, "the example's 35"),
    (STEP, "- Multiply to get 560.", "example-number", 13, "560"),
    ("a * b", "a + b", "check-failed", 20, "gives '51' and the answer is '560'"),
    ("a * b", "a * c", "check-failed", 20, "NameError"),
    ("a * b", "a *", "check-failed", 20, "syntax"),
    ("a * b", "28 * 20", "check-ignores-params", 20, "none of the example's params"),
    ("a * b", "560 if a else b", "check-holds-answer", 20, "the answer '560' itself"),
]


@pytest.mark.parametrize(("old", "new", "rule", "line", "words"), PLANTED)
def test_a_planted_fault_is_found_with_its_line(
    write: Write, old: str, new: str, rule: str, line: int, words: str
) -> None:
    folder = write((old, new))
    findings = [f for f in lint(folder) if f.rule == rule]
    assert len(findings) == 1
    assert (findings[0].file, findings[0].line) == (str(folder / "lib.yaml"), line)
    assert words in findings[0].message


def test_the_sound_template_has_no_finding(write: Write) -> None:
    assert lint(write()) == []


OTHER_STEPS = ("- Halve the even factor.", "- Take half of what is even.")
TWINS = [
    ((), {"duplicate-id", "duplicate-name", "similar-steps"}),
    ((("id: halve-and-double", "id: b"),), {"duplicate-name", "similar-steps"}),
    ((("name: Halve and double", "name: Russian product"),), {"duplicate-id", "similar-steps"}),
    (
        (("- id: halve-and-double", "- id: b"), ("Halve and double", "Halving and doubling")),
        {"similar-name", "similar-steps"},
    ),
    (
        (
            ("- id: halve-and-double", "- id: b"),
            ("Halve and double", "Russian product"),
            ("Halve the even factor.", "Write both numbers side by side."),
            ("Double the other factor.", "Strike out rows that start even."),
            ("Multiply the results.", "Add what remains on the right."),
        ),
        set(),
    ),
]


@pytest.mark.parametrize(("changes", "rules"), TWINS)
def test_a_repeated_template_is_found_however_it_is_disguised(
    write: Write, changes: tuple[tuple[str, str], ...], rules: set[str]
) -> None:
    write()
    findings = lint(write(*changes, name="more.yaml"))
    assert {f.rule for f in findings} == rules
    assert all(f.file.endswith("more.yaml") and "lib.yaml:5" in f.message for f in findings)


def test_every_fault_of_every_file_is_reported_at_once(write: Write) -> None:
    write(("level: 2", "level: 7"))
    (write(name="z.yaml") / "y.yaml").write_text("templates: [\n", "utf-8")
    findings = lint(write((STEP, "- Double the 35."), name="x.yaml"))
    rules = [(Path(f.file).name, f.rule) for f in findings]
    assert ("lib.yaml", "malformed") in rules
    assert ("y.yaml", "malformed") in rules
    assert ("x.yaml", "example-number") in rules


def test_checks_can_be_left_out(write: Write) -> None:
    assert lint(write(("a * b", "a + b")), run_checks=False) == []


def test_a_path_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(TemplateError):
        lint(tmp_path / "nowhere")


def test_a_finding_prints_as_file_line_rule_and_message() -> None:
    assert str(Finding("a.yaml", 3, "bad-topic", "no path")) == "a.yaml:3: bad-topic: no path"


def test_the_shipped_library_lints_clean_with_all_checks_run() -> None:
    assert [str(finding) for finding in lint()] == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("$x$ and $y$", ""),
        (r"costs \$5", ""),
        ("the interval [0, 2)", ""),
        (r"\(x\) and \[y\]", ""),
        ("f(x", "a bracket is never closed"),
        ("f x)", "a ) closes nothing"),
        ("{x)", "a ) closes nothing"),
        ("$x", "a $ has no partner"),
        (r"\(x", r"\( and \) do not pair up"),
    ],
)
def test_unbalanced_maths_is_named(text: str, fault: str) -> None:
    assert unbalanced(text) == fault


@given(text=st.text(alphabet="([{a", max_size=12))
def test_a_text_and_its_mirror_are_balanced(text: str) -> None:
    closing = {"(": ")", "[": "]", "{": "}"}
    mirror = "".join(closing.get(c, c) for c in reversed(text))
    assert unbalanced(text + mirror) == ""
