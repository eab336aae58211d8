from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from reasonloom.models.local.stream import TextStream


def stream(bpe: Any, prompt: str) -> TextStream:
    return TextStream(bpe.decode, bpe.encode(prompt).ids)


def test_a_space_between_prompt_and_reply_stays(bpe: Any) -> None:
    out = stream(bpe, "let a be")
    assert out.push(bpe.encode(" the sum").ids) == " the sum"


def test_a_character_comes_when_its_bytes_are_complete(bpe: Any) -> None:
    out = stream(bpe, "let")
    ids = bpe.encode("정답").ids
    assert [out.push([id_]) for id_ in ids] == ["", "", "정", "", "", "답"]
    assert out.end() == ""


def test_an_unfinished_character_is_marked_at_the_end(bpe: Any) -> None:
    out = stream(bpe, "let")
    first = bpe.encode("정").ids[0]
    assert out.push([first]) == ""
    assert out.end() == "\ufffd"


def test_bytes_that_never_make_a_character_do_not_hold_the_text_back(bpe: Any) -> None:
    out = stream(bpe, "let")
    bad = bpe.token_to_id("<0xFF>")
    text = "".join(out.push([id_]) for id_ in [bad] * 6 + bpe.encode(" sum").ids)
    assert text + out.end() == "\ufffd" * 6 + " sum"


def test_a_reply_completes_a_character_that_the_prompt_began(bpe: Any) -> None:
    ids = bpe.encode("정답은 정답").ids
    out = TextStream(bpe.decode, ids[:-2])
    assert [out.push([id_]) for id_ in ids[-2:]] == ["", "답"]


@given(st.text(min_size=1, max_size=30), st.text(max_size=30))
def test_pieces_join_to_the_text_of_all_tokens(bpe: Any, prompt: str, reply: str) -> None:
    before, ids = bpe.encode(prompt).ids, bpe.encode(reply).ids
    out = TextStream(bpe.decode, before)
    pieces = "".join(out.push([id_]) for id_ in ids) + out.end()
    assert bpe.decode(before) + pieces == bpe.decode(before + ids)
    assert stream(bpe, prompt).push(ids) == pieces
