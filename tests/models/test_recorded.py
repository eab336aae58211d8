"""A recorded session answers again without the model, in any order."""

from __future__ import annotations

import asyncio
import dataclasses
from pathlib import Path

import orjson
import pytest
from scripted import ASK, Script

from reasonloom.errors import StoreError
from reasonloom.models.protocol import (
    Choice,
    Profile,
    Request,
    Response,
    TokenLogprob,
    Usage,
    messages,
)
from reasonloom.models.recorded import Recorded, Replayed
from reasonloom.models.resolve import resolve

RICH = Response(
    (
        Choice("4", "2+2", "stop", (1, 2), (TokenLogprob("4", -0.5, (("4", -0.5),)),), 2, "END"),
        Choice("5", finish_reason="length"),
    ),
    Usage(3, 4, 2, 1, False),
    "m",
    ("n",),
    (TokenLogprob("hi", 0.0),),
    3,
)


class Rich(Script):
    async def generate(self, request: Request) -> Response:
        return RICH

    @property
    def profile(self) -> Profile:
        return Profile("compact", ("[", "]"), frozenset({"n"}), (1.0, 0.1, 2.0), "2026-01-31")


def numbered(j: int) -> Request:
    return dataclasses.replace(ASK, messages=messages(("user", f"question {j}")), seeds=(j,))


async def record(path: Path, *requests: Request) -> list[Response]:
    model = Recorded(Script(), path)
    return list(await asyncio.gather(*(model.generate(request) for request in requests)))


async def test_a_response_and_a_profile_come_back_whole(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    await Recorded(Rich(), path).generate(ASK)
    replayed = Replayed(path)
    assert await replayed.generate(ASK) == RICH
    assert replayed.profile == Rich().profile
    assert replayed.name == f"replay:{path}"


async def test_the_order_of_the_requests_does_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    requests = [numbered(j) for j in range(6)]
    recorded = await record(path, *requests)
    replayed = Replayed(path)
    again = [await replayed.generate(request) for request in reversed(requests)]
    assert again == recorded[::-1]


async def test_equal_requests_get_their_responses_in_turn(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    model = Recorded(Script(), path)
    lines = []
    for j in range(2):
        await model.generate(ASK)
        line = orjson.loads(path.read_bytes().splitlines()[-1])
        line["response"]["choices"][0]["text"] = f"take {j}"
        lines.append(orjson.dumps(line))
    path.write_bytes(b"\n".join(lines) + b"\n")
    replayed = Replayed(path)
    texts = [(await replayed.generate(ASK)).choices[0].text for _ in range(2)]
    assert texts == ["take 0", "take 1"]
    with pytest.raises(StoreError, match="recorded 2 times only"):
        await replayed.generate(ASK)


async def test_an_unknown_request_is_named_with_the_way_to_record_it(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    await record(path, numbered(1))
    with pytest.raises(StoreError) as caught:
        await Replayed(path).generate(numbered(2))
    assert "question 2" in str(caught.value)
    assert f'record(file="{path}", model=SPEC)' in str(caught.value)


async def test_a_half_written_last_line_is_dropped_when_recording_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    await record(path, numbered(1), numbered(2))
    path.write_bytes(path.read_bytes()[:-40])
    assert len(Replayed(path)._found) == 1
    await record(path, numbered(3))
    replayed = Replayed(path)
    assert (await replayed.generate(numbered(3))).choices[0].text == "question 3/3"
    assert len(replayed._found) == 2


@pytest.mark.parametrize("line", [b"{", b"[]", b"{}", b'{"key": "x", "response": {"choices": 3}}'])
async def test_a_broken_line_is_named(tmp_path: Path, line: bytes) -> None:
    path = tmp_path / "r.jsonl"
    await record(path, numbered(1))
    path.write_bytes(path.read_bytes() + line + b"\n")
    with pytest.raises(StoreError, match=r"r\.jsonl:3 is not a line of a recording"):
        Replayed(path)


async def test_a_missing_recording_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot read the recording"):
        Replayed(tmp_path / "none.jsonl")


async def test_a_place_that_cannot_be_written_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError, match="cannot record"):
        await record(tmp_path / "file" / "r.jsonl", ASK)


async def test_a_replay_is_named_by_a_spec(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    await record(path, ASK)
    for spec in (f"replay:{path}", f'replay(file="{path}")'):
        assert (await resolve(spec).generate(ASK)).choices[0].text == "hi/0"
