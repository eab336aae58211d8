import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from reasonloom.errors import TemplateError
from reasonloom.templates.yamltext import read


def test_each_value_has_its_line() -> None:
    doc = read("a: 1\nb:\n- x\n- y: 2\n", "f.yaml")
    assert doc.data == {"a": 1, "b": ["x", {"y": 2}]}
    assert [doc.line(p) for p in [("a",), ("b",), ("b", 1), ("b", 1, "y")]] == [1, 2, 4, 4]


def test_an_unknown_path_has_the_line_of_what_is_around_it() -> None:
    assert read("a:\n  b: 1\nc: 2\n", "f").line(("c", "d", 3)) == 3


def test_words_and_dates_stay_text() -> None:
    text = "a: no\nb: 2020-01-01\nc: on\nd: 1_000\ne: 0x10\nf: '3'\n"
    expected = {"a": "no", "b": "2020-01-01", "c": "on", "d": "1_000", "e": "0x10", "f": "3"}
    assert read(text, "f").data == expected


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("a: 1\nb: [1, 2\n", 3, "not valid YAML"),
        ("a: 1\nb: c: d\n", 2, "not valid YAML"),
        ("a: 1\na: 2\n", 2, "given twice"),
        ("a: &x [1]\nb: *x\n", 1, "anchors"),
        ("a: !!python/object:os.system x\n", 1, "tag"),
        ("a\n---\nb\n", 2, "second document"),
        ("? [a]\n: 1\n", 1, "key"),
        ("[" * 100_000, 1, "deeper"),
        ("- " * 100_000, 1, "deeper"),
    ],
)
def test_bad_yaml_is_refused_with_file_and_line(text: str, line: int, word: str) -> None:
    with pytest.raises(TemplateError) as caught:
        read(text, "bad.yaml")
    assert (caught.value.file, caught.value.line) == ("bad.yaml", line)
    assert word in str(caught.value)
    assert "\n" not in str(caught.value)


words = st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=20)
plain = st.recursive(
    st.none() | st.booleans() | st.integers() | words,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4),
    max_leaves=12,
)


@given(data=plain)
def test_what_a_dumper_writes_is_read_back(data: object) -> None:
    class Plain(yaml.SafeDumper):
        def ignore_aliases(self, data: object) -> bool:
            return True

    text = yaml.dump(data, Dumper=Plain, allow_unicode=True)
    assert read(text, "f").data == data


@given(text=st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        read(text, "f")
    except TemplateError as refused:
        assert refused.file == "f"
