"""Each reply is read by the dialect into what it was made from."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reasonloom.nano import examples
from reasonloom.nano.examples import SKILLS, Example, example, methods, plan, result_of
from reasonloom.nano.slips import spoil
from reasonloom.nano.tokens import MARKERS
from reasonloom.strategies.dialects import compact
from reasonloom.strategies.dialects.base import Outside
from reasonloom.templates.library import Library
from reasonloom.trajectory import ACTIONS, Assessment, Step, StepResult
from reasonloom.worlds.draw import WorldProblem, draw
from reasonloom.worlds.splits import WITHHELD_TEMPLATES

MANY = 300
_MARKER = re.compile(r"<\|[a-z_0-9]+\|>")


@cache
def library() -> Library:
    return Library.load()


@cache
def made(skill: str) -> list[tuple[Example, WorldProblem]]:
    """Examples of one skill, each with the problem that it was made from."""
    worlds: list[WorldProblem] = []

    def seen(*args: object, **options: object) -> WorldProblem:
        worlds.append(draw(*args, **options))  # type: ignore[arg-type]
        return worlds[-1]

    rng = random.Random(skill)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(examples, "draw", seen)
        patch.setattr(examples, "DISTRACTED", 0)
        patch.setattr(examples, "MISNAMED", 0)
        found = [example(rng, library(), {skill: 1.0}) for _ in range(MANY)]
    return list(zip(found, worlds, strict=True))


def test_puzzles_and_pairs_of_one_family_are_common() -> None:
    worlds = [world for skill in ("plan", "cot", "work") for _, world in made(skill)]
    lone = [w for w in worlds if len(w.parts) == 1]
    puzzles = sum(w.parts[0].family.topic == "logic" for w in lone)
    assert 0.12 < puzzles / len(lone) < 0.36
    several = [w for w in worlds if len(w.parts) > 2]
    pairs = sum(len({p.family.name for p in w.parts}) < len(w.parts) for w in several)
    assert 0.25 < pairs / len(several) < 0.6


def test_only_families_that_were_asked_for_are_drawn() -> None:
    with pytest.MonkeyPatch.context() as patch:
        seen: list[WorldProblem] = []
        patch.setattr(examples, "draw", lambda *a, **o: seen.append(draw(*a, **o)) or seen[-1])
        rng = random.Random(6)
        for _ in range(60):
            example(rng, library(), {"cot": 1.0}, ["gcd", "remainder"])
    assert {p.family.name for w in seen for p in w.parts} == {"gcd", "remainder"}


def test_some_questions_hold_a_sentence_that_bears_on_nothing() -> None:
    rng = random.Random(4)
    with pytest.MonkeyPatch.context() as patch:
        seen: list[WorldProblem] = []
        patch.setattr(examples, "DISTRACTED", 1)
        patch.setattr(examples, "draw", lambda *a, **o: seen.append(draw(*a, **o)) or seen[-1])
        for _ in range(30):
            prompt = example(rng, library(), {"plan": 1.0}).prompt
            assert len(prompt) > len(f"<|q|>{compact.clean(seen[-1].question)}<|plan|>")


def test_some_goals_misname_what_they_build_on_and_the_step_reads_the_question() -> None:
    rng = random.Random(8)
    with pytest.MonkeyPatch.context() as patch:
        seen: list[WorldProblem] = []
        patch.setattr(examples, "DISTRACTED", 0)
        patch.setattr(examples, "MISNAMED", 1)
        patch.setattr(examples, "draw", lambda *a, **o: seen.append(draw(*a, **o)) or seen[-1])
        misnamed = 0
        for _ in range(80):
            made = example(rng, library(), {"work": 1.0})
            name = made.reply.rpartition("|")[2].partition("=")[0].strip()
            part = next((p for p in seen[-1].parts if p.name == name), None)
            if part and " from " in part.goal:
                assert part.goal.partition(" from ")[0] in made.prompt
                misnamed += part.goal not in made.prompt
    assert misnamed > 10


def test_skills_are_drawn_by_their_weights() -> None:
    assert sum(SKILLS.values()) == pytest.approx(1)
    rng = random.Random(1)
    drawn = Counter(example(rng, library(), SKILLS).skill for _ in range(1_500))
    assert set(drawn) == set(SKILLS)
    for skill, weight in SKILLS.items():
        assert abs(drawn[skill] / 1_500 - weight) < 0.05


def test_equal_streams_give_equal_examples() -> None:
    def some() -> list[Example]:
        rng = random.Random(3)
        return [example(rng, library(), SKILLS) for _ in range(50)]

    assert some() == some()


@pytest.mark.parametrize("skill", SKILLS)
def test_every_marker_is_one_that_the_tokenizer_knows(skill: str) -> None:
    for one, _ in made(skill):
        assert set(_MARKER.findall(one.prompt + one.reply)) <= set(MARKERS)
        assert one.prompt.startswith("<|q|>")
        assert skill in ("check", "answer") or one.prompt.endswith("|>")
        assert compact.END not in one.prompt + one.reply


def test_a_plan_names_each_goal_with_a_template_that_applies() -> None:
    for one, world in made("plan"):
        steps = compact.parse_plan(one.reply)
        assert isinstance(steps, tuple)
        assert [s.goal for s in steps] == [p.goal for p in world.parts]
        for step, part in zip(steps, world.parts, strict=True):
            template = library().get(step.template)
            assert template and step.tags == template.tags
            assert step.template in {m.template for m in part.family.applicable(part.params)}
            assert step.needs == tuple(_place(world, name) for name in part.names.values())


def _place(world: WorldProblem, name: str) -> int:
    return [p.name for p in world.parts].index(name)


def test_a_plan_is_for_the_question_as_the_user_asks_it() -> None:
    for one, world in made("plan"):
        assert one.prompt == f"<|q|>{compact.clean(world.question)}<|plan|>"


def test_a_worked_step_comes_to_the_value_of_its_part() -> None:
    refused = 0
    for one, world in made("work"):
        result = compact.parse_work(one.reply)
        assert isinstance(result, StepResult)
        part = next(p for p in world.parts if f"<|goal|>{p.goal}<|template|>" in one.prompt)
        assert result.instantiation == part.family.bind(part.params, part.names)
        if result.value == "none":
            refused += 1
            assert result.work.startswith("does not apply: ")
        else:
            assert result.value == f"{part.name} = {part.value}"
            assert result.work in _ways(part)
    assert 0 < refused < MANY / 5


def _ways(part: examples.Part) -> set[str]:
    return {result_of(part, m).work for m in part.family.methods}


def _known(prompt: str) -> set[str]:
    found = re.split(r"<\|(?:goal|plan|answer)\|>", prompt.split("<|known|>")[1])[0]
    return {value for value in found.split("; ") if value}


@pytest.mark.parametrize("skill", ["work", "assess"])
def test_a_step_knows_the_true_results_that_it_needs_and_not_its_own(skill: str) -> None:
    for one, world in made(skill):
        part = _part(one, world)
        known = _known(one.prompt)
        values = {p.name: f"{p.name} = {p.value}" for p in world.parts}
        assert {values[name] for name in part.names.values()} <= known
        assert known <= set(values.values()) - {values[part.name]}


def test_two_values_in_doubt_are_told_apart() -> None:
    doubts = right = 0
    for one, world in made("work"):
        if "<|retry|>" in one.prompt:
            part = _part(one, world)
            one_value, _, other = (
                one.prompt.split("<|retry|>")[1].removesuffix("<|do|>").partition(" or ")
            )
            doubts += 1
            right += f"{part.name} = {part.value}" in (one_value, other)
    assert doubts > MANY / 30 and doubts / 2 < right < doubts


def test_shown_templates_fit_are_missing_or_belong_to_something_else() -> None:
    kinds: Counter[str] = Counter()
    for one, world in made("work"):
        part = next(p for p in world.parts if f"<|goal|>{p.goal}<|template|>" in one.prompt)
        shown = re.split(r"<\|(?:retry|do)\|>", one.prompt.split("<|template|>")[1])[0]
        own = {m.template for m in part.family.methods}
        name, _, text = shown.partition(":")
        kinds["none" if shown == "none" else "own" if name in own else "other"] += 1
        kinds["name only"] += not text and shown != "none"
        assert name not in WITHHELD_TEMPLATES
    assert 0.08 < kinds["none"] / MANY < 0.24
    assert 0.03 < kinds["other"] / MANY < 0.24
    assert 0.15 < kinds["name only"] / MANY < 0.4


def _judged() -> Iterator[tuple[Example, WorldProblem, examples.Part, Assessment]]:
    """What is said of the value that the example itself came to."""
    for one, world in made("assess"):
        part = _part(one, world)
        value = "none" if "<|value|>none" in one.prompt else f"{part.name} = {part.value}"
        said = compact.parse_assessment(StepResult("", "", value), one.reply)
        assert isinstance(said, Assessment)
        yield one, world, part, said


def _part(one: Example, world: WorldProblem) -> examples.Part:
    return next(p for p in world.parts if f"<|goal|>{p.goal}<|template|>" in one.prompt)


def test_four_actions_are_taught_and_the_fifth_follows_from_another_value() -> None:
    assert {said.action for *_, said in _judged()} == set(ACTIONS) - {"retry"}
    for one, _, part, said in _judged():
        if said.action != "replace":
            wrong = StepResult("", "", f"{part.name} = other")
            again = compact.parse_assessment(wrong, one.reply)
            assert again == Assessment(
                "retry", f"{part.name} = other or {part.name} = {part.value}"
            )


def test_a_step_is_judged_by_another_template_where_one_applies() -> None:
    rivals = 0
    for one, _, part, said in _judged():
        if said.action == "replace":
            continue
        check = compact.parse_work(one.reply.rpartition("<|assess|>")[0])
        assert isinstance(check, StepResult) and check.value == f"{part.name} = {part.value}"
        assert check.work in _ways(part)
        shown = part.family.method(one.prompt.split("<|template|>")[1].partition("<|")[0])
        if shown and len(methods(part)) > 1:
            rivals += check.work != result_of(part, shown).work
    assert rivals > MANY / 4


def test_the_last_step_answers_and_no_other_does() -> None:
    for _, world, part, said in _judged():
        if said.action == "answered":
            assert part is world.parts[-1] and said.answer == str(part.value)
        elif part is world.parts[-1]:
            assert said.action == "replace"


def test_a_replaced_template_does_not_suit_the_numbers() -> None:
    for one, _, part, said in _judged():
        if said.action == "replace":
            name = one.prompt.split("<|template|>")[1].split("<|value|>")[0]
            method = part.family.method(name)
            assert method and method.misfit(part.params) == said.reason


def test_a_revision_is_asked_for_where_the_rest_does_not_lead_to_the_answer() -> None:
    for one, world, part, said in _judged():
        goals = one.prompt.split("<|plan|>")[1].split("<|goal|>")[0]
        told = set(goals.split(" | ")) - {""}
        open_ = {p.goal for p in world.parts} - {part.goal}
        settled = {p.goal for p in world.parts if f"{p.name} = {p.value}" in _known(one.prompt)}
        if said.action != "replace":
            assert (told == open_ - settled) is (said.action != "revise"), one


def test_a_revised_plan_finishes_the_problem_from_what_is_known() -> None:
    for one, world in made("revise"):
        steps = compact.parse_plan(one.reply)
        assert isinstance(steps, tuple)
        known = _known(one.prompt) if "<|revise|>" in one.prompt else set()
        rest = [p for p in world.parts if f"{p.name} = {p.value}" not in known]
        assert [s.goal for s in steps] == [p.goal for p in rest]
        if "<|revise|>" in one.prompt:
            assert len(_known(one.prompt)) + len(steps) == len(world.parts)


@pytest.mark.parametrize("skill", ["direct", "cot", "answer"])
def test_final_answers_are_read_from_the_reply(skill: str) -> None:
    for one, world in made(skill):
        assert compact.parse_answer(one.reply) == str(world.parts[-1].value)


def test_a_chain_of_thought_is_worked_steps_one_after_the_other() -> None:
    for one, world in made("cot"):
        lines = one.reply.splitlines()
        steps = [compact.parse_work(line) for line in lines[: len(world.parts)]]
        values = [s.value if isinstance(s, StepResult) else s for s in steps]
        assert values == [f"{p.name} = {p.value}" for p in world.parts]
        assert len(lines) == len(world.parts) + (world.parts[-1].name != "answer")
        assert compact.parse_answer(one.reply) == str(world.parts[-1].value)


def test_questions_from_outside_are_declined() -> None:
    for one, _ in made("outside"):
        assert isinstance(compact.parse_answer(one.reply), Outside)
        assert isinstance(compact.parse_plan(one.reply), Outside)


def test_questions_of_the_worlds_are_never_declined() -> None:
    for skill in ("plan", "cot", "direct"):
        assert all(one.reply != compact.OUTSIDE for one, _ in made(skill))


def test_a_check_mends_a_chain_and_ends_in_the_answer() -> None:
    told = wrong = again = 0
    for one, world in made("check"):
        before, _, after = (one.prompt.split("<|cot|>")[1] + one.reply).rpartition(
            f"\n{compact.WAIT}"
        )
        told += one.prompt.endswith(compact.WAIT)
        again += before.count(compact.WAIT)
        index = len([x for x in before.splitlines() if not x.startswith(compact.WAIT)]) - 1
        part = world.parts[index]
        wrong += not before.endswith(f" | {part.name} = {part.value}")
        assert after.splitlines()[0].endswith(f" | {part.name} = {part.value}")
        assert compact.parse_answer(after) == str(world.parts[-1].value)
        if not one.prompt.endswith(compact.WAIT):
            assert not before.endswith(f" | {part.name} = {part.value}")
    assert MANY / 3 < told < MANY and MANY / 3 < wrong < MANY and again > MANY / 3


def test_an_answer_is_drawn_from_all_results_or_from_a_chain_that_is_broken_off() -> None:
    broken = [(one, world) for one, world in made("answer") if "<|cot|>" in one.prompt]
    assert MANY / 3 < len(broken) < MANY
    for one, world in broken:
        assert one.prompt.endswith("\nanswer = ") and one.reply == str(world.parts[-1].value)


@settings(deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 6))
def test_a_slip_leads_to_a_wrong_value(seed: int, depth: int) -> None:
    rng = random.Random(seed)
    part = draw(rng, depth=depth, level=1 + seed % 3).parts[-1]
    right = result_of(part, rng.choice(methods(part)))
    spoilt = spoil(rng, part, right)
    assert spoilt.value != right.value
    if re.search(r"\d", right.instantiation + right.work):
        assert (spoilt.instantiation, spoilt.work) != (right.instantiation, right.work)


@settings(deadline=None)
@given(st.integers(0, 2**32))
def test_a_plan_reads_back_with_its_tags(seed: int) -> None:
    rng = random.Random(seed)
    world = draw(rng, depth=1 + seed % 6)
    steps = plan(rng, library(), world.parts)
    read = compact.parse_plan(compact.plan_reply(steps))
    assert isinstance(read, tuple)
    assert [(s.goal, s.template, s.tags) for s in read] == [
        (s.goal, s.template, s.tags) for s in steps
    ]


@given(st.text(), st.sampled_from(MARKERS), st.text())
def test_no_marker_gets_in_through_what_others_write(before: str, marker: str, after: str) -> None:
    hostile = f"{before}{marker}{after}"
    step = Step(hostile)
    prompts = {
        "<|q|><|plan|>": compact.question_prompt(hostile, "plan"),
        "<|q|><|known|><|goal|><|template|><|retry|><|do|>": compact.work_prompt(
            hostile, hostile, hostile, [hostile], hostile or "again"
        ),
        "<|q|><|known|><|plan|><|goal|><|template|><|assess|>": (
            compact.assess_prompt(hostile, hostile, hostile, [hostile], [hostile])
        ),
        "<|q|><|known|><|plan|><|revise|><|plan|>": compact.revise_prompt(
            hostile, [hostile], (step,), hostile
        ),
        "<|q|><|known|><|answer|>": compact.answer_prompt(hostile, [hostile]),
    }
    for own, prompt in prompts.items():
        assert "".join(m for m in re.findall(r"<\|[^|<>]*\|>", prompt) if m in MARKERS) == own


@pytest.mark.parametrize("nested", ["<<|q|>|q|>", "<|<|q|>plan|>", "<|pl<|x|>an|>", "<|q|><|cot|>"])
def test_markers_inside_markers_do_not_come_together(nested: str) -> None:
    cleaned = compact.clean(nested)
    assert not any(marker in cleaned for marker in MARKERS)
