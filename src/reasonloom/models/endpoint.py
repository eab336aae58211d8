"""Where an OpenAI-compatible model lives and how it wants to be asked."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from reasonloom.errors import AuthenticationFailed, SpecError
from reasonloom.models.chat_templates import ChatTemplate

HOSTED_URL = "https://api.openai.com/v1"
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Limits in seconds. 600 in all is what the OpenAI client takes; the others are our choice.

    connect  until a connection stands
    total    from the first byte sent until the whole reply is here
    idle     the longest silence inside a stream, the wait for its first byte included
    """

    connect: float = 10.0
    total: float = 600.0
    idle: float = 120.0


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One model behind one base URL, such as http://localhost:8000/v1.

    key_env       the environment variable that holds the key; by default LOOM_API_KEY, then
                  OPENAI_API_KEY (the latter never over plain http to another machine)
    template      how a conversation becomes raw text, where that is known: replies can then be
                  continued through raw completions
    omit          body fields that the endpoint refuses, such as "temperature"
    extra         body fields that every request carries, such as {"chat_template_kwargs": {...}}
    max_in_flight the most requests at once that this endpoint may get
    """

    model: str
    url: str = HOSTED_URL
    key_env: str | None = None
    template: ChatTemplate | None = None
    omit: frozenset[str] = frozenset()
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)
    timeouts: Timeouts = Timeouts()
    max_in_flight: int = 512

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise SpecError(f"{self.url!r} is not a base URL: write http://HOST:PORT/v1")
        if parts.username or parts.query:
            raise SpecError(
                f"the URL of {self.model!r} carries a user name or a query:"
                " leave them out and give the key by LOOM_API_KEY"
            )

    @property
    def name(self) -> str:
        return f"openai:{self.model}@{self.url}"

    def url_of(self, path: str) -> str:
        return f"{self.url.rstrip('/')}/{path}"

    def key(self) -> str | None:
        """The key, read from the environment at each call and kept nowhere else."""
        if self.key_env:
            key = os.environ.get(self.key_env)
            if not key:
                raise AuthenticationFailed(
                    f"{self.name} takes its key from {self.key_env}, which is not set: export it"
                )
            return key
        return os.environ.get("LOOM_API_KEY") or (
            os.environ.get("OPENAI_API_KEY") if self._private() else None
        )

    def key_source(self) -> str:
        if self.key_env:
            return self.key_env
        return "LOOM_API_KEY" if os.environ.get("LOOM_API_KEY") else "OPENAI_API_KEY"

    def _private(self) -> bool:
        parts = urlsplit(self.url)
        return parts.scheme == "https" or parts.hostname in LOOPBACK


def default_url() -> str:
    """OPENAI_BASE_URL, or OpenAI's own address."""
    return os.environ.get("OPENAI_BASE_URL") or HOSTED_URL
