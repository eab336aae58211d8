"""The tiny run of nano's tests, for what branches off a run."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.nano.conftest import one_thread, tiny_run

__all__ = ["one_thread", "tiny_run"]
