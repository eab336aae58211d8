"""Families that ship, and the user's own file."""

from __future__ import annotations

from pathlib import Path

import pytest

from reasonloom.errors import InputError, UsageError
from reasonloom.models.chat_templates import CHATML, TEMPLATES
from reasonloom.models.probed import remember, remembered
from reasonloom.models.profiles import FAMILIES, Entry, family_of, load, user_file
from reasonloom.models.protocol import messages
from reasonloom.models.user_models import append

FULL = """
# my models
fast:
  spec: openai:Qwen/Qwen3-8B@http://localhost:8000/v1
  key_env: MY_KEY
  usd_per_million: [0.5, 0.05, 1.5]
  priced_on: 2026-01-31
  context_tokens: 32768
  extra: {chat_template_kwargs: {enable_thinking: false}}
  timeouts: {total: 1800}
  omit: [temperature]
plain:
  spec: openai:other@http://localhost:8000/v1
  think: []
  template: {user: "U:{content}", assistant: "A:{content}"}
"""


@pytest.mark.parametrize(
    ("model", "template", "opens", "think"),
    [
        ("Qwen/Qwen3-8B", "chatml", False, "<think>"),
        ("qwen3:8b", "chatml", False, "<think>"),
        ("Qwen/QwQ-32B", "chatml", True, "<think>"),
        ("Qwen/Qwen3-4B-Thinking-2507", "chatml", True, "<think>"),
        ("deepseek-ai/DeepSeek-R1", "deepseek", True, "<think>"),
        ("deepseek-ai/DeepSeek-R1-Distill-Qwen-7B", "deepseek", True, "<think>"),
        ("meta-llama/Llama-3.1-8B-Instruct", "llama3", False, "<think>"),
        ("google/gemma-3-4b-it", "gemma", False, "<think>"),
        ("mistralai/Magistral-Small-2506", "mistral", False, "[THINK]"),
        ("moonshotai/Kimi-VL-A3B-Thinking", None, False, "◁think▷"),
        ("somebody/else", None, False, "<think>"),
    ],
)
def test_a_family_is_known_by_its_name(
    model: str, template: str | None, opens: bool, think: str
) -> None:
    family = family_of(model)
    assert family.think is not None
    assert (family.template, family.think_open, family.think[0]) == (template, opens, think)


def test_every_template_of_a_family_exists_and_renders() -> None:
    turns = messages(("system", "s"), ("user", "u"), ("assistant", "a"), ("user", "v"))
    for family in FAMILIES:
        if family.template is not None:
            text = TEMPLATES[family.template].render(turns, "So")
            assert text.endswith("So")
            assert [text.count(c) for c in ("{content}",)] == [0]


def test_the_users_file_is_read(tmp_path: Path) -> None:
    user_file().write_text(FULL)
    entries = load()
    fast = entries["fast"]
    endpoint = fast.endpoint("Qwen/Qwen3-8B", "http://localhost:8000/v1")
    assert (endpoint.key_env, endpoint.template) == ("MY_KEY", CHATML)
    assert (endpoint.timeouts.total, endpoint.omit) == (1800.0, frozenset({"temperature"}))
    profile = fast.profile("Qwen/Qwen3-8B")
    assert (profile.usd_per_million, profile.priced_on) == ((0.5, 0.05, 1.5), "2026-01-31")
    assert entries["plain"].profile("other").think is None
    template = entries["plain"].endpoint("other", "http://h/v1").template
    assert template is not None
    assert template.render(messages(("user", "x"))) == "U:xA:"


def test_no_file_means_no_entries() -> None:
    assert load() == {}


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: [", "cannot be read as YAML"),
        ("- a", "must map names to entries"),
        ("a: 3", "a needs a `spec`"),
        ("a: {key_env: X}", "a needs a `spec`"),
        ("a: {spec: nano, key_evn: X}", "did you mean 'key_env'"),
        ("a: {spec: nano, context_tokens: many}", "context_tokens takes"),
        ("a: {spec: nano, think: [x]}", "think takes"),
        ("a: {spec: nano, usd_per_million: [1, 2]}", "usd_per_million takes"),
        ("a: {spec: nano, usd_per_million: [1, 2, 3]}", "priced_on"),
    ],
)
def test_a_wrong_file_gives_one_clear_sentence(text: str, says: str) -> None:
    user_file().write_text(text)
    with pytest.raises(InputError) as caught:
        load()
    assert says in str(caught.value)
    assert str(user_file()) in str(caught.value)


def test_wrong_settings_are_named_when_used() -> None:
    with pytest.raises(InputError, match="timeouts"):
        Entry("x", timeouts={"totl": 3}).endpoint("m", "http://h/v1")
    with pytest.raises(InputError, match="did you mean 'chatml'"):
        Entry("x", template="chatlm").endpoint("m", "http://h/v1")
    with pytest.raises(InputError, match="takes user, assistant and system"):
        Entry("x", template={"usr": "{content}"}).endpoint("m", "http://h/v1")
    with pytest.raises(InputError, match=r"must hold \{content\} once"):
        Entry("x", template={"user": "U", "assistant": "{content}"}).endpoint("m", "http://h/v1")


def test_adding_keeps_what_stands_in_the_file() -> None:
    user_file().write_text(FULL.rstrip("\n"))
    append("mine", "openai:m@http://h/v1", "K", "1,0.1,2")
    text = user_file().read_text()
    assert text.startswith(FULL.rstrip("\n"))
    assert load()["mine"].usd_per_million == (1.0, 0.1, 2.0)
    assert load()["mine"].priced_on is not None


@pytest.mark.parametrize(
    ("name", "spec", "prices", "says"),
    [
        ("fast", "openai:m@http://h/v1", None, "already"),
        ("nano", "openai:m@http://h/v1", None, "already"),
        ("a b", "openai:m@http://h/v1", None, "no name for a model"),
        ("x", "cot(n=3)", None, "no address of a model"),
        ("x", "openai:m@http://me:pw@h/v1", None, "LOOM_API_KEY"),
        ("x", "openai:m@http://h/v1", "1,2", "PROMPT,CACHED,COMPLETION"),
        ("x", "openai:m@http://h/v1", "1,2,-3", "PROMPT,CACHED,COMPLETION"),
    ],
)
def test_a_wrong_addition_changes_nothing(
    name: str, spec: str, prices: str | None, says: str
) -> None:
    user_file().write_text(FULL)
    with pytest.raises(UsageError, match=says):
        append(name, spec, None, prices)
    assert user_file().read_text() == FULL


def test_what_probing_found_is_remembered_by_address() -> None:
    assert remembered("openai:m@http://h/v1") is None
    remember("openai:m@http://h/v1", frozenset({"n", "prefix:raw"}))
    remember("openai:other@http://h/v1", frozenset())
    assert remembered("openai:m@http://h/v1") == frozenset({"n", "prefix:raw"})
    assert remembered("openai:other@http://h/v1") == frozenset()
