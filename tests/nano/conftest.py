"""One tiny run for all tests of this folder, trained once a session, and its export."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def one_thread() -> Iterator[None]:
    """Small models lose more by threads that wait for each other than they gain."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def tiny_run(tmp_path_factory: pytest.TempPathFactory, one_thread: None) -> Path:
    from tiny_recipe import TINY

    from reasonloom.nano.train import train

    folder = tmp_path_factory.mktemp("nano") / "run"
    train(TINY, folder, compile_blocks=False)
    return folder


@pytest.fixture(scope="session")
def tiny_model(tiny_run: Path) -> Path:
    from reasonloom.nano.export import export

    return export(tiny_run, tiny_run / "model")
