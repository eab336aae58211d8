"""What nano can do, measured on problems it was never trained on; the gate of each release.

All problems are of the dev split. Rates carry 95 % Wilson intervals.
"""

from __future__ import annotations

import asyncio
import math
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from importlib.resources import files
from multiprocessing import get_context
from typing import Any, TypeVar

from reasonloom.api import TemplatesOnDemand, run
from reasonloom.context import Context, open_context
from reasonloom.errors import InputError
from reasonloom.grading.canonical import canonical
from reasonloom.models.protocol import Model
from reasonloom.problem import Problem
from reasonloom.seeds import derive
from reasonloom.solution import Solution
from reasonloom.strategies.ask import ask, speak
from reasonloom.strategies.build import make_strategy
from reasonloom.templates.library import Library
from reasonloom.trajectory import Assessment, Step, StepResult
from reasonloom.worlds.draw import WorldProblem, draw
from reasonloom.worlds.families import FAMILIES

STRATEGIES = ("direct", "cot", "self_consistency(n=8)", "reasonflux")
SECTIONS = (*(f"family {f}" for f in FAMILIES), *(f"depth {d}" for d in range(1, 9)), "skills")
AT_ONCE = 48
"""Problems solved together: enough to fill the local engine's batch (our choice)."""
WORSE = 2.0
"""Points by which a skill may fall before a release is refused (design)."""
T = TypeVar("T")


@dataclass(frozen=True)
class Rate:
    """Successes of trials."""

    hits: int
    trials: int

    @property
    def percent(self) -> float:
        return 100 * self.hits / self.trials if self.trials else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        """95 % Wilson score interval, in percent."""
        if not self.trials:
            return 0.0, 100.0
        n, p, z = self.trials, self.hits / self.trials, 1.959964
        centre = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        return 100 * max(0.0, centre - half), 100 * min(1.0, centre + half)


@dataclass
class Results:
    """`accuracy[group][strategy]`, mean `tokens` of the same shape, and the skills one by one."""

    model: str
    accuracy: dict[str, dict[str, Rate]] = field(default_factory=dict)
    tokens: dict[str, dict[str, float]] = field(default_factory=dict)
    skills: dict[str, Rate] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        def rates(of: Mapping[str, Rate]) -> dict[str, list[int]]:
            return {name: [rate.hits, rate.trials] for name, rate in of.items()}

        return {
            "model": self.model,
            "accuracy": {group: rates(of) for group, of in self.accuracy.items()},
            "tokens": self.tokens,
            "skills": rates(self.skills),
        }


async def measure(
    spec: str, *, problems: int = 50, seed: int = 0, sections: Sequence[str] | None = None
) -> Results:
    """Run every strategy on every family and depth, and each skill alone.

    sections  only these of `SECTIONS`
    """
    from reasonloom.models.resolve import resolve

    model = resolve(spec)
    try:
        results = Results(f"{spec} {model.profile.hash or ''}".strip())
        for section in sections or SECTIONS:
            kind, _, name = section.partition(" ")
            if kind == "family":
                worlds = draw_many(problems, seed, families=[name])
                await _group(section, worlds, model, results)
            elif kind == "depth":
                worlds = draw_many(problems, seed, depth=int(name))
                await _group(section, worlds, model, results)
            else:
                await _skills(model, problems, seed, results)
        return results
    finally:
        await model.close()


def measure_in_processes(spec: str, *, problems: int, seed: int, jobs: int) -> Results:
    """`measure` with its sections spread over `jobs` processes; the results are the same."""
    if jobs < 2:
        return asyncio.run(measure(spec, problems=problems, seed=seed))
    with ProcessPoolExecutor(jobs, get_context("spawn")) as pool:
        longest_first = sorted(SECTIONS, key=lambda s: s.startswith("family"))
        parts = dict(
            zip(
                longest_first,
                pool.map(partial(_section, spec, problems, seed), longest_first),
                strict=True,
            )
        )
    whole = Results(parts[SECTIONS[0]].model)
    for section in SECTIONS:
        whole.accuracy |= parts[section].accuracy
        whole.tokens |= parts[section].tokens
        whole.skills |= parts[section].skills
    return whole


def _section(spec: str, problems: int, seed: int, section: str) -> Results:
    return asyncio.run(measure(spec, problems=problems, seed=seed, sections=[section]))


def draw_many(
    n: int, seed: int, *, depth: int = 1, families: Sequence[str] | None = None
) -> list[WorldProblem]:
    """`n` distinct problems of the dev split, levels in turn; fewer where a family has no more."""
    rng = random.Random(derive(seed, "check", depth, *(families or ())))
    made: dict[str, WorldProblem] = {}
    levels = [1, 2, 3]
    for tries in range(40 * n):
        level = levels[tries % len(levels)]
        try:
            world = draw(rng, families=families, depth=depth, level=level, split="dev")
        except InputError:
            levels.remove(level)  # a narrow family may have no dev problem of its lowest level
            if not levels:
                raise
            continue
        made.setdefault(world.canonical, world)
        if len(made) == n:
            break
    return list(made.values())


async def _group(name: str, worlds: list[WorldProblem], model: Model, results: Results) -> None:
    results.accuracy[name], results.tokens[name] = {}, {}
    templates = TemplatesOnDemand()
    for spec in STRATEGIES:
        strategy = make_strategy(spec)

        async def one(world: WorldProblem, strategy: Any = strategy) -> Solution:
            return await run(strategy, world.problem, _context(world.problem, model, templates))

        solutions = await _together([partial(one, w) for w in worlds])
        hits = sum(_right(s.answer, w) for s, w in zip(solutions, worlds, strict=True))
        results.accuracy[name][spec] = Rate(hits, len(worlds))
        spent = [s.usage.tokens for s in solutions if s.usage]
        results.tokens[name][spec] = sum(spent) / len(spent)


