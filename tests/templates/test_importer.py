import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reasonloom.errors import InputError
from reasonloom.templates import repair
from reasonloom.templates.importer import import_file, read_library
from reasonloom.templates.library import Library
from reasonloom.templates.lint import lint
from reasonloom.templates.writing import write_templates

STEPS = ["Step 1: Read p and q.", "2. Solve c = p*c + q", "", "- Shift by c.", "Step 4 - Undo it."]


def _object(name: str = "Shift to the fixed point", **changes: Any) -> dict[str, Any]:
    return {
        "template_name": name,
        "template_type": "Problem-Solving Method",
        "knowledge_tag": ["Recurrence Relation", "GCD", "Fixed Point Shifts"],
        "description": "Shift the sequence by its fixed point.",
        "application_scenario": "Closed form of an affine recurrence.",
        "reason_flow": STEPS,
        "example_application": "Problem: What is $a_3$ if $a_1 = 2$?\\nSolution: $a_2 \\neq 3$, so"
        " we go on.\\nIt is five.\\nAnswer: 5",
        **changes,
    }


PLANTED = {
    "Sequences": {
        "Recurrences 4.2": [
            _object(),
            _object(),
            _object(reason_flow=["Guess it", "Prove it", "Check it"]),
            _object("Blank", reason_flow=["", " "]),
            _object("", description="It has no name"),
            _object("Long", reason_flow=[f"Do thing {chr(97 + i)}" for i in range(12)]),
            _object("Short", reason_flow=["Find it. Use it. Check it."]),
        ],
        "Series": [
            _object("Shift to the fixed point", reason_flow=["Add", "Subtract", "Compare"]),
            _object(
                "Fold a map",
                example_application={
                    "example_problem": "What is 1 + 1?",
                    "solution_process": ["Add them.", "It is two."],
                    "final_result": 2,
                },
                application_scenario=["Sums", "Series"],
                knowledge_tag=["A b", "C d", "E f", "G h", "I j", "K l"],
            ),
            _object("No headings", example_application="What is 2 + 2? We add. So it is 4."),
            _object("Empty example", example_application={}),
            _object("Few tags", knowledge_tag=[]),
        ],
    }
}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "library.json"
    path.write_text(json.dumps(PLANTED), "utf-8")
    return path


@pytest.fixture
def imported(source: Path, tmp_path: Path) -> Library:
    import_file(source, tmp_path / "out")
    return Library.load(tmp_path / "out")


def _notes(name: str) -> str:
    done = read_library(PLANTED, "library.json")
    return " | ".join(r.what for r in done.repairs if r.template == name)


def test_every_usable_template_is_imported_under_a_name_of_its_own(imported: Library) -> None:
    names = sorted(t.name for t in imported)
    assert names == [
        "Few tags",
        "Fold a map",
        "Long",
        "No headings",
        "Shift to the fixed point",
        "Shift to the fixed point (Recurrences)",
        "Shift to the fixed point (Series)",
        "Short",
    ]


def test_duplicates_are_merged_when_equal_and_renamed_when_not() -> None:
    notes = _notes("Shift to the fixed point")
    assert notes.count("merged with its duplicate") == 1
    assert notes.count("renamed to") == 2


def test_steps_lose_numbering_and_blanks(imported: Library) -> None:
    template = imported.get("Shift to the fixed point")
    assert template is not None
    assert template.steps == ("Read p and q.", "Solve c = p*c + q", "Shift by c.", "Undo it.")
    assert "1 blank steps dropped" in _notes("Shift to the fixed point")


def test_too_many_steps_are_joined_and_too_few_are_split(imported: Library) -> None:
    long, short = imported.get("Long"), imported.get("Short")
    assert long is not None and short is not None
    assert len(long.steps) == 9
    assert "Do thing l" in " ".join(long.steps)
    assert short.steps == ("Find it.", "Use it.", "Check it.")


def test_what_cannot_be_repaired_is_left_out_and_said() -> None:
    assert "left out: it has fewer than three steps" in _notes("Blank")
    assert "left out: it has no name" in _notes("?")
    assert "left out: its example is empty" in _notes("Empty example")


