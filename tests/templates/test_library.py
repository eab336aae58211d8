from collections.abc import Callable
from pathlib import Path

import pytest

from reasonloom.errors import TemplateError
from reasonloom.templates.library import Library

Write = Callable[..., Path]

CHANGES = [
    ("  level: 2\n", "", 5, "`level` of 'Halve and double' is missing"),
    ("level: 2", "level: 9", 8, "whole number from 1 to 5"),
    ("level: 2", "level: two", 8, "whole number from 1 to 5"),
    ("level: 2", "levle: 2", 8, "did you mean 'level'"),
    ("tags: [sums, fractions]", "tags: sums", 7, "list of texts"),
    ("tags: [sums, fractions]", "tags: [sums]", 7, "give 2 to 5"),
    ("  - Double the other factor.\n  - Multiply the results.\n", "", 11, "give 3 to 9"),
    ("- Double the other factor.", "- ", 13, "entry 2 of `steps` is empty"),
    ("- Double the other factor.", "- '  '", 13, "entry 2 of `steps` is empty"),
    ("- Double the other factor.", "- Double: the other", 13, "found a map"),
    ("name: Halve and double", "name: 7", 6, "put it in quotes"),
    ("id: halve-and-double", "id: Halve and Double", 5, "write 'halve-and-double'"),
    ('answer: "560"', "answer: 560", 19, "put it in quotes"),
    ("{a: 16, b: 35}", "[16, 35]", 17, "map from names"),
    ("{a: 16, b: 35}", "{a: 16, b-c: 35}", 17, "no variable name"),
    ("{a: 16, b: 35}", "{a: 16, b: {c: 1}}", 17, "found a map"),
    ("kind: monty", "kind: python", 21, "monty, sympy or none"),
    ("kind: monty", "kind: none", 22, "takes `reason` and no `program`"),
    ("  example:\n", "  exampel:\n", 15, "did you mean 'example'"),
    ("templates:", "template:", 4, "did you mean 'templates'"),
]


@pytest.mark.parametrize(("old", "new", "line", "words"), CHANGES)
def test_a_wrong_field_is_one_sentence_with_file_and_line(
    write: Write, old: str, new: str, line: int, words: str
) -> None:
    folder = write((old, new))
    with pytest.raises(TemplateError) as caught:
        Library.load(folder)
    assert caught.value.file == str(folder / "lib.yaml")
    assert caught.value.line == line
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_a_list_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("- 1\n", "utf-8")
    with pytest.raises(
        TemplateError, match=r"a\.yaml:1: expected fields such as `templates: \.\.\.`"
    ):
        Library.load(tmp_path)


def test_missing_and_empty_folders_and_binary_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match="there is no template file or folder"):
        Library.load(tmp_path / "nowhere")
    with pytest.raises(TemplateError, match=r"holds no \.yaml file"):
        Library.load(tmp_path)
    (tmp_path / "a.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(TemplateError, match="not UTF-8"):
        Library.load(tmp_path)


def test_an_id_used_twice_names_both_places(write: Write) -> None:
    write()
    folder = write(("name: Halve and double", "name: Other"), name="more.yaml")
    with pytest.raises(
        TemplateError, match=r"more\.yaml:5: the id .* taken already in .*lib\.yaml:5"
    ):
        Library.load(folder)


def test_a_name_that_is_another_templates_id_is_refused(write: Write) -> None:
    write()
    folder = write(
        ("id: halve-and-double", "id: other"),
        ("Halve and double", "HALVE and double"),
        name="m.yaml",
    )
    with pytest.raises(TemplateError, match="the name 'HALVE and double' is taken"):
        Library.load(folder)


def test_a_template_answers_to_id_and_name_in_any_spelling(write: Write) -> None:
    library = Library.load(write())
    template = library.templates[0]
    for spelling in (
        "halve-and-double",
        "Halve and double",
        " HALVE AND DOUBLE. ",
        "halve and-double",
    ):
        assert library.get(spelling) is template
    assert library.get("halve") is None
    assert library.get("") is None


def test_file_defaults_give_way_to_a_templates_own_field(write: Write) -> None:
    folder = write(("  level: 2", "  level: 2\n  topic: own/topic"))
    template = Library.load(folder).templates[0]
    assert (template.topic, template.licence) == ("own/topic", "Apache-2.0")


def test_an_id_may_be_left_out(write: Write) -> None:
    folder = write(("- id: halve-and-double\n  name", "- name"))
    assert Library.load(folder).templates[0].id == "halve-and-double"


def test_the_version_follows_the_content_and_not_the_layout(write: Write, tmp_path: Path) -> None:
    one = Library.load(write()).version
    assert Library.load(write(("level: 2", "level:   2  # a comment"))).version == one
    assert Library.load(write(("level: 2", "level: 3"))).version != one


def test_a_vocabulary_beside_the_files_adds_tags(write: Write) -> None:
    folder = write(("[sums, fractions]", "[knots, fractions]"))
    (folder / "vocabulary.yaml").write_text("knots: [braids]\n", "utf-8")
    vocabulary = Library.load(folder).vocabulary
    assert vocabulary.normal("Braid") == "knots"
    assert vocabulary.normal("highest common factor") == "gcd"


def test_a_bad_vocabulary_names_its_line(write: Write) -> None:
    folder = write()
    (folder / "vocabulary.yaml").write_text("knots: []\nbraids: yes\n", "utf-8")
    with pytest.raises(TemplateError, match=r"vocabulary\.yaml:2: the tag 'braids' needs a list"):
        Library.load(folder)


def test_the_shipped_library_is_large_enough() -> None:
    assert len(Library.load()) >= 56


def test_the_templates_of_the_world_families_are_short_enough_for_a_small_model() -> None:
    library = Library.load()
    names = (
        "Euclidean algorithm; Common factors from prime factorisation;"
        " Least common multiple from the gcd; List multiples until one fits; Repeated squaring;"
        " Cycle of residues; Reduce the exponent by Fermat's little theorem; Long division;"
        " Subtract known multiples; Isolate the unknown; Collect like terms;"
        " General term of an arithmetic sequence; List the terms one by one;"
        " Pair the first and last terms; Add with a running total; Common denominator;"
        " Cross multiplication of fractions; Factor by sum and product; Quadratic formula;"
        " Elimination of a variable; Substitution of one variable; Horner's scheme;"
        " Substitute term by term; Count divisors from prime exponents; Pair the divisors;"
        " Quotient of falling factorials; Pascal's rule; Sum divided by count;"
        " Choose places kind by kind; Power rule term by term; Synthetic division twice;"
        " Antiderivative at both ends; Simpson's rule; Squares minus twice the dot product;"
        " Base times height; Enclosing rectangle minus corners;"
        " Deviation from an assumed mean; Repeated division by the base; Greedy place values;"
        " Chain the comparisons; Cross out who loses; Chain forward from the premises;"
        " Suppose and follow; Truth table by elimination;"
        " Split a factor by place value; Round a factor and correct; Order of operations;"
        " Distribute the bracket; Invert by the Euclidean algorithm;"
        " List the multiples modulo the modulus; List the candidates of the larger modulus"
    )
    for name in names.split("; "):
        template = library.get(name)
        assert template is not None and template.name == name
        assert len(template.tags) == 2
        assert 3 <= len(template.steps) <= 5
        assert all(len(step.split()) <= 12 for step in template.steps)


def test_the_documented_example_is_the_integral_by_trigonometric_substitution() -> None:
    template = Library.load().get("Trigonometric substitution")
    assert template is not None
    assert template.example.answer == "pi"
    assert "sqrt" not in " ".join(template.steps)
