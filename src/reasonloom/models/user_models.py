"""Add entries to the user's models file without touching what stands there."""

from __future__ import annotations

import datetime
import re
from pathlib import Path
from typing import Any

from reasonloom.errors import InputError, StoreError
from reasonloom.models.endpoint import default_url
from reasonloom.models.profiles import entry, load, user_file
from reasonloom.models.resolve import BUILT_IN
from reasonloom.spec import parse


def append(
    name: str, spec: str, key_env: str | None, prices: str | None, thinking_cap: str | None = None
) -> Path:
    """Write one entry at the end of the file and return the file.

    Raises InputError for a name that is taken or no plain word, and for a spec or price that does
    not parse; the file is then as it was.
    """
    path = user_file()
    if not re.fullmatch(r"[A-Za-z_][\w.-]*", name):
        raise InputError(f"{name!r} is no name for a model: use letters, digits, _ . and -")
    if name in BUILT_IN or name in load(path):
        raise InputError(f"there is a model {name!r} already: choose another name or edit {path}")
    address = parse(spec)
    if address.scheme not in ("openai", "local"):
        raise InputError(f"{spec!r} is no address of a model: write openai:MODEL@URL or local:PATH")
    fields: dict[str, Any] = {"spec": spec}
    if key_env is not None:
        fields["key_env"] = key_env
    if prices is not None:
        fields["usd_per_million"] = _prices(prices)
        fields["priced_on"] = datetime.datetime.now(datetime.UTC).date().isoformat()
    if thinking_cap is not None:
        fields["thinking_cap"] = _cap(thinking_cap)
    found = entry(name, fields, path)
    if address.scheme == "openai":
        found.endpoint(address.name, address.location or default_url())
    _write(path, name, fields)
    return path


def _cap(text: str) -> str | dict[str, Any]:
    """A name, or body fields as JSON."""
    if not text.lstrip().startswith("{"):
        return text
    import orjson

    try:
        fields: dict[str, Any] = orjson.loads(text)
    except orjson.JSONDecodeError as bad:
        raise InputError(
            f"thinking cap {text!r} is no JSON ({bad}): write a name such as vllm,"
            ' or fields such as {"max_thinking": "{tokens}"}'
        ) from None
    return fields


def _prices(text: str) -> list[float]:
    try:
        prices = [float(part) for part in text.split(",")]
    except ValueError:
        prices = []
    if len(prices) != 3 or any(not 0 <= p < 1e6 for p in prices):
        raise InputError(f"prices {text!r}: write PROMPT,CACHED,COMPLETION, such as 0.5,0.05,1.5")
    return prices


def _write(path: Path, name: str, fields: dict[str, Any]) -> None:
    import yaml

    block = yaml.safe_dump({name: fields}, sort_keys=False, allow_unicode=True)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        before = path.read_text("utf-8") if path.exists() else ""
        gap = "" if not before or before.endswith("\n") else "\n"
        with path.open("a", encoding="utf-8") as file:
            file.write(gap + block)
    except OSError as bad:
        raise StoreError(f"cannot write {path} ({bad.strerror}): set LOOM_MODELS") from None
