"""What nano is trained on: a prompt and a reply for each skill, made from the worlds."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeVar

from reasonloom.nano.outside import outside_question
from reasonloom.strategies.dialects import compact
from reasonloom.templates.library import Library
from reasonloom.templates.schema import Template
from reasonloom.trajectory import Action, Assessment, Step, StepResult
from reasonloom.worlds.draw import Part, WorldProblem, draw
from reasonloom.worlds.families import FAMILIES
from reasonloom.worlds.family import Method
from reasonloom.worlds.splits import WITHHELD_DEPTHS, WITHHELD_TEMPLATES

DEPTHS = {1: 0.28, 2: 0.22, 3: 0.2, 4: 0.12, 5: 0.1, 6: 0.08}
LEVELS = {1: 0.3, 2: 0.4, 3: 0.3}
KOREAN = 0.08
DROPPED, MISFIT = 0.15, 0.15
"""Share of steps whose template is left out, or belongs to something else (design)."""
SKILLS = {
    "work": 0.42,
    "assess": 0.2,
    "plan": 0.1,
    "cot": 0.16,
    "direct": 0.03,
    "revise": 0.03,
    "answer": 0.02,
    "outside": 0.04,
}
assert not WITHHELD_DEPTHS & set(DEPTHS)


T = TypeVar("T")


class Example(NamedTuple):
    skill: str
    prompt: str
    reply: str


def example(rng: random.Random, library: Library, skills: dict[str, float] = SKILLS) -> Example:
    """One training example, of a skill drawn by weight, on a problem of the train split."""
    skill = pick(rng, skills)
    world = draw(
        rng,
        depth=pick(rng, DEPTHS),
        level=pick(rng, LEVELS),
        language="ko" if rng.random() < KOREAN else "en",
        split="train",
        withheld=False,
    )
    return _MAKERS[skill](rng, library, world)


def pick(rng: random.Random, weights: dict[T, float]) -> T:
    return rng.choices(list(weights), list(weights.values()))[0]


def methods(part: Part) -> list[Method]:
    """The methods that suit a part's numbers, of those that training may show."""
    fits = part.family.applicable(part.params)
    return [m for m in fits if m.template not in WITHHELD_TEMPLATES] or fits


def known_before(world: WorldProblem, index: int) -> list[str]:
    return [f"{p.name} = {p.value}" for p in world.parts[:index]]


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


def _work(rng: random.Random, library: Library, world: WorldProblem) -> Example:
    index = rng.randrange(len(world.parts))
    part = world.parts[index]
    method, template = _template_for(rng, library, part)
    feedback = ""
    if rng.random() < 0.08:
        feedback = rng.choice(_lines(result_of(part, method)))
    prompt = compact.work_prompt(
        world.question,
        part.goal,
        compact.template_text(template),
        known_before(world, index),
        feedback,
    )
    return Example("work", prompt, compact.work_reply(result_of(part, method)))


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
        if wrong and rng.random() < 0.5:
            method = rng.choice(wrong)
            return method, library.get(method.template)
        own = {m.template for m in part.family.methods}
        others = [t for t in library.templates if t.name not in own]
        return default, rng.choice(others)
    method = rng.choice(methods(part))
    return method, library.get(method.template)


def _lines(result: StepResult) -> list[str]:
    """What an assessment looks at one by one: the instantiation, each line of work, the value."""
    return [result.instantiation, *result.work.split("; "), result.value]


def _assess(rng: random.Random, library: Library, world: WorldProblem) -> Example:
    index = rng.randrange(len(world.parts))
    part = world.parts[index]
    method, template = _template_for(rng, library, part)
    result = result_of(part, method)
    remaining = [p.goal for p in world.parts[index + 1 :]]
    if result.value == "none":
        marks, verdict = [True], Assessment("replace", result.work.removeprefix("does not apply: "))
    elif rng.random() < 0.45:
        result, wrong = spoil(rng, part, method, result)
        pieces = _lines(result)
        marks, verdict = [True] * wrong + [False], Assessment("retry", pieces[wrong][:80])
    else:
        remaining, reason = (
            _spoil_rest(rng, world, index) if rng.random() < 0.2 else (remaining, "")
        )
        last = part is world.parts[-1]
        action: Action = "answered" if last else "revise" if reason else "accept"
        marks = [True] * len(_lines(result))
        verdict = Assessment(action, reason if action == "revise" else "")
    prompt = compact.assess_prompt(
        world.question,
        part.goal,
        template.name if template else "none",
        known_before(world, index),
        result,
        remaining,
    )
    return Example("assess", prompt, compact.assess_reply(marks, verdict))


