"""What nano is trained on: a prompt and a reply for each skill, made from the worlds."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from typing import NamedTuple, TypeVar

from reasonloom.errors import InputError
from reasonloom.nano.outside import outside_question
from reasonloom.nano.slips import near, spoil
from reasonloom.strategies.dialects import compact
from reasonloom.templates.library import Library
from reasonloom.templates.schema import Template
from reasonloom.trajectory import Assessment, Step, StepResult
from reasonloom.worlds.draw import Part, WorldProblem, draw
from reasonloom.worlds.families import FAMILIES
from reasonloom.worlds.family import Method
from reasonloom.worlds.part import ANSWER
from reasonloom.worlds.perturb import distract
from reasonloom.worlds.splits import WITHHELD_DEPTHS, WITHHELD_TEMPLATES

DEPTHS = {1: 0.28, 2: 0.2, 3: 0.18, 4: 0.14, 5: 0.12, 6: 0.08}
LEVELS = {1: 0.3, 2: 0.4, 3: 0.3}
KOREAN = 0.06
DISTRACTED = 0.06
NARROW = 0.2
"""Share of composites drawn from four families alone (our choice)."""
PUZZLES = 0.15
"""Share of lone problems that are puzzles, on top of those that fall among all (our choice)."""
DROPPED, MISFIT = 0.15, 0.15
"""Share of steps whose template is left out, or belongs to something else (design)."""
NAME_ONLY = 0.3
"""Share of shown templates of which the prompt holds the name alone (our choice)."""
MISNAMED, MISNAMES = 0.15, "abcdeghkmnpqrABCDEG"
"""Share of steps whose goal names wrongly, or not at all, what it builds on, as plans of six parts
do; and the names it then says (our choice)."""
SKILLS = {
    "work": 0.34,
    "assess": 0.15,
    "plan": 0.17,
    "cot": 0.16,
    "check": 0.05,
    "direct": 0.01,
    "revise": 0.03,
    "answer": 0.02,
    "outside": 0.07,
}
assert not WITHHELD_DEPTHS & set(DEPTHS)


T = TypeVar("T")


class Example(NamedTuple):
    skill: str
    prompt: str
    reply: str


def example(
    rng: random.Random,
    library: Library,
    skills: Mapping[str, float],
    families: Sequence[str] = tuple(FAMILIES),
) -> Example:
    """One training example, of a skill drawn by weight, on a problem of the train split."""
    skill = pick(rng, skills)
    world = _draw(rng, pick(rng, DEPTHS), families)
    if rng.random() < DISTRACTED:
        world = distract(world, rng, held_out=False)
    return _MAKERS[skill](rng, library, world)


def _draw(rng: random.Random, depth: int, families: Sequence[str]) -> WorldProblem:
    """A problem of the train split: of all families; or a puzzle, which no composite shows; or of
    so few that two parts of one family are likely, which only their names tell apart."""
    few: list[str] = []
    if depth == 1 and rng.random() < PUZZLES:
        few = [name for name in families if FAMILIES[name].tell]
    elif depth > 1 and rng.random() < NARROW:
        linked = [n for n in families if FAMILIES[n].chains and FAMILIES[n].links]
        few = rng.sample(linked, min(len(linked), 5))
    wanted = partial(
        draw,
        rng,
        depth=depth,
        level=pick(rng, LEVELS),
        language="ko" if rng.random() < KOREAN else "en",
        split="train",
        withheld=False,
    )
    try:
        return wanted(families=few or families)
    except InputError:  # so few may hold no such problem
        return wanted(families=families)


def pick(rng: random.Random, weights: Mapping[T, float]) -> T:
    return rng.choices(list(weights), list(weights.values()))[0]


def methods(part: Part) -> list[Method]:
    """The methods that suit a part's numbers, of those that training may show."""
    fits = part.family.applicable(part.params)
    return [m for m in fits if m.template not in WITHHELD_TEMPLATES] or fits


def waves(world: WorldProblem) -> list[int]:
    """For each part the wave in which it can be settled: 0, or one after the parts it needs."""
    wave: dict[str, int] = {}
    for part in world.parts:
        wave[part.name] = 1 + max((wave[name] for name in part.names.values()), default=-1)
    return list(wave.values())


def around(
    world: WorldProblem, index: int, rng: random.Random | None = None
) -> tuple[list[str], list[Part]]:
    """What is known when a part is worked on, and the other parts that are not settled yet.

    A part of the same wave is settled at the same time; with `rng`, sometimes before (a retry).
    """
    order = waves(world)
    early = rng is not None and rng.random() < 0.15
    settled = [
        order[i] < order[index] or (early and i < index and order[i] == order[index])
        for i in range(len(order))
    ]
    known = [f"{p.name} = {p.value}" for p, s in zip(world.parts, settled, strict=True) if s]
    rest = [p for i, p in enumerate(world.parts) if not settled[i] and i != index]
    return known, rest