def _context(problem: Problem, model: Model, templates: TemplatesOnDemand) -> Context:
    return open_context(problem, {"default": model}, retrievers={"templates": templates})


def _right(answer: str | None, world: WorldProblem) -> bool:
    return answer is not None and canonical(answer) == canonical(str(world.parts[-1].value))


async def _together(jobs: Sequence[Callable[[], Awaitable[T]]]) -> list[T]:
    limit = asyncio.Semaphore(AT_ONCE)

    async def one(job: Callable[[], Awaitable[T]]) -> T:
        async with limit:
            return await job()

    return list(await asyncio.gather(*(one(job) for job in jobs)))


async def _skills(model: Model, n: int, seed: int, results: Results) -> None:
    """Each skill alone on composites of depth 1 to 6, as many as `n` a depth."""
    worlds = [w for d in range(1, 7) for w in draw_many(n, seed + 1, depth=d)]
    library, templates = Library.load(), TemplatesOnDemand()
    tests: dict[str, Callable[[WorldProblem, Context], Awaitable[bool | None]]] = {
        "plan": _plan,
        "work": partial(_work, library, True),
        "work without template": partial(_work, library, False),
        "assess: right accepted": partial(_assess, library, False),
        "assess: wrong caught": partial(_assess, library, True),
        "answer": _conclude,
    }
    for name, test in tests.items():

        async def one(world: WorldProblem, test: Any = test) -> bool | None:
            with _context(world.problem, model, templates) as ctx:
                found: bool | None = await test(world, ctx)
                return found

        marks = [m for m in await _together([partial(one, w) for w in worlds]) if m is not None]
        results.skills[name] = Rate(sum(marks), len(marks))
    for name, wanted, questions in (
        ("declines what lies outside", True, outside_questions()),
        ("takes what lies inside", False, [w.question for w in worlds]),
    ):

        async def declined(question: str) -> bool:
            problem = Problem(question)
            solution = await run(
                make_strategy("reasonflux"), problem, _context(problem, model, templates)
            )
            return solution.stop_reason == "outside"

        marks = await _together([partial(declined, q) for q in questions])
        results.skills[name] = Rate(sum(m is wanted for m in marks), len(marks))


def outside_questions() -> list[str]:
    """Questions written by hand from outside the worlds; none of them is trained on."""
    text = files("reasonloom.nano").joinpath("outside.txt").read_text("utf-8")
    return [line for line in text.splitlines() if line.strip()]


async def _plan(world: WorldProblem, ctx: Context) -> bool:
    """The goals are the right ones in the right order, and each template suits its part."""
    steps = await ask(ctx, speak(ctx, "navigator").plan(world.question, ()), role="navigator")
    if not isinstance(steps, tuple) or len(steps) != len(world.parts):
        return False
    return all(
        step.goal == part.goal and step.template in {m.template for m in part.family.methods}
        for step, part in zip(steps, world.parts, strict=True)
    )


async def _work(library: Library, shown: bool, world: WorldProblem, ctx: Context) -> bool:
    from reasonloom.nano.examples import known_before, methods

    index = len(world.parts) - 1
    part = world.parts[index]
    template = library.get(random.Random(world.question).choice(methods(part)).template)
    request = speak(ctx, "reasoner").instantiate(
        world.question,
        Step(part.goal),
        [template] if template and shown else [],
        known_before(world, index),
    )
    result = await ask(ctx, request, role="reasoner")
    return isinstance(result, StepResult) and result.value == f"{part.name} = {part.value}"


async def _assess(library: Library, spoilt: bool, world: WorldProblem, ctx: Context) -> bool:
    """Whether a right result is let pass, or one with a single planted slip is not."""
    from reasonloom.nano.examples import known_before, methods, result_of, spoil

    rng = random.Random(f"{world.question}{spoilt}")
    index = rng.randrange(len(world.parts))
    part = world.parts[index]
    method = rng.choice(methods(part))
    result = result_of(part, method)
    if spoilt:
        result, _ = spoil(rng, part, method, result)
    request = speak(ctx, "navigator").assess(
        world.question,
        Step(part.goal),
        library.get(method.template),
        known_before(world, index),
        result,
        tuple(Step(p.goal) for p in world.parts[index + 1 :]),
    )
    said = await ask(ctx, request, role="navigator")
    if not isinstance(said, Assessment):
        return False
    wanted = "answered" if index == len(world.parts) - 1 else "accept"
    return said.action in ("retry", "replace") if spoilt else said.action == wanted


async def _conclude(world: WorldProblem, ctx: Context) -> bool:
    from reasonloom.nano.examples import known_before

    known = known_before(world, len(world.parts))
    answer = await ask(ctx, speak(ctx, "reasoner").answer(world.question, known), role="reasoner")
    return isinstance(answer, str) and _right(answer, world)


def compare(before: Mapping[str, Any], now: Results) -> list[str]:
    """Skills that fell by more than 2 points, each as a line with both intervals."""
    lines = []
    for name, (hits, trials) in before["skills"].items():
        old, new = Rate(hits, trials), now.skills.get(name)
        if new is None or old.percent - new.percent > WORSE:
            shown = "gone" if new is None else show_rate(new)
            lines.append(f"{name}: {show_rate(old)} before, {shown} now")
    return lines


def show_rate(rate: Rate) -> str:
    low, high = rate.interval
    return f"{rate.percent:.0f} % [{low:.0f}, {high:.0f}]"
