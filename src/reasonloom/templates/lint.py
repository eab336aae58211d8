"""Find what is wrong with a library: every fault at once, each with its file and line."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from reasonloom.errors import TemplateError
from reasonloom.templates import rules
from reasonloom.templates.check import Checker
from reasonloom.templates.library import Entry, files, read_entries, vocabulary_of


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One fault. `rule` is its short name, as listed in docs/templates.md."""

    file: str
    line: int
    rule: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.rule}: {self.message}"


def lint(path: Path | None = None, run_checks: bool = True) -> list[Finding]:
    """Every fault of the library at `path` (None: the shipped one), by file and line.

    `run_checks` also confirms each worked example, in worker processes. Raises TemplateError when
    the path itself cannot be used.
    """
    entries: list[Entry] = []
    findings: list[Finding] = []
    for file in files(path):
        read, faults = read_entries(file)
        entries += read
        findings += (_unreadable(fault, file) for fault in faults)
    vocabulary = vocabulary_of(path)
    for entry in entries:
        findings += _at(entry, rules.faults(entry.template, vocabulary))
    for entry, fault in rules.twins(entries):
        findings += _at(entry, [fault])
    if run_checks:
        findings += asyncio.run(_checks(entries))
    return sorted(findings)


def _unreadable(fault: TemplateError, file: Path) -> Finding:
    where = f"{fault.file}:{fault.line}: " if fault.line else f"{fault.file}: "
    return Finding(
        fault.file or str(file), fault.line or 1, "malformed", str(fault).removeprefix(where)
    )


def _at(entry: Entry, faults: Sequence[rules.Fault] | Iterator[rules.Fault]) -> list[Finding]:
    return [
        Finding(entry.file, entry.line(*fault.at), fault.rule, fault.message) for fault in faults
    ]


async def _checks(entries: Sequence[Entry]) -> list[Finding]:
    found: list[Finding] = []
    async with Checker() as checker:
        for entry in entries:
            result = await checker.check(entry.template.example)
            if result.status in ("wrong", "failed"):
                fault = rules.Fault("check-failed", result.detail, ("example", "check"))
                found += _at(entry, [fault])
    return found
