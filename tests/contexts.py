"""Contexts over scripted models, for the tests of calls and of branches."""

from __future__ import annotations

import asyncio
from typing import Any

from reasonloom.context import Context, open_context
from reasonloom.models.protocol import Request
from reasonloom.models.scripted import Scripted
from reasonloom.problem import Problem

PROBLEM = Problem("What is 2 + 2?", id="p")


def context(model: Scripted, **options: Any) -> Context:
    return open_context(PROBLEM, {"default": model}, **options)


def seeded(request: Request) -> str:
    return f"seed {request.seeds[0]}"


async def hang(request: Request) -> str:
    await asyncio.sleep(60)
    return "late"


async def ask(child: Context) -> str:
    return (await child.generate("hi", max_tokens=16))[0].text
