"""Write templates as the YAML that `Library.load` reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import yaml

from reasonloom.templates.schema import Check, Template


def write_templates(path: Path, templates: Sequence[Template]) -> Path:
    """Write one file; what `read_entries` reads from it equals `templates`."""
    data = {"templates": [_fields(template) for template in templates]}
    path.write_text(_dump(data), "utf-8")
    return path


def write_vocabulary(path: Path, tags: Mapping[str, Sequence[str]]) -> Path:
    path.write_text(_dump({tag: list(aliases) for tag, aliases in tags.items()}), "utf-8")
    return path


def _fields(template: Template) -> dict[str, Any]:
    fields: dict[str, Any] = asdict(template)
    fields["example"]["check"] = _check(template.example.check)
    plain: dict[str, Any] = _lists(fields)
    return plain


def _check(check: Check) -> dict[str, Any]:
    key = {"monty": "program", "sympy": "tree", "none": "reason"}[check.kind]
    return {"kind": check.kind, key: getattr(check, key)}


def _lists(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _lists(part) for key, part in value.items()}
    return [_lists(part) for part in value] if isinstance(value, list | tuple) else value


class _Dumper(yaml.SafeDumper):
    """Texts of several lines as blocks, and no anchors, which the reader refuses."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _block(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _block)


def _dump(data: Any) -> str:
    return yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=96)
