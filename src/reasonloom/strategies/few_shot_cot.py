"""Few-shot chain of thought: worked examples first, then the problem.

Wei et al., arXiv 2201.11903. What differs: the examples are turns of a conversation (each asked as
the problem is asked), and they may be the worked examples of the templates nearest to the problem
instead of the same eight for all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from reasonloom.context import Context
from reasonloom.models.protocol import Message, Prompt
from reasonloom.problem import Problem
from reasonloom.solution import Solution
from reasonloom.strategies.ask import speak
from reasonloom.strategies.conclude import conclude
from reasonloom.strategies.samples import within
from reasonloom.strategies.shots import SHOTS, Shot


@dataclass(frozen=True)
class FewShotCot:
    """shots        worked examples shown (paper, section 3.1: 8)
    nearest      take them from the nearest templates, the nearest one last (our choice: no)
    temperature  0 is greedy (paper: greedy)
    """

    shots: int = 8
    nearest: bool = False
    temperature: float = 0.0

    def __post_init__(self) -> None:
        within("shots", self.shots, 1, len(SHOTS))

    async def solve(self, problem: Problem, ctx: Context) -> Solution:
        dialect = speak(ctx, "reasoner")
        examples = _nearest(problem, ctx, self.shots) if self.nearest else SHOTS[: self.shots]
        request = dialect.cot(problem.question)
        shown = [(dialect.cot(shot.problem).prompt, shot) for shot in examples]
        (choice,) = await ctx.generate(
            _preceded(request.prompt, shown),
            role="reasoner",
            max_tokens=request.max_tokens,
            temperature=self.temperature,
        )
        return conclude(request.read(choice.text, choice.finish_reason), choice.text)


def _nearest(problem: Problem, ctx: Context, count: int) -> Sequence[Shot]:
    """Worked examples of the nearest templates; the fixed ones where there is no library."""
    retriever = ctx.retrievers.get("templates")
    if retriever is None:
        return SHOTS[:count]
    hits = retriever.retrieve(problem.question[:2_000], k=count)
    examples = [hit.template.example for hit in reversed(hits)]
    return [Shot(e.problem, e.solution, e.answer) for e in examples]


def _preceded(prompt: Prompt, shown: Sequence[tuple[Prompt, Shot]]) -> Prompt:
    """`prompt` after the examples: as earlier turns of a chat, or as earlier text."""
    if prompt.messages is None:
        end = prompt.stop[0] if prompt.stop else "\n"
        earlier = (f"{p.text}{s.work}\nanswer = {s.answer}{end}" for p, s in shown)
        return replace(prompt, text="".join(earlier) + (prompt.text or ""))
    turns: list[Message] = []
    for example, shot in shown:
        turns += (m for m in example.messages or () if m.role == "user")
        turns.append(Message("assistant", f"{shot.work}\n\\boxed{{{shot.answer}}}"))
    system = tuple(m for m in prompt.messages if m.role == "system")
    rest = tuple(m for m in prompt.messages if m.role != "system")
    return replace(prompt, messages=(*system, *turns, *rest))
