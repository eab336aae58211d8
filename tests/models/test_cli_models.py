"""`loom models list | add | probe`."""

from __future__ import annotations

import json

from server import say, serving
from typer.testing import CliRunner

from reasonloom.cli.models import app
from reasonloom.errors import InputError
from reasonloom.models.profiles import user_file

RUN = CliRunner()


def test_an_added_model_is_listed_with_its_dated_price() -> None:
    address = "openai:m@http://localhost:1/v1"
    added = RUN.invoke(app, ["add", "mine", address, "--usd-per-million", "1,0.1,2", "--json"])
    assert added.exit_code == 0, added.output
    listed = json.loads(RUN.invoke(app, ["list", "--json"]).output)
    assert listed["file"] == str(user_file())
    assert set(listed["models"]) == {"nano", "mine"}
    assert listed["models"]["mine"]["usd_per_million"] == [1.0, 0.1, 2.0]
    assert listed["models"]["mine"]["priced_on"] is not None
    plain = RUN.invoke(app, ["list"]).output
    assert "mine" in plain
    assert "not probed" in plain


def test_a_model_is_added_with_its_cap_on_thinking() -> None:
    address = "openai:m@http://localhost:1/v1"
    added = RUN.invoke(app, ["add", "mine", address, "--thinking-cap", "vllm"])
    assert added.exit_code == 0, added.output
    assert "thinking_cap: vllm" in user_file().read_text()


def test_a_name_that_is_taken_is_refused() -> None:
    result = RUN.invoke(app, ["add", "nano", "openai:m@http://localhost:1/v1"])
    assert isinstance(result.exception, InputError)


async def test_probing_prints_and_remembers_what_works() -> None:
    import asyncio

    async with serving(default=say("word and word and another word again")) as server:
        spec = f"openai:toy@{server.url}"
        result = await asyncio.to_thread(RUN.invoke, app, ["probe", spec, "--json"])
    assert result.exit_code == 0, result.output
    found = json.loads(result.output)
    assert found["features"]["n"]["works"]
    assert not found["features"]["logprobs"]["works"]
    listed = json.loads(RUN.invoke(app, ["list", "--json"]).output)
    assert set(listed["models"]) == {"nano"}
    assert found["file"].endswith("models.probed.json")
