"""Lets the tests of this folder import its helpers (server.py, tiny.py ...) by name."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(autouse=True)
def no_settings_of_the_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No key, no models file and no limiter of an earlier test."""
    from reasonloom.models.limited import forget_gates

    for name in ("OPENAI_API_KEY", "LOOM_API_KEY", "OPENAI_BASE_URL", "http_proxy", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LOOM_MODELS", str(tmp_path / "models.yaml"))
    forget_gates()
