"""What is done with one web solution: extract, respond, verify."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from reasonloom.branches import BranchFailure
from reasonloom.context import Context
from reasonloom.data.silver.read import Item
from reasonloom.data.silver.requests import Agreement, extract_answer, verify
from reasonloom.grading.grade import Grader
from reasonloom.problem import Problem
from reasonloom.strategies.ask import ask, speak
from reasonloom.strategies.dialects.base import Outside, Unreadable
from reasonloom.strategies.samples import within
from reasonloom.strategies.skilled import skilled

Json = dict[str, Any]


@dataclass(frozen=True)
class Silver:
    """responses    sampled for a problem (paper: 2)
    agree        share of them that must agree with the extracted answer; at least one always must
                 (paper: one of two)
    temperature  of the responses, as top_p (paper: 1.0 and 0.95, of QwQ)
    by_model     verify by the model of the role "verifier" instead of by rule
    """

    responses: int = 2
    agree: float = 0.0
    temperature: float = 1.0
    top_p: float = 0.95
    by_model: bool = False

    def __post_init__(self) -> None:
        within("responses", self.responses, 1, 1_000)
        within("agree", self.agree, 0, 1)
        within("temperature", self.temperature, 0, 2)


async def extraction(item: Item, ctx: Context) -> Json:
    """`answer` is None where the solution comes to no short answer, or `unreadable` says why."""
    skilled(ctx, "extractor", "find the answer in a solution")
    request = extract_answer(item.problem.question, item.solution)
    found = await ask(ctx, request, role="extractor")
    if isinstance(found, Unreadable | Outside):
        return {"answer": None, "unreadable": getattr(found, "reason", "outside")}
    return {"answer": found}


async def respond(problem: Problem, ctx: Context, wish: Silver) -> Json:
    """Chains of thought with the answers that they state."""
    request = speak(ctx, "reasoner").cot(problem.question)
    choices = await ctx.generate(
        request.prompt,
        role="reasoner",
        n=wish.responses,
        max_tokens=request.max_tokens,
        temperature=wish.temperature,
        top_p=wish.top_p,
    )
    read = [request.read(choice.text, choice.finish_reason) for choice in choices]
    answers = [found if isinstance(found, str) else None for found in read]
    texts = [choice.text for choice in choices]
    return {"responses": [[*pair] for pair in zip(texts, answers, strict=True)]}


async def by_rule(responses: Json, reference: str, grader: Grader) -> Json:
    """Agreement by our grader."""
    said = [await _ruled(answer, reference, grader) for _, answer in responses["responses"]]
    return {"said": said}


async def _ruled(answer: str | None, reference: str, grader: Grader) -> Agreement:
    if answer is None:
        return "not found"
    verdict = await grader.grade(answer, reference, is_text=False)
    return "undecided" if verdict.outcome == "ungradable" else verdict.outcome


async def by_model(problem: Problem, responses: Json, reference: str, ctx: Context) -> Json:
    """Agreement by the verifier, greedily, all responses at once."""
    skilled(ctx, "verifier", "compare answers")
    texts = [text for text, _ in responses["responses"]]
    branches = {
        f"response-{i}": partial(_asked, problem, text, reference) for i, text in enumerate(texts)
    }
    said = (await ctx.gather(branches)).values()
    failures = [one.error for one in said if isinstance(one, BranchFailure)]
    if failures:
        raise failures[0]
    return {"said": list(said)}


async def _asked(problem: Problem, text: str, reference: str, ctx: Context) -> Agreement:
    found = await ask(ctx, verify(problem.question, text, reference), role="verifier")
    return "undecided" if isinstance(found, Unreadable | Outside) else found
