"""Held-out likelihood: counted by tokens and by templates."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reasonloom.errors import BadReply, InputError
from reasonloom.models.protocol import Request, Response
from reasonloom.models.resolve import resolve
from reasonloom.models.scripted import PROFILE, Scripted
from reasonloom.templates.library import Library
from reasonloom.train.likelihood import likelihood
from reasonloom.train.navigator.structure import structure_rows

ECHOES = replace(PROFILE, chat=False, features=frozenset({"n", "raw", "echo_logprobs"}))


def row(template: str, completion: str) -> dict[str, object]:
    made = {"template": template}
    return {"id": completion, "prompt": "say ", "completion": completion, "from": made}


async def test_tokens_are_averaged_over_all_and_completions_over_templates() -> None:
    model = Scripted("", profile=ECHOES)  # a token costs as many nats as it has letters
    found = await likelihood(model, [row("a", "aa aa"), row("b", "bbbb bbbb bbbb")])
    assert found.tokens == 5
    assert found.per_token.clusters == 2
    assert found.per_token.mean == pytest.approx((2 + 3 + 4 + 5 + 5) / 5)
    assert found.per_template.mean == pytest.approx((5 + 14) / 2)
    assert found.per_token.low <= found.per_token.mean <= found.per_token.high


async def test_rows_of_one_template_are_one_cluster() -> None:
    model = Scripted("", profile=ECHOES)
    found = await likelihood(model, [row("a", "aa"), row("a", "aaa aaa"), row("b", "b")])
    assert (found.per_token.clusters, found.per_template.clusters) == (2, 2)


async def test_a_model_that_echoes_nothing_is_refused_with_what_to_do() -> None:
    class Mute(Scripted):
        async def generate(self, request: Request) -> Response:
            return replace(await super().generate(request), prompt_logprobs=None)

    with pytest.raises(BadReply, match="take a local model"):
        await likelihood(Mute(""), [row("a", "b")])


async def test_no_rows_are_refused() -> None:
    with pytest.raises(InputError, match="no rows to score"):
        await likelihood(Scripted(""), [])


async def test_nano_scores_the_held_out_templates() -> None:
    model = resolve("nano")
    rows = structure_rows(Library.load()).held[:4]
    try:
        found = await likelihood(model, rows)
    finally:
        await model.close()
    assert found.per_token.clusters == 4
    assert 1 < found.per_token.low <= found.per_token.high < 20
    assert found.per_template.mean > found.per_token.mean
