"""What probing has found out, kept beside the user's models file by address and date."""

from __future__ import annotations

import datetime
import os
from pathlib import Path
from typing import Any

import orjson

from reasonloom.errors import StoreError
from reasonloom.models.profiles import user_file


def probes_file() -> Path:
    """`models.probed.json` beside models.yaml: machine-written, so that comments there survive."""
    return user_file().with_suffix(".probed.json")


def remembered(name: str) -> frozenset[str] | None:
    """The features found for `openai:MODEL@URL`, or None where nobody has probed it."""
    found = _read().get(name)
    return None if found is None else frozenset(found["features"])


def remember(name: str, features: frozenset[str]) -> Path:
    """Keep what was found; returns the file. Raises StoreError where it cannot be written."""
    path, known = probes_file(), _read()
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    known[name] = {"features": sorted(features), "probed_on": today}
    beside = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(orjson.dumps(known, option=orjson.OPT_INDENT_2))
        beside.replace(path)
    except OSError as bad:
        raise StoreError(f"cannot write {path} ({bad.strerror}): set LOOM_MODELS") from None
    return path


def _read() -> dict[str, Any]:
    path = probes_file()
    try:
        found = orjson.loads(path.read_bytes())
    except FileNotFoundError:
        return {}
    except (OSError, orjson.JSONDecodeError) as bad:
        raise StoreError(f"{path} cannot be read ({bad}): delete it and probe again") from None
    if not isinstance(found, dict):
        raise StoreError(f"{path} is not a table of probes: delete it and probe again")
    return found
