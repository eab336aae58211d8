from __future__ import annotations

import json
import subprocess
import sys

import reasonloom.train.rewards as rewards

LOADED = """
import json, sys
import reasonloom.train.rewards
print(json.dumps(sorted(sys.modules)))
"""


def test_the_package_loads_numpy_and_nothing_else_of_reasonloom() -> None:
    done = subprocess.run([sys.executable, "-c", LOADED], capture_output=True, check=True)
    loaded = json.loads(done.stdout)
    ours = [name for name in loaded if name.partition(".")[0] == "reasonloom"]
    package = "reasonloom.train.rewards"
    assert {name for name in ours if not name.startswith(package)} == {
        "reasonloom",
        "reasonloom.train",
    }
    assert {"torch", "trl", "scipy", "pydantic", "transformers"}.isdisjoint(loaded)
    assert "numpy" in loaded


def test_every_public_name_is_there() -> None:
    assert [name for name in rewards.__all__ if not hasattr(rewards, name)] == []