def test_a_text_example_is_cut_at_its_headings_and_keeps_its_latex(imported: Library) -> None:
    template = imported.get("Shift to the fixed point")
    assert template is not None
    example = template.example
    assert example.problem == "What is $a_3$ if $a_1 = 2$?"
    assert example.solution == "$a_2 \\neq 3$, so we go on.\nIt is five."
    assert (example.answer, example.check.kind) == ("5", "none")


def test_a_map_example_is_folded(imported: Library) -> None:
    template = imported.get("Fold a map")
    assert template is not None
    example = template.example
    assert example.problem == "What is 1 + 1?"
    assert example.solution == "Add them.\nIt is two."
    assert example.answer == "2"
    assert template.scope == "Sums\nSeries"


def test_an_example_without_headings_ends_its_problem_at_the_question_mark(
    imported: Library,
) -> None:
    template = imported.get("No headings")
    assert template is not None
    assert template.example.problem == "What is 2 + 2?"
    assert template.example.answer == "it is 4."


def test_tags_take_the_vocabularys_spelling_and_new_ones_are_added_to_it(imported: Library) -> None:
    template = imported.get("Shift to the fixed point")
    assert template is not None
    assert template.tags == ("recurrences", "gcd", "fixed point shifts")
    assert "fixed point shifts" in imported.vocabulary
    few, many = imported.get("Few tags"), imported.get("Fold a map")
    assert few is not None and few.tags == ("series", "sequences")
    assert many is not None and len(many.tags) == 5


def test_titles_lose_textbook_numbering(imported: Library) -> None:
    template = imported.get("Shift to the fixed point")
    assert template is not None
    assert template.topic == "sequences/recurrences"
    assert "Recurrences 4.2" in template.provenance


def test_the_result_has_no_structural_finding(source: Path, tmp_path: Path) -> None:
    import_file(source, tmp_path / "out")
    rules = {f.rule for f in lint(tmp_path / "out")}
    assert rules <= {"similar-name", "similar-steps", "example-number"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[]", "holds a list"),
        ('{"a": []}', "chapter 'a' is a list"),
        ('{"a": {"b": {}}}', "section 'b' is no list"),
        ('{"a": {"b": [1]}}', "section 'b' is no list"),
        ("{", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ("{}", "holds no usable template"),
        (
            '{"a": {"b": [{"template_name": ' + "[" * 800 + "]" * 800 + "}]}}",
            "nested too deeply",
        ),
    ],
)
def test_a_file_in_another_layout_is_refused(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "x.json"
    path.write_text(text, "utf-8")
    with pytest.raises(InputError) as caught:
        import_file(path, tmp_path / "out")
    assert words in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_a_folder_in_use_is_not_written_to(source: Path, tmp_path: Path) -> None:
    import_file(source, tmp_path / "out")
    with pytest.raises(InputError, match="name a new folder"):
        import_file(source, tmp_path / "out")


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("a\\nb", "a\nb"),
        ("x \\neq y", "x \\neq y"),
        ("\\nabla f \\nu", "\\nabla f \\nu"),
        ("one\\nNext", "one\nNext"),
        ("\\\\n", "\\\\n"),
        ("tab\there", "tab here"),
        ("nul\x00 and \ud800", "nul and ?"),
        (None, ""),
        (["a", ["b", None]], "a\nb"),
        ({"first_key": 1}, "first key: 1"),
    ],
)
def test_text_is_repaired_without_harm_to_latex(raw: Any, expected: str) -> None:
    assert repair.text(raw) == expected


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=40),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4)
    ),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None)
@given(
    raw=st.fixed_dictionaries(
        {},
        optional=dict.fromkeys(
            ("knowledge_tag", "description", "reason_flow", "example_application"), json_values
        )
        | {"template_name": st.text(max_size=20)},
    )
)
def test_any_object_is_imported_or_left_out_with_a_reason(
    tmp_path_factory: pytest.TempPathFactory, raw: dict[str, Any]
) -> None:
    done = read_library({"Chapter": {"Section": [{**_object(), **raw}]}}, "f.json")
    if not done.templates:
        assert any("left out" in r.what for r in done.repairs)
        return
    folder = tmp_path_factory.mktemp("any")
    path = write_templates(folder / "a.yaml", done.templates)
    assert list(Library.load(path)) == done.templates
