"""What the package shows, what it costs to import, and which way its parts depend."""

from __future__ import annotations

import ast
import importlib
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import reasonloom

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src"

PUBLIC = ["Limits", "Problem", "Solution", "__version__", "asolve", "solve"]

HEAVY = {"aiohttp", "numpy", "pydantic", "torch", "transformers"}
"""What `loom --help` must not wait for."""

OPTIONAL = {"safetensors", "sentence_transformers", "tokenizers", "torch", "transformers"}
"""What comes with an extra: a module that needs it may be missing it."""

BASE = {"core", "grading", "templates", "dialects"}
MIDDLE = BASE | {"models", "strategies", "worlds", "nano"}
ALLOWED: dict[str, set[str]] = {
    "core": set(),
    "models": {"core"},
    "grading": {"core"},
    "templates": {"core", "grading"},
    "dialects": {"core", "grading", "templates"},
    "strategies": BASE | {"models"},
    "worlds": BASE,
    "api": BASE | {"models", "strategies"},
    "nano": BASE | {"models", "worlds", "strategies", "api"},
    "data": MIDDLE,
    "evaluate": MIDDLE | {"data", "api"},
    "train": MIDDLE | {"api", "data", "evaluate"},
    "serve": MIDDLE | {"api"},
    "cli": MIDDLE | {"api", "data", "evaluate", "train", "serve"},
}
"""Which parts each part may import besides itself; any other arrow points the wrong way.

`core` is the one protocol of models, the one form of rows to learn from, and each file at the top
of the package that is not named here.
"""


def module_name(path: Path) -> str:
    parts = path.relative_to(SOURCE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(path): path for path in sorted(SOURCE.rglob("*.py"))}


def part_of(module: str) -> str | None:
    """The part that a module or a public name belongs to, or None for what is not ours."""
    top, *names = module.split(".")
    if top != "reasonloom" or not names or names[0] == "__version__":
        return None
    if names[0] in PUBLIC:
        return "api"
    if names[0] == "__main__":
        return "cli"
    stands_alone = (SOURCE / top / f"{names[0]}.py").exists() and names[0] not in ALLOWED
    if stands_alone or names[:2] in (["models", "protocol"], ["train", "rows"]):
        return "core"
    return "dialects" if names[:2] == ["strategies", "dialects"] else names[0]


def imported_by(module: str) -> Iterator[str]:
    """Every module that the source of `module` imports, at its top or inside a function."""
    path = MODULES[module]
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            up = package.split(".")[: len(package.split(".")) - node.level + 1]
            source = ".".join(
                [*(up if node.level else []), *([node.module] if node.module else [])]
            )
            for alias in node.names:
                inner = f"{source}.{alias.name}"
                yield inner if inner in MODULES or source == "reasonloom" else source


def project_table() -> dict[str, Any]:
    table: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return table


def imported_while(code: str, *arguments: str) -> set[str]:
    """The top-level packages that a fresh interpreter imports while it runs `code`."""
    command = [sys.executable, "-X", "importtime", "-c", code, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    lines = re.findall(r"^import time:[^|]*\|[^|]*\|\s*(\S+)$", done.stderr, re.MULTILINE)
    assert "sys" in lines or "site" in lines, done.stderr[:500]
    return {name.partition(".")[0] for name in lines}


def test_the_public_names_are_exactly_these() -> None:
    assert sorted(reasonloom.__all__) == PUBLIC
    assert [name for name in PUBLIC if not hasattr(reasonloom, name)] == []


def test_the_version_is_that_of_pyproject() -> None:
    assert reasonloom.__version__ == project_table()["version"]


@pytest.mark.parametrize(
    ("code", "arguments"),
    [
        ("import reasonloom", []),
        ("import reasonloom.cli", []),
        ("from reasonloom.cli import main; main()", ["--help"]),
    ],
    ids=["import reasonloom", "import reasonloom.cli", "loom --help"],
)
def test_nothing_heavy_is_imported_before_it_is_needed(code: str, arguments: list[str]) -> None:
    assert imported_while(code, *arguments) & HEAVY == set()


@pytest.mark.parametrize("module", [m for m in MODULES if not m.endswith("__main__")])
def test_every_module_can_be_imported(module: str) -> None:
    try:
        importlib.import_module(module)
    except ModuleNotFoundError as missing:
        if (missing.name or "").partition(".")[0] not in OPTIONAL:
            raise
        pytest.skip(f"needs an extra: {missing.name}")


def test_the_table_of_allowed_imports_has_no_circle() -> None:
    assert set(TopologicalSorter(ALLOWED).static_order()) == set(ALLOWED)


@pytest.mark.parametrize("module", [m for m in MODULES if part_of(m)])
def test_imports_point_one_way(module: str) -> None:
    part = part_of(module)
    assert part in ALLOWED, f"{part} is a new part: say in ALLOWED what it may import"
    wrong = {
        name for name in imported_by(module) if part_of(name) not in {None, part, *ALLOWED[part]}
    }
    assert wrong == set(), f"{part} must not import these"


def test_every_dependency_that_make_installs_is_pinned_to_a_version_that_it_allows() -> None:
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    pins = dict(line.split("==") for line in lines if not line.startswith("#"))
    versions = {canonicalize_name(name): version for name, version in pins.items()}
    project = project_table()
    extras = project["optional-dependencies"]
    names = ("local", "dev", "servers", "gym")
    texts = [*project["dependencies"], *(text for name in names for text in extras[name])]
    wanted = [Requirement(text) for text in texts]
    loose = [
        str(r) for r in wanted if versions.get(canonicalize_name(r.name), "") not in r.specifier
    ]
    assert loose == [], "run make pin"
