"""What is known about models: families that ship with the package, and the user's own file.

The user's file (LOOM_MODELS, or ~/.config/reasonloom/models.yaml) maps names to entries:

    fast:
      spec: openai:Qwen/Qwen3-8B@http://localhost:8000/v1
      usd_per_million: [0.0, 0.0, 0.0]
      priced_on: 2026-01-31

Keys never stand in it: `key_env` names the environment variable that holds one.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from reasonloom.errors import InputError, SpecError
from reasonloom.models.chat_templates import TEMPLATES, ChatTemplate
from reasonloom.models.endpoint import Endpoint, Timeouts
from reasonloom.models.protocol import Profile
from reasonloom.models.thinking_caps import cap_of
from reasonloom.spec import Spec, build, unknown

THINK = ("<think>", "</think>")


@dataclass(frozen=True, slots=True)
class Family:
    """Models whose name matches `pattern` think between `think` and are rendered by `template`."""

    pattern: str
    template: str | None = None
    think: tuple[str, str] | None = THINK
    think_open: bool = False


FAMILIES = (
    Family(r"deepseek-(r1|reasoner)(?!.*(qwen|llama))", "deepseek", think_open=True),
    Family(r"deepseek-r1.*(qwen|llama)", "deepseek", think_open=True),
    Family(r"deepseek", "deepseek"),
    Family(r"qwq|qwen3.*thinking", "chatml", think_open=True),
    Family(r"qwen|yi-|smollm|hermes", "chatml"),
    Family(r"magistral", "mistral", ("[THINK]", "[/THINK]")),
    Family(r"mi[sx]tral|ministral", "mistral"),
    Family(r"kimi", None, ("◁think▷", "◁/think▷")),
    Family(r"seed-oss", None, ("<seed:think>", "</seed:think>")),
    Family(r"exaone-deep", None, ("<thought>", "</thought>"), think_open=True),
    Family(r"llama-?[34]|llama3", "llama3"),
    Family(r"gemma", "gemma"),
    Family(r"phi-?4", "phi4"),
)
"""First match wins; from the models' own chat templates. Other models: <think> and no template."""


def family_of(model: str) -> Family:
    """The family of a model's name, such as "Qwen/Qwen3-8B" or "qwen3:8b"."""
    lower = model.lower()
    return next((f for f in FAMILIES if re.search(f.pattern, lower)), Family(""))


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the user's file. Everything but `spec` is optional and overrides the family.

    template  a name of chat_templates.TEMPLATES, or patterns by role: {user, assistant, system}
    think     [open, close], or [] for a model whose text is never split
    features  what the endpoint can do, where probing is not wanted
    timeouts  {connect, total, idle} in seconds
    thinking_cap  how the endpoint caps thinking: a name of thinking_caps.CAPS, or body fields of
                  its own with "{tokens}" where the number goes
    """

    spec: str
    key_env: str | None = None
    dialect: str | None = None
    template: str | Mapping[str, str] | None = field(default=None, hash=False)
    think: tuple[str, ...] | None = None
    think_open: bool | None = None
    features: tuple[str, ...] | None = None
    usd_per_million: tuple[float, ...] | None = None
    priced_on: str | None = None
    context_tokens: int | None = None
    chat: bool = True
    omit: tuple[str, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)
    timeouts: Mapping[str, Any] = field(default_factory=dict, hash=False)
    max_in_flight: int = 512
    thinking_cap: str | Mapping[str, Any] | None = field(default=None, hash=False)

    def __post_init__(self) -> None:
        if self.think and len(self.think) != 2:
            raise ValueError("think takes [open, close], or [] for none")
        if self.usd_per_million is not None and len(self.usd_per_million) != 3:
            raise ValueError("usd_per_million takes [prompt, cached prompt, completion] in USD")
        if self.usd_per_million is not None and self.priced_on is None:
            raise ValueError("prices need their date: add priced_on: YYYY-MM-DD")
        if self.thinking_cap is not None:
            cap_of(self.thinking_cap)

    def endpoint(self, model: str, url: str) -> Endpoint:
        """How to reach the model at `url` with this entry's settings."""
        try:
            timeouts = Timeouts(**{k: float(v) for k, v in self.timeouts.items()})
        except (TypeError, ValueError):
            raise InputError(
                f"timeouts {dict(self.timeouts)!r} of {self.spec}: take connect, total, idle in s"
            ) from None
        return Endpoint(
            model,
            url,
            self.key_env,
            _template(self.template, model),
            frozenset(self.omit),
            self.extra,
            timeouts,
            self.max_in_flight,
        )

    def profile(self, model: str) -> Profile:
        """The family's profile with this entry's values over it."""
        family = family_of(model)
        think = family.think if self.think is None else self._delimiters()
        prices = self.usd_per_million
        return Profile(
            dialect=self.dialect or "instruct",
            think=think,
            features=None if self.features is None else frozenset(self.features),
            usd_per_million=None if prices is None else (prices[0], prices[1], prices[2]),
            priced_on=self.priced_on,
            context_tokens=self.context_tokens,
            chat=self.chat,
            think_open=family.think_open if self.think_open is None else self.think_open,
            thinking_cap=None if self.thinking_cap is None else cap_of(self.thinking_cap),
        )

    def _delimiters(self) -> tuple[str, str] | None:
        return (self.think[0], self.think[1]) if self.think else None


def _template(given: str | Mapping[str, str] | None, model: str) -> ChatTemplate | None:
    if isinstance(given, Mapping):
        try:
            return ChatTemplate(**given)
        except TypeError:
            raise InputError(
                f"the template of {model} takes user, assistant and system, not {sorted(given)}"
            ) from None
    name = given or family_of(model).template
    if name is None:
        return None
    if name not in TEMPLATES:
        raise InputError(unknown("chat template", name, TEMPLATES, f"for {model}"))
    return TEMPLATES[name]


def user_file() -> Path:
    """LOOM_MODELS, or models.yaml in the user's configuration folder."""
    given = os.environ.get("LOOM_MODELS")
    if given:
        return Path(given)
    home = os.environ.get("XDG_CONFIG_HOME")
    return (Path(home) if home else Path.home() / ".config") / "reasonloom" / "models.yaml"


def load(path: Path | None = None) -> dict[str, Entry]:
    """The user's entries by name; none where there is no file. Raises InputError on a bad one."""
    import yaml

    path = path or user_file()
    if not path.exists():
        return {}
    try:
        raw = yaml.safe_load(path.read_text("utf-8")) or {}
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as bad:
        raise InputError(f"{path} cannot be read as YAML: {' '.join(str(bad).split())}") from None
    if not isinstance(raw, dict):
        raise InputError(f"{path} must map names to entries, each with a `spec`")
    return {str(name): entry(str(name), fields, path) for name, fields in raw.items()}


def entry(name: str, fields: Any, where: Path | str) -> Entry:
    """Check one entry. Raises InputError that names the file, the entry and the field."""
    if not isinstance(fields, dict) or "spec" not in fields:
        raise InputError(f"{where}: {name} needs a `spec`, such as openai:MODEL@http://HOST/v1")
    plain = {k: _plain(v) for k, v in fields.items()}
    try:
        return build(Entry, Spec(name, plain))
    except SpecError as bad:
        raise InputError(f"{where}: {bad}") from None


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return tuple(value)
    return value.isoformat() if hasattr(value, "isoformat") else value
