"""Scripted models that think, and count what they were asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from reasonloom.api import run
from reasonloom.context import open_context
from reasonloom.models.protocol import Choice, FinishReason, Profile, Request
from reasonloom.models.scripted import PROFILE, Scripted, TokenScripted, pieces
from reasonloom.problem import Problem
from reasonloom.solution import Solution
from reasonloom.strategies.strategy import Strategy

PROBLEM = Problem("What is 6 times 7?")
THINKS = replace(PROFILE, think=("<think>", "</think>"), think_open=True)
COMPACT = replace(PROFILE, dialect="compact", chat=False)


def said(text: str, finish: FinishReason = "stop", stop: str | None = None) -> Choice:
    return Choice(text, "", finish, completion_tokens=len(pieces(text)), stop=stop)


class InTurn:
    """A script that says one thing after the other; thinking comes as the boundary splits it."""

    def __init__(self, *turns: str | Choice) -> None:
        self.turns, self.at = turns, 0

    def __call__(self, request: Request) -> str | Choice:
        self.at += 1
        turn = self.turns[self.at - 1]
        return turn if isinstance(turn, Choice) or not self._thinks(request) else _thought(turn)

    def _thinks(self, request: Request) -> bool:
        return "</think>" in request.stop


def _thought(text: str) -> Choice:
    return Choice("", text, "stop", completion_tokens=len(pieces(text)))


def thinker(*turns: str | Choice, profile: Profile = THINKS) -> Scripted:
    return Scripted(InTurn(*turns), profile=profile)


class TokenThinker(TokenScripted):
    """Shows its tokens; writes `turns` in turn and puts the closing mark's ids behind thinking."""

    def __init__(self, *turns: str) -> None:
        super().__init__(self._turn)
        self.turns = turns

    @property
    def profile(self) -> Profile:
        return replace(super().profile, think=THINKS.think, think_open=True)

    def _turn(self, request: Request) -> Choice:
        words = pieces(self.turns[self.calls - 1])
        kept, thinking = "".join(words[: request.max_tokens]), "</think>" in request.stop
        if len(words) > request.max_tokens:
            finish: FinishReason = "length"
            ids = self.encode_text(kept)
        else:
            finish = "stop"
            ids = self.encode_text(kept + (" </think>" if thinking else " <end>"))
        reply = ("", kept) if thinking else (kept, "")
        return Choice(*reply, finish, ids, completion_tokens=len(ids))


async def solve(strategy: Strategy, model: Scripted, **options: Any) -> Solution:
    return await run(strategy, PROBLEM, open_context(PROBLEM, {"default": model}, **options))


def prefixes(requests: Sequence[Request]) -> list[str]:
    return [r.prefix for r in requests]