def results(world: WorldProblem) -> list[str]:
    """Every part's value, as the answer is concluded from them."""
    return [f"{p.name} = {p.value}" for p in world.parts]


def result_of(part: Part, method: Method) -> StepResult:
    """The worked step; where the template does not suit the numbers, the word that it does not."""
    reason = method.misfit(part.params)
    bound = part.family.bind(part.params, part.names)
    if reason:
        return StepResult(bound, f"does not apply: {reason}", "none")
    lines, value = method.work(part.params)
    return StepResult(bound, "; ".join(lines), f"{part.name} = {value}")


def plan_step(part: Part, template: Template) -> Step:
    return Step(part.goal, template.name, template.tags)


def plan(rng: random.Random, library: Library, parts: Sequence[Part]) -> tuple[Step, ...]:
    """One step a part, its template drawn uniformly over those that apply."""
    chosen = [library.get(rng.choice(methods(p)).template) for p in parts]
    return tuple(plan_step(p, t) for p, t in zip(parts, chosen, strict=True) if t)


def _goal(rng: random.Random, part: Part) -> str:
    """The part's goal; as a plan sometimes has it, with wrong word of what it builds on."""
    if rng.random() >= MISNAMED:
        return part.goal
    goal = part.goal.partition(" from ")[0]
    return goal + rng.choice(("", f" from {rng.choice(MISNAMES)}"))


def _work(rng: random.Random, library: Library, world: WorldProblem) -> Example:
    index = rng.randrange(len(world.parts))
    part = world.parts[index]
    method, template = _template_for(rng, library, part)
    shown = compact.template_text(template)
    if template and rng.random() < NAME_ONLY:
        shown = template.name
    result = result_of(part, method)
    doubtful = result.value != "none" and rng.random() < 0.1
    feedback = _doubt(rng, part, result) if doubtful else ""
    known, _ = around(world, index, rng)
    prompt = compact.work_prompt(world.question, _goal(rng, part), shown, known, feedback)
    return Example("work", prompt, compact.work_reply(result))


def _doubt(rng: random.Random, part: Part, result: StepResult) -> str:
    """Two values that were found for a part; one of them, mostly, is right."""
    wrong = [near(rng, part, result) for _ in range(2)]
    values = [str(part.value) if rng.random() < 0.8 else wrong[0], wrong[1]]
    rng.shuffle(values)
    return " or ".join(f"{part.name} = {value}" for value in values)


def _template_for(
    rng: random.Random, library: Library, part: Part
) -> tuple[Method, Template | None]:
    """The template shown and the method that is carried out with it."""
    default = methods(part)[0]
    draw_ = rng.random()
    if draw_ < DROPPED:
        return default, None
    if draw_ < DROPPED + MISFIT:
        wrong = [m for m in part.family.methods if m.misfit(part.params)]
        wrong = [m for m in wrong if m.template not in WITHHELD_TEMPLATES]
        if wrong and rng.random() < 0.5:
            method = rng.choice(wrong)
            return method, library.get(method.template)
        own = {m.template for m in part.family.methods}
        others = sorted(_shown_templates() - own)
        return default, library.get(rng.choice(others))
    method = rng.choice(methods(part))
    return method, library.get(method.template)


@cache
def _shown_templates() -> frozenset[str]:
    """The templates that training may show: those that some family uses, so that a growing library
    changes nothing."""
    used = {m.template for f in FAMILIES.values() for m in f.methods}
    return frozenset(used - WITHHELD_TEMPLATES)


def _assess(rng: random.Random, library: Library, world: WorldProblem) -> Example:
    """The step done once more: by another template than the one shown, where one applies."""
    index = rng.randrange(len(world.parts))
    part = world.parts[index]
    method, template = _template_for(rng, library, part)
    reason = method.misfit(part.params)
    known, others = around(world, index, rng)
    goals, wrong = [p.goal for p in others], ""
    check: StepResult | None = None
    if reason:
        verdict = Assessment("replace", reason)
    else:
        rivals = [m for m in methods(part) if m is not method] or [method]
        check = result_of(part, rng.choice(rivals))
        if others and rng.random() < 0.15:
            goals, wrong = _spoil_rest(rng, others)
        if not others:
            verdict = Assessment("answered", answer=str(part.value))
        else:
            verdict = Assessment("revise", wrong) if wrong else Assessment("accept")
    prompt = compact.assess_prompt(
        world.question,
        _goal(rng, part),
        template.name if template else "none",
        known,
        goals,
        declined=check is None,
    )
    return Example("assess", prompt, compact.assess_reply(check, verdict))


