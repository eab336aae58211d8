"""Each skill of nano alone, on problems that it was never trained on."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from importlib.resources import files
from typing import TypeVar

from reasonloom.api import TemplatesOnDemand, run
from reasonloom.context import Context, open_context
from reasonloom.grading.canonical import canonical
from reasonloom.models.protocol import Model, Prompt
from reasonloom.nano.examples import around, halted, methods, result_of, results
from reasonloom.nano.slips import spoil
from reasonloom.problem import Problem
from reasonloom.rates import Rate
from reasonloom.strategies.ask import ask, speak
from reasonloom.strategies.build import make_strategy
from reasonloom.strategies.dialects import compact
from reasonloom.templates.library import Library
from reasonloom.templates.schema import Template
from reasonloom.trajectory import Assessment, Step, StepResult
from reasonloom.worlds.draw import WorldProblem
from reasonloom.worlds.family import Method

AT_ONCE = 48
"""Problems solved together: enough to fill the local engine's batch (our choice)."""
T = TypeVar("T")
Test = Callable[[WorldProblem, Context], Awaitable[bool | None]]
"""Whether the skill succeeds on a problem; None where the problem does not test it."""


async def measure_skills(model: Model, worlds: Sequence[WorldProblem]) -> dict[str, Rate]:
    """The rate of each skill on `worlds`, then of questions from outside and in everyday words."""
    templates = TemplatesOnDemand()
    found = {}
    for name, test in tests().items():

        async def one(world: WorldProblem, test: Test = test) -> bool | None:
            with context(world.problem, model, templates) as ctx:
                return await test(world, ctx)

        marks = [m for m in await together([partial(one, w) for w in worlds]) if m is not None]
        found[name] = Rate(sum(marks), len(marks))
    for name, wanted, questions in (
        ("declines what lies outside", True, lines_of("outside.txt")),
        ("takes what lies inside", False, [w.question for w in worlds]),
    ):
        declined = await together([partial(_declined, q, model, templates) for q in questions])
        found[name] = Rate(sum(d is wanted for d in declined), len(declined))
    for spec in ("cot", "reasonflux"):
        asked = [partial(_everyday, spec, p, model, templates) for p in everyday()]
        marks = await together(asked)
        found[f"everyday words: {spec}"] = Rate(sum(marks), len(marks))
    return found


def tests() -> Mapping[str, Test]:
    library = Library.load()
    return {
        "plan": _plan,
        "work": partial(_work, library, True),
        "work with its name alone": partial(_work, library, None),
        "work without template": partial(_work, library, False),
        "assess: right accepted": partial(_assess, library, False),
        "assess: wrong caught": partial(_assess, library, True),
        "assess: own right accepted": partial(_assess_own, library, True),
        "assess: own wrong caught": partial(_assess_own, library, False),
        "check: a wrong chain mended": _check,
        "answer": _conclude,
    }


def lines_of(name: str) -> list[str]:
    """The lines of a file of questions written by hand; none of them is trained on."""
    text = files("reasonloom.nano").joinpath(name).read_text("utf-8")
    return [line for line in text.splitlines() if line.strip()]


def everyday() -> list[Problem]:
    """Questions of nano's worlds in words that none of its phrasings use, written by hand."""
    pairs = [line.split("\t") for line in lines_of("inside.txt")]
    return [Problem(question, answer) for question, answer in pairs]


async def _everyday(
    spec: str, problem: Problem, model: Model, templates: TemplatesOnDemand
) -> bool:
    solution = await run(make_strategy(spec), problem, context(problem, model, templates))
    return solution.answer is not None and canonical(solution.answer) == canonical(problem.answer)


async def _declined(question: str, model: Model, templates: TemplatesOnDemand) -> bool:
    problem = Problem(question)
    solution = await run(make_strategy("reasonflux"), problem, context(problem, model, templates))
    return solution.stop_reason == "outside"


async def _plan(world: WorldProblem, ctx: Context) -> bool:
    """The goals are the right ones in the right order, and each template suits its part."""
    steps = await ask(ctx, speak(ctx, "navigator").plan(world.question, ()), role="navigator")
    if not isinstance(steps, tuple) or len(steps) != len(world.parts):
        return False
    return all(
        step.goal == part.goal and step.template in {m.template for m in part.family.methods}
        for step, part in zip(steps, world.parts, strict=True)
    )


