"""What was asked once is not asked again, sample by sample, across processes and damage."""

from __future__ import annotations

import asyncio
import dataclasses
import logging
import sqlite3
from pathlib import Path

import pytest
from scripted import ASK, Script

from reasonloom.errors import ServerFailed, StoreError
from reasonloom.models.cached import Cached
from reasonloom.models.endpoint import Endpoint
from reasonloom.models.openai import OpenAIModel
from reasonloom.models.protocol import Model, Request, Response, messages


def some(n: int, first: int = 11) -> Request:
    return dataclasses.replace(ASK, n=n, seeds=tuple(range(first, first + n)), temperature=1.0)


async def once(model: Model, path: Path, *requests: Request) -> list[Response]:
    cached = Cached(model, path)
    try:
        return [await cached.generate(request) for request in requests]
    finally:
        await cached.close()


async def test_a_second_run_asks_nothing_and_gives_the_same(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "cache.db"
    (first,) = await once(Script(), path, some(3))
    script = Script()
    (second,) = await once(script, path, some(3))
    assert script.asked == []
    assert (second.choices, second.usage, second.model) == (
        first.choices,
        first.usage,
        first.model,
    )
    assert (second.used, second.attempts) == (("cache",), 0)
    assert script.closed


async def test_four_samples_and_then_eight_ask_for_four_more(tmp_path: Path) -> None:
    script = Script()
    four, eight, again = await once(script, tmp_path / "c.db", some(4), some(8), some(8))
    assert [r.seeds for r in script.asked] == [(11, 12, 13, 14), (15, 16, 17, 18)]
    assert [c.text for c in eight.choices] == [f"hi/{s}" for s in range(11, 19)]
    assert (eight.used, eight.usage.completion_tokens) == (("n", "cache:part"), 8)
    assert again.choices == eight.choices
    assert again.usage == four.usage + eight.usage


async def test_a_sample_in_the_middle_is_asked_for_alone(tmp_path: Path) -> None:
    script = Script()
    requests = some(1, 11), some(1, 13), some(3, 11)
    *_, three = await once(script, tmp_path / "c.db", *requests)
    assert [r.seeds for r in script.asked] == [(11,), (13,), (12,)]
    assert [c.text for c in three.choices] == ["hi/11", "hi/12", "hi/13"]


async def test_without_seeds_samples_are_known_by_their_index(tmp_path: Path) -> None:
    script = Script()
    plain = dataclasses.replace(ASK, n=2)
    await once(script, tmp_path / "c.db", plain, dataclasses.replace(ASK, n=3), plain)
    assert [r.n for r in script.asked] == [2, 1]


@pytest.mark.parametrize(
    "change",
    [
        {"messages": messages(("user", "ho"))},
        {"prefix": "So"},
        {"max_tokens": 3},
        {"temperature": 0.5},
        {"top_p": 0.0},
        {"stop": ("x",)},
        {"schema": {"type": "object"}},
        {"logprobs": 0},
        {"extra": {"min_p": 0.1}},
        {"seeds": (12,)},
    ],
    ids=lambda change: next(iter(change)),
)
async def test_every_part_of_a_request_counts(tmp_path: Path, change: dict[str, object]) -> None:
    script = Script()
    other = dataclasses.replace(some(1), **change)  # type: ignore[arg-type]
    await once(script, tmp_path / "c.db", some(1), other)
    assert len(script.asked) == 2


def test_settings_that_the_name_does_not_show_count_too() -> None:
    plain = OpenAIModel(Endpoint("toy", "http://h/v1"))
    other = OpenAIModel(Endpoint("toy", "http://h/v1", extra={"reasoning_effort": "low"}))
    assert plain.name == other.name
    assert plain.identity != other.identity


async def test_failures_are_not_kept(tmp_path: Path) -> None:
    script = Script(ServerFailed("x"))
    cached = Cached(script, tmp_path / "c.db")
    with pytest.raises(ServerFailed):
        await cached.generate(ASK)
    assert (await cached.generate(ASK)).used == ()
    await cached.close()


async def test_two_caches_share_one_file(tmp_path: Path) -> None:
    scripts = Script(), Script()
    caches = [Cached(script, tmp_path / "c.db") for script in scripts]
    for cached in caches:
        await asyncio.gather(*(cached.generate(some(1, j)) for j in range(50)))
        await cached.store.get(["any"])
    for cached in caches:
        await cached.close()
    assert (len(scripts[0].asked), len(scripts[1].asked)) == (50, 0)


def set_aside(folder: Path) -> list[Path]:
    return [p for p in folder.glob("*.corrupt-*") if not p.name.endswith(("-shm", "-wal"))]


@pytest.mark.parametrize("damage", ["head", "middle"])
async def test_a_damaged_file_is_set_aside_with_a_word(
    tmp_path: Path, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "c.db"
    await once(Script(), path, *(some(8, j) for j in range(0, 800, 8)))
    raw = bytearray(path.read_bytes())
    at = 0 if damage == "head" else 4096
    raw[at : at + 4096] = b"\xaa" * 4096
    path.write_bytes(bytes(raw))
    script = Script()
    with caplog.at_level(logging.WARNING):
        await once(script, path, *(some(8, j) for j in range(0, 800, 8)))
    assert "is damaged" in caplog.text
    assert len(script.asked) > 0
    (aside,) = set_aside(tmp_path)
    assert aside.name in caplog.text
    assert aside.read_bytes()[at : at + 4096] == b"\xaa" * 4096
    again = Script()
    await once(again, path, some(8))
    assert again.asked == []


async def test_a_file_of_a_later_version_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "c.db"
    db = sqlite3.connect(path)
    db.execute("PRAGMA user_version=99")
    db.commit()
    db.close()
    with pytest.raises(StoreError, match="format 99"):
        await once(Script(), path, ASK)


async def test_a_place_that_cannot_be_written_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError, match="cannot be used"):
        await once(Script(), tmp_path / "file" / "c.db", ASK)
