from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from reasonloom.evaluate.report.html import Html, join, raw, tag


class Reader(HTMLParser):
    """What a browser sees: elements, attribute values and text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.values: list[str | None] = []
        self.text = ""

    def handle_starttag(self, name: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(name)
        self.values += [value for _, value in attrs]

    def handle_data(self, data: str) -> None:
        self.text += data


def read(html: Html) -> Reader:
    reader = Reader()
    reader.feed(html)
    reader.close()
    return reader


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126)))
def test_whatever_text_says_it_stays_text(hostile: str) -> None:
    found = read(tag("p", hostile, title=hostile))
    assert found.tags == ["p"]
    assert found.values == [hostile]
    assert found.text == hostile


def test_only_what_was_built_here_is_markup() -> None:
    assert tag("p", tag("b", "1 < 2"), None, ["&", 3]) == "<p><b>1 &lt; 2</b>&amp;3</p>"
    assert join(["<", raw("<hr>")]) == "&lt;<hr>"


def test_attributes_are_named_as_in_html() -> None:
    made = tag("line", class_="a", stroke_width=1.50, x1=1 / 3, hidden=True, id=None, open=False)
    assert made == '<line class="a" stroke-width="1.5" x1="0.33" hidden></line>'
    assert tag("br") == "<br>"


def test_characters_that_no_page_may_hold_are_replaced() -> None:
    assert tag("p", "a\x00b\ud800c\x1b[0m\td") == "<p>a�b�c�[0m\td</p>"
