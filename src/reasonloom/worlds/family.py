"""What a family of problems is: draws, phrasings, exact answer, a worked method a template."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from reasonloom.worlds import wording
from reasonloom.worlds.fillers import fillers

Params = tuple[int, ...]
Answer = int | Fraction | str
Work = tuple[list[str], str]
"""The lines of a worked method and the value that it ends with, as text."""

Draw = Callable[[random.Random, int, Mapping[int, int]], Params | None]
"""`draw(rng, level, fixed)`: parameters of that level (1 to 3) with some operands fixed beforehand
(a result established earlier), or None where a fixed operand does not suit the family."""


@dataclass(frozen=True)
class Method:
    """One template of the library applied to this family.

    `misfit(params)` says why the template must not be used on these numbers, or None.
    """

    template: str
    work: Callable[[Params], Work]
    misfit: Callable[[Params], str | None] = lambda params: None


@dataclass(frozen=True)
class Family:
    """One family. Texts take operands as strings, because an operand may be a name such as `a`.

    goal     what a plan says is to be found: "the greatest common divisor"
    slots    what each operand is called when a method is instantiated; the last one may stand for
             a list of any length (`many`)
    links    the operands that may come from an earlier part of a composite
    nouns    noun phrases, by language: "the gcd of {0} and {1}"
    stories  whole questions in everyday words, by language; they may name {who}, {other},
             {things}, {thing} and {place}
    """

    name: str
    topic: str
    goal: str
    slots: tuple[str, ...]
    links: tuple[int, ...]
    draw: Draw
    answer: Callable[[Params], Answer]
    nouns: Mapping[str, Sequence[str]]
    methods: tuple[Method, ...]
    stories: Mapping[str, Sequence[str]] | None = None
    many: bool = False
    chains: bool = True
    """Whether the answer is a whole number that later parts may use."""
    tell: Callable[[Params, random.Random, str], str] | None = None
    """`tell(params, rng, language)`: the whole question, where params encode a puzzle that no
    phrase with operands can hold; such a family has no slots, links or nouns."""
    show: Callable[[Params], str] | None = None
    """The instantiation of a puzzle: its normal form, which the lines of work then use."""

    @classmethod
    def puzzle(
        cls,
        name: str,
        goal: str,
        draw: Draw,
        answer: Callable[[Params], Answer],
        tell: Callable[[Params, random.Random, str], str],
        show: Callable[[Params], str],
        methods: tuple[Method, ...],
    ) -> Family:
        """A family of logic, which tells itself and stands alone."""
        return cls(
            name,
            "logic",
            goal,
            slots=(),
            links=(),
            draw=draw,
            answer=answer,
            nouns={},
            methods=methods,
            chains=False,
            tell=tell,
            show=show,
        )

    def noun(self, operands: Sequence[str], rng: random.Random, language: str = "en") -> str:
        return self._fill(rng.choice(self.nouns[language]), operands)

    def story(self, operands: Sequence[str], rng: random.Random, language: str) -> str | None:
        texts = (self.stories or {}).get(language)
        return self._fill(rng.choice(texts), operands, rng) if texts else None

    def _fill(self, text: str, operands: Sequence[str], rng: random.Random | None = None) -> str:
        head = len(self.slots) - 1
        if self.many:
            operands = (*operands[:head], ", ".join(operands[head:]))
        return wording.mend(text.format(*operands, **fillers(rng)))

    def bind(self, params: Params, names: Mapping[int, str]) -> str:
        """The instantiation: every slot with its number, `exponent = a = 12` for a linked one."""
        if self.show:
            return self.show(params)

        def show(i: int) -> str:
            return f"{names[i]} = {params[i]}" if i in names else str(params[i])

        head = len(self.slots) - (1 if self.many else 0)
        parts = [f"{slot} = {show(i)}" for i, slot in enumerate(self.slots[:head])]
        if self.many:
            rest = ", ".join(show(i) for i in range(head, len(params)))
            parts.append(f"{self.slots[-1]} = {rest}")
        return "; ".join(parts)

    def method(self, template: str) -> Method | None:
        return next((m for m in self.methods if m.template == template), None)

    def applicable(self, params: Params) -> list[Method]:
        return [m for m in self.methods if m.misfit(params) is None]
