"""The body fields that cap thinking, and how a user names them."""

from __future__ import annotations

import pytest

from reasonloom.errors import InputError
from reasonloom.models.codec import read_profile, write_profile
from reasonloom.models.profiles import load, user_file
from reasonloom.models.reply import read_usage
from reasonloom.models.thinking_caps import CAPS, LEVELS, cap_of
from reasonloom.models.user_models import append
from reasonloom.thinking import cap_fields


def test_the_number_stands_where_each_server_documents_it() -> None:
    sent = {kind: cap_fields(cap, 512) for kind, cap in CAPS.items()}
    assert sent == {
        "vllm": {"thinking_token_budget": 512},
        "sglang": {"custom_params": {"thinking_budget": 512}},
        "llama.cpp": {"thinking_budget_tokens": 512},
        "template": {"chat_template_kwargs": {"thinking_budget": 512}},
        "qwen": {"enable_thinking": True, "thinking_budget": 512},
        "anthropic": {"thinking": {"type": "enabled", "budget_tokens": 512}},
        "gemini": {"extra_body": {"google": {"thinking_config": {"thinking_budget": 512}}}},
        "openrouter": {"reasoning": {"max_tokens": 512}},
    }


def test_filling_in_a_number_leaves_the_pattern_as_it_was() -> None:
    cap_fields(CAPS["anthropic"], 512)
    assert CAPS["anthropic"]["thinking"]["budget_tokens"] == "{tokens}"


@pytest.mark.parametrize("kind", sorted(LEVELS))
def test_levels_of_effort_are_no_cap(kind: str) -> None:
    with pytest.raises(ValueError, match="levels of effort and no cap in tokens"):
        cap_of(kind)


def test_a_model_is_added_with_a_known_cap_or_with_fields_of_its_own() -> None:
    append("known", "openai:m@http://h/v1", None, None, "qwen")
    own = '{"nvext": {"max_thinking_tokens": "{tokens}"}}'
    append("own", "openai:m@http://h/v1", None, None, own)
    caps = {name: entry.profile("m").thinking_cap for name, entry in load().items()}
    assert caps == {
        "known": CAPS["qwen"],
        "own": {"nvext": {"max_thinking_tokens": "{tokens}"}},
    }


@pytest.mark.parametrize(
    ("cap", "says"),
    [
        ("vlm", "did you mean 'vllm'"),
        ("openai", "no cap in tokens"),
        ('{"budget": 512}', 'says nowhere "{tokens}"'),
        ('{"budget": ', "is no JSON"),
    ],
)
def test_a_wrong_cap_is_refused_in_one_sentence(cap: str, says: str) -> None:
    with pytest.raises(InputError, match=says.replace("{", "\\{")):
        append("x", "openai:m@http://h/v1", None, None, cap)
    assert not user_file().exists()


def test_a_count_of_thinking_is_read_from_both_places_that_servers_put_it() -> None:
    inside = {"completion_tokens_details": {"reasoning_tokens": 4}}
    for place in (inside, {"reasoning_tokens": 4}):
        usage = read_usage({"prompt_tokens": 1, "completion_tokens": 9, **place})
        assert usage is not None and usage.reasoning_tokens == 4


def test_a_recorded_profile_keeps_its_cap() -> None:
    append("known", "openai:m@http://h/v1", None, None, "gemini")
    profile = load()["known"].profile("m")
    assert read_profile(write_profile(profile)) == profile
