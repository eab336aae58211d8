"""Where a local model lives: a folder in the Hugging Face layout, or a hub name."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reasonloom.errors import InputError
from reasonloom.models.protocol import Profile

HUB_NAME = re.compile(r"[A-Za-z0-9][\w.-]*(/[A-Za-z0-9][\w.-]*)?")
HUB_FILES = ["*.safetensors", "*.json", "*.jinja", "*.model", "*.txt"]
WHOLE_HASH_BYTES = 1 << 30
"""Up to this size every byte of the weights is hashed (about a second); our choice."""
BLOCK_BYTES = 1 << 20

FEATURES = frozenset({"n", "seed", "logprobs", "echo_logprobs", "prefix", "raw", "token_ids"})


@dataclass(frozen=True, slots=True)
class Folder:
    """A model on disk. `config` is config.json, `settings` our own reasonloom.json (or empty)."""

    path: Path
    config: Mapping[str, Any]
    settings: Mapping[str, Any]
    weights: tuple[Path, ...]

    @property
    def context_tokens(self) -> int:
        """Tokens that fit, prompt and completion together; 2,048 where the config is silent."""
        for key in ("max_position_embeddings", "n_positions", "n_ctx", "max_seq_len"):
            if isinstance(self.config.get(key), int):
                return int(self.config[key])
        return 2048


def find(source: str | Path) -> Folder:
    """The folder named by a path or a hub name. Raises InputError that says what is missing."""
    path = Path(source).expanduser()
    if not path.is_dir():
        path = _from_hub(str(source))
    config = _json(path / "config.json", needed=f"{path} is not a model folder: it has no")
    return Folder(path, config, read_json(path / "reasonloom.json"), _weights(path))


def read_json(path: Path) -> Mapping[str, Any]:
    """The object in a JSON file; empty where there is no such file."""
    return _json(path) if path.is_file() else {}


def profile_of(folder: Folder, *, chat: bool) -> Profile:
    """What the folder says about itself; `chat` tells whether a chat template was found."""
    settings = folder.settings
    think = settings.get("think", Profile().think)
    return Profile(
        dialect=str(settings.get("dialect", "instruct")),
        think=(str(think[0]), str(think[1])) if think else None,
        features=FEATURES,
        usd_per_million=(0.0, 0.0, 0.0),
        context_tokens=int(settings.get("context_tokens", folder.context_tokens)),
        chat=bool(settings.get("chat", chat)) and chat,
        hash=weights_hash(folder.weights),
    )


def weights_hash(files: tuple[Path, ...]) -> str:
    """First 16 hex digits of the SHA-256 of the weights, files in the order of their names.

    Above `WHOLE_HASH_BYTES` a file counts by its size and 64 blocks of 1 MiB spread over it.
    """
    total = hashlib.sha256()
    for file in files:
        for block in _blocks(file):
            total.update(block)
    return total.hexdigest()[:16]


def _blocks(file: Path) -> Iterator[bytes]:
    size = file.stat().st_size
    with file.open("rb") as stream:
        if size <= WHOLE_HASH_BYTES:
            yield from iter(lambda: stream.read(BLOCK_BYTES), b"")
            return
        yield str(size).encode()
        for part in range(64):
            stream.seek(max(size - BLOCK_BYTES, 0) * part // 63)
            yield stream.read(BLOCK_BYTES)


def _from_hub(name: str) -> Path:
    if not HUB_NAME.fullmatch(name):
        raise InputError(f"there is no model folder at {name!r}: check the path")
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(name, allow_patterns=HUB_FILES))
    except (HfHubHTTPError, HFValidationError, LocalEntryNotFoundError, OSError) as failure:
        reason = str(failure).strip().splitlines()[0] if str(failure).strip() else repr(failure)
        raise InputError(
            f"there is no folder {name!r}, and the hub gave no model of that name ({reason}): "
            "check the path, or the name and the network"
        ) from failure


def _weights(path: Path) -> tuple[Path, ...]:
    index = path / "model.safetensors.index.json"
    if index.is_file():
        names = sorted(set(_json(index).get("weight_map", {}).values()))
    else:
        found = sorted(file.name for file in path.glob("*.safetensors"))
        names = ["model.safetensors"] if "model.safetensors" in found else found
    missing = [name for name in names if not (path / name).is_file()]
    if missing or not names:
        wanted = ", ".join(missing) or "*.safetensors file"
        raise InputError(
            f"the model folder {path} has no {wanted}: save the weights in the safetensors format"
        )
    return tuple(path / name for name in names)


def _json(path: Path, needed: str = "cannot find") -> Mapping[str, Any]:
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(f"{needed} {path.name}") from None
    except (OSError, ValueError) as failure:
        raise InputError(f"cannot read {path}: {failure}") from failure
    if not isinstance(value, dict):
        raise InputError(f"{path} holds a {type(value).__name__}: a JSON object was expected")
    return value
