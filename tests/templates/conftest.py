"""One sound template as YAML, from which tests plant their faults."""

from collections.abc import Callable
from pathlib import Path

import pytest

SOUND = """\
topic: algebra/linear_equations
provenance: a test
licence: Apache-2.0
templates:
- id: halve-and-double
  name: Halve and double
  tags: [sums, fractions]
  level: 2
  description: Halve one factor and double the other.
  scope: Products with an even factor. Does not apply to two odd factors.
  steps:
  - Halve the even factor.
  - Double the other factor.
  - Multiply the results.
  example:
    problem: What is 16 times 35?
    params: {a: 16, b: 35}
    solution: 8 times 70 is 560.
    answer: "560"
    check:
      kind: monty
      program: |
        a * b
"""

Write = Callable[..., Path]


@pytest.fixture
def sound() -> str:
    return SOUND


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes the sound template with replacements, each of which must apply, as one file."""

    def _write(*changes: tuple[str, str], name: str = "lib.yaml", more: str = "") -> Path:
        text = SOUND
        for old, new in changes:
            assert old in text, f"{old!r} is not in the sound template"
            text = text.replace(old, new)
        (tmp_path / name).write_text(text + more, "utf-8")
        return tmp_path

    return _write
