"""A solution's score on the local engine is that of the tokens as they were drawn."""

from __future__ import annotations

import json
from math import exp
from pathlib import Path

import pytest
from tiny import save_tiny

from reasonloom.context import open_context
from reasonloom.models.local import LocalModel
from reasonloom.problem import Problem
from reasonloom.strategies.ask import speak
from reasonloom.strategies.scorers import Likelihood

PROBLEM = Problem("let a be the sum of 12 and 30. find a.")


async def test_a_sample_scores_as_it_was_drawn(tmp_path: Path) -> None:
    folder = save_tiny(tmp_path / "tiny")
    settings = {"dialect": "compact", "think": None, "keep_special": True, "threads": 1}
    (folder / "reasonloom.json").write_text(json.dumps(settings))
    model = LocalModel.open(folder, device="cpu")
    try:
        ctx = open_context(PROBLEM, {"default": model})
        Likelihood().ready(ctx)
        prompt = speak(ctx, "reasoner").cot(PROBLEM.question).prompt
        (choice,) = await ctx.generate(prompt, max_tokens=12, logprobs=0)
        scored = await Likelihood().score(PROBLEM, (choice.text,), ctx)
    finally:
        await model.close()
    drawn = choice.logprobs or ()
    assert len(drawn) == 12
    assert scored == (pytest.approx(exp(sum(t.logprob for t in drawn) / 12), rel=1e-4),)