def spoil(
    rng: random.Random, part: Part, method: Method, result: StepResult
) -> tuple[StepResult, int]:
    """A wrong version of a right result, and the index of its first wrong piece."""
    kind = rng.random()
    if kind < 0.3:
        spoilt = _other_numbers(rng, part, method)
        if spoilt is not None:
            return spoilt, 0
    pieces = _lines(result)
    places = [i for i in range(1, len(pieces)) if re.search(r"\d", pieces[i])]
    place = len(pieces) - 1 if kind > 0.85 else rng.choice(places)
    old, new = _other_number(rng, pieces[place])
    pieces[place] = _swap(rng, pieces[place], old, new)
    if rng.random() < 0.7:
        pieces[place + 1 :] = [re.sub(rf"\b{old}\b", new, p) for p in pieces[place + 1 :]]
    return StepResult(pieces[0], "; ".join(pieces[1:-1]), pieces[-1]), place


def _other_numbers(rng: random.Random, part: Part, method: Method) -> StepResult | None:
    """The right method on miscopied numbers."""
    params = list(part.params)
    slot = rng.randrange(len(params))
    params[slot] = max(2, params[slot] + rng.choice((-10, -2, -1, 1, 2, 10)))
    if rng.random() < 0.3 and len(set(params)) > 1:
        i, j = rng.sample(range(len(params)), 2)
        params[i], params[j] = part.params[j], part.params[i]
    moved = Part(part.family, tuple(params), part.name, part.names)
    if moved.params == part.params:
        return None
    try:
        return result_of(moved, method)
    except (ArithmeticError, ValueError, IndexError, KeyError):
        return None


def _other_number(rng: random.Random, piece: str) -> tuple[str, str]:
    old = rng.choice(re.findall(r"\d+", piece))
    digits = list(old)
    place = rng.randrange(len(digits))
    digits[place] = rng.choice([d for d in "0123456789" if d != digits[place]])
    near = str(abs(int(old) + rng.choice((-10, -2, -1, 1, 2, 10))))
    new = near if rng.random() < 0.6 else "".join(digits)
    return old, new if new != old else str(int(old) + 1)


def _swap(rng: random.Random, piece: str, old: str, new: str) -> str:
    """Replace one occurrence of the number `old`."""
    spots = [m.span() for m in re.finditer(rf"(?<!\d){old}(?!\d)", piece)]
    start, end = rng.choice(spots)
    return piece[:start] + new + piece[end:]


def _spoil_rest(rng: random.Random, world: WorldProblem, index: int) -> tuple[list[str], str]:
    """Remaining goals that do not lead to the answer, and what is wrong with them."""
    rest = list(world.parts[index + 1 :])
    if not rest:
        return [], ""
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
    goals, reason = _spoil_rest(rng, world, index)
    prompt = compact.revise_prompt(
        world.question,
        known_before(world, index + 1),
        tuple(Step(goal) for goal in goals),
        reason,
    )
    reply = compact.plan_reply(plan(rng, library, world.parts[index + 1 :]))
    return Example("revise", prompt, reply)


def _plan(rng: random.Random, library: Library, world: WorldProblem) -> Example:
    reply = compact.plan_reply(plan(rng, library, world.parts))
    return Example("plan", compact.question_prompt(world.question, "plan"), reply)


def _cot(rng: random.Random, library: Library, world: WorldProblem) -> Example:
    """The same worked steps, one after the other, with no plan and no templates."""
    lines = []
    for part in world.parts:
        result = result_of(part, rng.choice(methods(part)))
        lines.append(f"{result.instantiation}; {result.work}; {result.value}")
    if len(world.parts) > 1:
        lines.append(f"answer = {world.parts[-1].value}")
    return Example("cot", compact.question_prompt(world.question, "cot"), "\n".join(lines))


def _direct(rng: random.Random, library: Library, world: WorldProblem) -> Example:
    prompt = compact.question_prompt(world.question, "direct")
    return Example("direct", prompt, str(world.parts[-1].value))


def _answer(rng: random.Random, library: Library, world: WorldProblem) -> Example:
    known = known_before(world, len(world.parts))
    return Example(
        "answer", compact.answer_prompt(world.question, known), str(world.parts[-1].value)
    )


def _outside(rng: random.Random, library: Library, world: WorldProblem) -> Example:
    skill = rng.choice(("plan", "plan", "cot", "direct"))
    question = outside_question(rng, world.question)
    if rng.random() < 0.15:
        other = rng.choice(library.templates)
        trained = {m.template for f in FAMILIES.values() for m in f.methods}
        if other.name not in trained:
            question = other.example.problem
    return Example("outside", compact.question_prompt(question, skill), compact.OUTSIDE)


_MAKERS: dict[str, Callable[[random.Random, Library, WorldProblem], Example]] = {
    "work": _work,
    "assess": _assess,
    "plan": _plan,
    "cot": _cot,
    "direct": _direct,
    "revise": _revise,
    "answer": _answer,
    "outside": _outside,
}