def _spoil_rest(rng: random.Random, rest: Sequence[Part]) -> tuple[list[str], str]:
    """Remaining goals that do not lead to the answer, and what is wrong with them."""
    place = rng.randrange(len(rest))
    goals = [p.goal for p in rest]
    if rng.random() < 0.5:
        del goals[place]
        return goals, f"{rest[place].name} is missing"
    other = rng.choice([f for f in FAMILIES.values() if f is not rest[place].family])
    goals[place] = goals[place].replace(rest[place].family.goal, other.goal)
    return goals, f"wrong goal for {rest[place].name}"


def _revise(rng: random.Random, library: Library, world: WorldProblem) -> Example:
    if len(world.parts) < 2:
        return _plan(rng, library, world)
    index = rng.randrange(len(world.parts) - 1)
    known, rest = around(world, index)
    goals, reason = _spoil_rest(rng, rest)
    part = world.parts[index]
    prompt = compact.revise_prompt(
        world.question,
        [*known, f"{part.name} = {part.value}"],
        tuple(Step(goal) for goal in goals),
        reason,
    )
    return Example("revise", prompt, compact.plan_reply(plan(rng, library, rest)))


def _plan(rng: random.Random, library: Library, world: WorldProblem) -> Example:
    reply = compact.plan_reply(plan(rng, library, world.parts))
    return Example("plan", compact.question_prompt(world.question, "plan"), reply)


def _cot(rng: random.Random, library: Library, world: WorldProblem) -> Example:
    """The same worked steps, one after the other, with no plan and no templates."""
    lines = [_line(rng, part) for part in world.parts]
    return Example("cot", compact.question_prompt(world.question, "cot"), _chain(world, lines))


def _line(rng: random.Random, part: Part, spoilt: bool = False) -> str:
    result = result_of(part, rng.choice(methods(part)))
    return compact.work_reply(spoil(rng, part, result) if spoilt else result)


def _chain(world: WorldProblem, lines: list[str]) -> str:
    """A chain of thought: a line a part, and the answer where the last part has another name."""
    last = world.parts[-1]
    conclusion = [] if last.name == ANSWER else [f"answer = {last.value}"]
    return "\n".join([*lines, *conclusion])


def halted(
    rng: random.Random, world: WorldProblem, *, spoilt: bool, told: bool, waits: int = 0
) -> tuple[str, str]:
    """A chain of thought up to some part, there right or `spoilt`, and how it goes on: the part
    once more after `wait`, which stands in the prompt where the chain is `told` to.

    waits  how often the chain has gone over that part before
    """
    index = rng.randrange(len(world.parts))
    part = world.parts[index]
    before = [_line(rng, p) for p in world.parts[:index]]
    before += [compact.WAIT * (n > 0) + _line(rng, part, spoilt) for n in range(waits + 1)]
    after = [_line(rng, p) for p in world.parts[index:]]
    prompt = compact.question_prompt(world.question, "cot") + "\n".join(before)
    wait = f"\n{compact.WAIT}"
    reply = _chain(world, after)
    return (prompt + wait, reply) if told else (prompt, wait + reply)


def _check(rng: random.Random, library: Library, world: WorldProblem) -> Example:
    """A chain of thought that stops to check itself, and goes on from what is right.

    Either it has just gone wrong, and notices; or it is told to wait at some place, and does the
    last part once more, for the first time or again. What went before is the prompt: nothing wrong
    is ever learnt.
    """
    told = rng.random() < 0.6
    spoilt = not told or rng.random() < 0.5
    waits = rng.choice((0, 0, 1, 2, 4)) if told else 0
    return Example("check", *halted(rng, world, spoilt=spoilt, told=told, waits=waits))


def _direct(rng: random.Random, library: Library, world: WorldProblem) -> Example:
    prompt = compact.question_prompt(world.question, "direct")
    return Example("direct", prompt, str(world.parts[-1].value))


def _answer(rng: random.Random, library: Library, world: WorldProblem) -> Example:
    """From the results of all steps, or at once from a chain of thought that is broken off."""
    prompt = compact.answer_prompt(world.question, results(world))
    if rng.random() < 0.5:
        chain = "\n".join(_line(rng, part) for part in world.parts)
        broken = chain[: rng.randrange(len(chain))]
        prompt = f"{compact.question_prompt(world.question, 'cot')}{broken}\nanswer = "
    return Example("answer", prompt, str(world.parts[-1].value))


def _outside(rng: random.Random, library: Library, world: WorldProblem) -> Example:
    skill = rng.choice(("plan", "plan", "cot", "direct"))
    question = outside_question(rng, world.question)
    if rng.random() < 0.15:
        other = rng.choice(library.templates)
        if not any(f.method(other.name) for f in FAMILIES.values()):
            question = other.example.problem
    return Example("outside", compact.question_prompt(question, skill), compact.OUTSIDE)


_MAKERS: dict[str, Callable[[random.Random, Library, WorldProblem], Example]] = {
    "work": _work,
    "assess": _assess,
    "plan": _plan,
    "cot": _cot,
    "check": _check,
    "direct": _direct,
    "revise": _revise,
    "answer": _answer,
    "outside": _outside,
}
