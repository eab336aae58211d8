"""A reply that is written piece by piece, over a local model's own tokens."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tiny import save_tiny

from reasonloom.api import run
from reasonloom.context import open_context
from reasonloom.models.local import LocalModel
from reasonloom.models.protocol import Prompt, Request, Response
from reasonloom.models.wrapper import Wrapper
from reasonloom.problem import Problem
from reasonloom.strategies.budget_forcing.strategy import BudgetForcing

PROBLEM = Problem("let a be the sum of 12 and 30. find a.")


class Watched(Wrapper):
    """Keeps what was asked, and what text the asked ids stand for."""

    inner: LocalModel

    def __init__(self, inner: LocalModel) -> None:
        super().__init__(inner)
        self.read: list[str] = []

    async def generate(self, request: Request) -> Response:
        ids = self.inner.encode(request)
        self.read.append(self.inner._tokenizer.decode(ids, keep_special=True))
        return await super().generate(request)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = save_tiny(tmp_path_factory.mktemp("continuation") / "tiny")
    settings = {"dialect": "compact", "think": None, "keep_special": True, "threads": 1}
    (folder / "reasonloom.json").write_text(json.dumps(settings))
    return folder


@pytest.fixture
async def model(folder: Path) -> AsyncIterator[Watched]:
    inner = LocalModel.open(folder, device="cpu")
    yield Watched(inner)
    await inner.close()


async def test_what_is_read_back_is_what_was_written(model: Watched) -> None:
    endings = 0
    for seed, stop in enumerate(["<|end|>", "a", " w", ", ", "er"]):
        ctx = open_context(PROBLEM, {"default": model}, seed=seed)
        reply = ctx.continuation(Prompt(text="one, two"), temperature=1.0)
        for _ in range(3):
            choice = await reply.extend(16, (stop,))
            endings += choice.finish_reason == "stop"
            reply.inject("\nwait; ")
        written = reply.text
        await reply.extend(1)
        assert model.read[-1] == "one, two" + written
    assert endings > 5


async def test_tokens_are_counted_to_the_token(model: Watched) -> None:
    """Hot samples hold ids of all kinds; none may be refused when they are read again."""
    for seed in range(2):
        strategy = BudgetForcing(wait=3, max_thinking=50, temperature=1.5)
        ctx = open_context(PROBLEM, {"default": model}, seed=seed)
        solution = await run(strategy, PROBLEM, ctx)
        account = solution.detail["budget_forcing"]
        assert solution.usage is not None
        generated = account["thinking"] + account["answer"]
        assert generated == solution.usage.completion_tokens
        assert account["thinking"] + account["injected"] <= 50
        assert account["overrun"] == 0 and account["answer"] <= 24
