"""A model that is always right, to test what measures models."""

from __future__ import annotations

from collections.abc import Iterable

from reasonloom.models.protocol import Request
from reasonloom.nano.examples import around, methods, result_of
from reasonloom.nano.skills import everyday
from reasonloom.strategies.dialects import compact
from reasonloom.templates.library import Library
from reasonloom.trajectory import Assessment
from reasonloom.worlds.draw import Part, WorldProblem


class Perfect:
    """Replies as the recipe would, because it knows the problems beforehand."""

    def __init__(self, worlds: Iterable[WorldProblem]) -> None:
        self.worlds = {compact.clean(w.question): w for w in worlds}
        self.everyday = {compact.clean(p.question): p.answer or "" for p in everyday()}
        self.library = Library.load()

    def __call__(self, request: Request) -> str:
        text = request.text or ""
        world = self.worlds.get(text.removeprefix("<|q|>").partition("<|")[0])
        if world is None:
            return self.everyday.get(text.removeprefix("<|q|>").partition("<|")[0], compact.OUTSIDE)
        if text.endswith("<|plan|>"):
            return "\n".join(self._step(part) for part in world.parts)
        if text.endswith(("<|do|>", "<|assess|>")):
            part = next(p for p in world.parts if f"<|goal|>{p.goal}<|template|>" in text)
            return self._work(text, part) if text.endswith("<|do|>") else _judge(text, world, part)
        return str(world.parts[-1].value)

    def _step(self, part: Part) -> str:
        template = self.library.get(methods(part)[0].template)
        assert template
        return f"{part.goal} | {template.name} | {', '.join(template.tags)}"

    def _work(self, text: str, part: Part) -> str:
        shown = text.split("<|template|>")[1].partition("<|")[0].partition(":")[0]
        fits = {m.template: m for m in part.family.applicable(part.params)}
        return compact.work_reply(result_of(part, fits.get(shown, methods(part)[0])))


def _judge(text: str, world: WorldProblem, part: Part) -> str:
    _, rest = around(world, world.parts.index(part))
    verdict = Assessment("accept") if rest else Assessment("answered", answer=str(part.value))
    return compact.assess_reply(result_of(part, methods(part)[0]), verdict)
