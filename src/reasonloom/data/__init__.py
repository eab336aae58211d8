"""Problems from worlds, reasoning-gym, files and benchmarks of the Hugging Face hub."""

from __future__ import annotations

from reasonloom.data.load import Dataset, Duplicate, load

__all__ = ["Dataset", "Duplicate", "load"]