def _chosen(library: Library, world: WorldProblem) -> tuple[int, Method, Template | None]:
    """A part of a problem and a method that suits it, the same at each call."""
    rng = random.Random(world.question)
    index = rng.randrange(len(world.parts))
    method = rng.choice(methods(world.parts[index]))
    return index, method, library.get(method.template)


async def _do(
    world: WorldProblem, index: int, template: Template | None, ctx: Context
) -> StepResult | None:
    known, _ = around(world, index)
    request = speak(ctx, "reasoner").instantiate(
        world.question, Step(world.parts[index].goal), [template] if template else [], known
    )
    result = await ask(ctx, request, role="reasoner")
    return result if isinstance(result, StepResult) else None


def _holds(result: StepResult | None, world: WorldProblem, index: int) -> bool:
    part = world.parts[index]
    return result is not None and result.value == f"{part.name} = {part.value}"


async def _work(library: Library, shown: bool | None, world: WorldProblem, ctx: Context) -> bool:
    """`shown`: the template whole (True), its name (None), nothing (False)."""
    index, _, template = _chosen(library, world)
    if template and shown is None:
        template = replace(template, steps=())
    return _holds(
        await _do(world, index, template if shown is not False else None, ctx), world, index
    )


async def _check(world: WorldProblem, ctx: Context) -> bool:
    """Whether a chain that has gone wrong in some part comes right after it is told to wait."""
    rng = random.Random(f"{world.question} slip")
    prompt, _ = halted(rng, world, spoilt=True, told=True)
    (choice,) = await ctx.generate(
        Prompt(text=prompt, stop=(compact.END,)), role="reasoner", max_tokens=1_600
    )
    answer = compact.parse_answer(choice.text)
    return isinstance(answer, str) and right(answer, world)


async def _judge(
    world: WorldProblem, index: int, template: Template | None, result: StepResult, ctx: Context
) -> bool | None:
    """Whether a result is let pass; None where the reply cannot be read."""
    known, rest = around(world, index)
    request = speak(ctx, "navigator").assess(
        world.question,
        Step(world.parts[index].goal),
        template,
        known,
        result,
        tuple(Step(p.goal) for p in rest),
    )
    said = await ask(ctx, request, role="navigator")
    if not isinstance(said, Assessment):
        return None
    return said.action in ("accept", "answered")


async def _assess(library: Library, spoilt: bool, world: WorldProblem, ctx: Context) -> bool:
    """Whether a right result is let pass, or one with a planted slip is not."""
    index, method, template = _chosen(library, world)
    part = world.parts[index]
    result = result_of(part, method)
    if spoilt:
        result = spoil(random.Random(f"{world.question} slip"), part, result)
    return await _judge(world, index, template, result, ctx) is (not spoilt)


async def _assess_own(
    library: Library, right: bool, world: WorldProblem, ctx: Context
) -> bool | None:
    """The same on what the model itself has worked out, where it is right, or where it is wrong."""
    index, _, template = _chosen(library, world)
    with ctx.child("work") as child:
        result = await _do(world, index, template, child)
    if result is None or _holds(result, world, index) is not right:
        return None
    with ctx.child("judge") as child:
        return await _judge(world, index, template, result, child) is right


async def _conclude(world: WorldProblem, ctx: Context) -> bool:
    request = speak(ctx, "reasoner").answer(world.question, results(world))
    answer = await ask(ctx, request, role="reasoner")
    return isinstance(answer, str) and right(answer, world)


def context(problem: Problem, model: Model, templates: TemplatesOnDemand) -> Context:
    return open_context(problem, {"default": model}, retrievers={"templates": templates})


def right(answer: str | None, world: WorldProblem) -> bool:
    return answer is not None and canonical(answer) == canonical(str(world.parts[-1].value))


async def together(jobs: Sequence[Callable[[], Awaitable[T]]]) -> list[T]:
    limit = asyncio.Semaphore(AT_ONCE)

    async def one(job: Callable[[], Awaitable[T]]) -> T:
        async with limit:
            return await job()

    return list(await asyncio.gather(*(one(job) for job in jobs)))
