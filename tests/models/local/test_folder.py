from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from reasonloom.errors import InputError
from reasonloom.models.local import LocalModel, folder
from reasonloom.models.local.folder import find, profile_of, weights_hash


@pytest.fixture
def copy(llama_folder: Path, tmp_path: Path) -> Path:
    shutil.copytree(llama_folder, tmp_path / "model")
    return tmp_path / "model"


def test_a_folder_that_is_not_there_is_named() -> None:
    with pytest.raises(InputError, match="no model folder at '/nowhere/at/all'"):
        find("/nowhere/at/all")


@pytest.mark.parametrize(
    ("name", "said"),
    [("config.json", "has no config.json"), ("model.safetensors", r"no \*\.safetensors file")],
)
def test_a_missing_file_is_named(copy: Path, name: str, said: str) -> None:
    (copy / name).unlink()
    with pytest.raises(InputError, match=said):
        find(copy)


def test_a_missing_shard_is_named(copy: Path) -> None:
    shards = {"a": "model.safetensors", "b": "model-2.safetensors"}
    (copy / "model.safetensors.index.json").write_text(json.dumps({"weight_map": shards}))
    with pytest.raises(InputError, match=r"has no model-2\.safetensors"):
        find(copy)


@pytest.mark.parametrize("text", ["{", "[1]"])
def test_a_config_that_is_not_json_is_named(copy: Path, text: str) -> None:
    (copy / "config.json").write_text(text)
    with pytest.raises(InputError, match=r"config\.json"):
        find(copy)


def test_the_profile_comes_from_reasonloom_json(copy: Path) -> None:
    settings = {"dialect": "compact", "chat": False, "think": None, "context_tokens": 99}
    (copy / "reasonloom.json").write_text(json.dumps(settings))
    profile = profile_of(find(copy), chat=True)
    assert (profile.dialect, profile.chat, profile.think) == ("compact", False, None)
    assert profile.context_tokens == 99
    assert {"n", "seed", "logprobs", "prefix", "raw", "token_ids"} <= (profile.features or set())


def test_large_weights_are_hashed_by_samples(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = copy / "model.safetensors"
    whole = weights_hash((file,))
    monkeypatch.setattr(folder, "WHOLE_HASH_BYTES", 1000)
    sampled = weights_hash((file,))
    assert sampled != whole
    data = bytearray(file.read_bytes())
    data[-1] ^= 1
    file.write_bytes(data)
    assert weights_hash((file,)) != sampled


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"device": "cuda:99"}, "cannot use the device 'cuda:99'"),
        ({"device": "abacus"}, "cannot use the device 'abacus'"),
        ({"device": "cpu", "dtype": "int8"}, "unknown dtype 'int8'"),
        ({"device": "cpu", "backend": "magic"}, "unknown backend 'magic'"),
        ({"device": "cpu", "cache_gb": 0}, "cache_gb is 0"),
        ({"device": "cpu", "max_rows": 0}, "max_rows is 0"),
        ({"device": "cpu", "threads": 0}, "threads is 0"),
    ],
)
def test_an_option_that_does_not_fit_is_refused(
    llama_folder: Path, options: dict[str, object], said: str
) -> None:
    with pytest.raises(InputError, match=said):
        LocalModel.open(llama_folder, **options)  # type: ignore[arg-type]
