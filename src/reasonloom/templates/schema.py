"""What a thought template is.

A template is a reusable plan of thought (ReasonFlux, section 3.1: name, tags, description, scope,
abstract steps, example application). Beyond the paper it has an id, a topic path, a level, its
provenance and licence, and a worked example whose answer a `check` can confirm.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, TypeAlias

Tree: TypeAlias = "int | str | tuple[Tree, ...]"
"""An expression as nested tuples, head first: ("integrate", ("sin", "x"), ("x", 0, "pi"))."""
Param: TypeAlias = "int | float | str | tuple[Param, ...]"
CheckKind = Literal["monty", "sympy", "none"]


@dataclass(frozen=True, slots=True)
class Check:
    """How the example's answer is confirmed by another road than the steps.

    monty  `program` turns the params into the answer, in the sandbox
    sympy  `tree` does, as an expression of whitelisted heads, in a worker process
    none   nothing does, for `reason`
    """

    kind: CheckKind
    program: str = ""
    tree: Tree = ()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Example:
    """A worked example: the problem, its numbers, the steps carried out, the final answer."""

    problem: str
    solution: str
    answer: str
    check: Check
    params: Mapping[str, Param] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class Template:
    """A reusable plan of thought.

    id       a slug, unique in its library
    topic    a path such as number_theory/divisibility
    tags     two to five of the vocabulary
    scope    what it is for, and when it does not apply
    steps    three to nine, general, free of the example's numbers
    level    1 (primary school) to 5 (olympiad)
    """

    id: str
    name: str
    topic: str
    tags: tuple[str, ...]
    description: str
    scope: str
    steps: tuple[str, ...]
    example: Example
    level: int
    provenance: str
    licence: str

    @property
    def content_hash(self) -> str:
        """16 hex digits over every field; equal content has equal hashes on every machine."""
        text = json.dumps(asdict(self), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]

    def to_dict(self) -> dict[str, Any]:
        """Every field as plain data for JSON, the content hash among them."""
        return {**asdict(self), "content_hash": self.content_hash}


def slug(name: str) -> str:
    """The id that belongs to a name: "Pascal's rule" gives "pascals-rule"."""
    plain = unicodedata.normalize("NFKD", name.casefold().replace("'", "").replace("’", ""))
    ascii_or_hangul = unicodedata.normalize("NFC", plain)
    return re.sub(r"[\W_]+", "-", ascii_or_hangul).strip("-")
