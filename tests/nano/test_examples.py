"""Each reply is read by the dialect into what it was made from."""

from __future__ import annotations

import random
import re
from collections import Counter
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reasonloom.nano import examples
from reasonloom.nano.examples import SKILLS, Example, example, methods, plan, result_of, spoil
from reasonloom.nano.tokens import MARKERS
from reasonloom.strategies.dialects import compact
from reasonloom.strategies.dialects.base import Outside
from reasonloom.templates.library import Library
from reasonloom.trajectory import ACTIONS, Assessment, Step, StepResult
from reasonloom.worlds.draw import WorldProblem, draw

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
        found = [example(rng, library(), {skill: 1.0}) for _ in range(MANY)]
    return list(zip(found, worlds, strict=True))


def test_skills_are_drawn_by_their_weights() -> None:
    assert sum(SKILLS.values()) == pytest.approx(1)
    rng = random.Random(1)
    drawn = Counter(example(rng, library()).skill for _ in range(1_500))
    assert set(drawn) == set(SKILLS)
    for skill, weight in SKILLS.items():
        assert abs(drawn[skill] / 1_500 - weight) < 0.05


def test_equal_streams_give_equal_examples() -> None:
    def some() -> list[Example]:
        rng = random.Random(3)
        return [example(rng, library()) for _ in range(50)]

    assert some() == some()


@pytest.mark.parametrize("skill", SKILLS)
def test_every_marker_is_one_that_the_tokenizer_knows(skill: str) -> None:
    for one, _ in made(skill):
        assert set(_MARKER.findall(one.prompt + one.reply)) <= set(MARKERS)
        assert one.prompt.startswith("<|q|>") and one.prompt.endswith("|>")
        assert compact.END not in one.prompt + one.reply


def test_a_plan_names_each_goal_with_a_template_that_applies() -> None:
    for one, world in made("plan"):
        steps = compact.parse_plan(one.reply)
        assert isinstance(steps, tuple)
        assert [s.goal for s in steps] == [p.goal for p in world.parts]
        for index, (step, part) in enumerate(zip(steps, world.parts, strict=True)):
            template = library().get(step.template)
            assert template and step.tags == template.tags
            assert step.template in {m.template for m in part.family.applicable(part.params)}
            assert step.needs == ((index - 1,) if index else ())


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


def test_a_worked_step_knows_the_results_before_it_and_none_after() -> None:
    for one, world in made("work"):
        known = one.prompt.split("<|known|>")[1].split("<|goal|>")[0]
        index = next(i for i, p in enumerate(world.parts) if f"<|goal|>{p.goal}<" in one.prompt)
        assert known == "; ".join(f"{p.name} = {p.value}" for p in world.parts[:index])


def test_shown_templates_fit_are_missing_or_belong_to_something_else() -> None:
    kinds: Counter[str] = Counter()
    for one, world in made("work"):
        part = next(p for p in world.parts if f"<|goal|>{p.goal}<|template|>" in one.prompt)
        shown = re.split(r"<\|(?:retry|do)\|>", one.prompt.split("<|template|>")[1])[0]
        own = {m.template for m in part.family.methods}
        name = shown.partition(":")[0]
        kinds["none" if shown == "none" else "own" if name in own else "other"] += 1
    assert 0.08 < kinds["none"] / MANY < 0.24
    assert 0.03 < kinds["other"] / MANY < 0.24


def _judged() -> list[tuple[Example, Assessment]]:
    found = []
    for one, _ in made("assess"):
        said = compact.parse_assessment(one.reply)
        assert isinstance(said, Assessment)
        found.append((one, said))
    return found


def test_all_five_actions_are_taught_and_read_back() -> None:
    assert {said.action for _, said in _judged()} == set(ACTIONS)
    for one, said in _judged():
        marks = [mark == "ok" for mark in re.match(r"((?:ok |no )*)", one.reply)[1].split()]  # type: ignore[index]
        assert compact.assess_reply(marks, said) == one.reply
        assert (False in marks) is (said.action == "retry")


def _shown(one: Example) -> StepResult:
    text = one.prompt.split("<|do|>")[1].removesuffix("<|assess|>")
    result = compact.parse_work(text)
    assert isinstance(result, StepResult)
    return result


def _pieces(result: StepResult) -> list[str]:
    return [result.instantiation, *result.work.split("; "), result.value]


def _part(one: Example, world: WorldProblem) -> examples.Part:
    return next(p for p in world.parts if f"<|goal|>{p.goal}<|template|>" in one.prompt)


def test_what_is_let_pass_is_right() -> None:
    for one, world in made("assess"):
        said, part, result = compact.parse_assessment(one.reply), _part(one, world), _shown(one)
        assert isinstance(said, Assessment)
        if said.action in ("accept", "answered", "revise"):
            assert result.value == f"{part.name} = {part.value}"
            assert result.work in _ways(part)
            assert (said.action == "answered") is (part is world.parts[-1])


def test_what_is_sent_back_is_wrong_at_the_named_piece_and_right_before_it() -> None:
    retried = 0
    for one, world in made("assess"):
        said, part = compact.parse_assessment(one.reply), _part(one, world)
        assert isinstance(said, Assessment)
        if said.action != "retry":
            continue
        retried += 1
        pieces, wrong = _pieces(_shown(one)), one.reply.count("ok ")
        assert said.reason == pieces[wrong][:80].strip()
        rights = [_pieces(result_of(part, m)) for m in part.family.applicable(part.params)]
        same_start = [right for right in rights if right[:wrong] == pieces[:wrong]]
        assert same_start, (pieces, wrong)
        assert all(right[wrong : wrong + 1] != pieces[wrong : wrong + 1] for right in same_start)
    assert retried > MANY / 5


def test_a_replaced_template_does_not_suit_the_numbers() -> None:
    for one, world in made("assess"):
        said, part = compact.parse_assessment(one.reply), _part(one, world)
        if isinstance(said, Assessment) and said.action == "replace":
            name = one.prompt.split("<|template|>")[1].split("<|do|>")[0]
            method = part.family.method(name)
            assert method and method.misfit(part.params) == said.reason
            assert _shown(one).value == "none"


def test_a_revision_is_asked_for_where_the_rest_does_not_lead_to_the_answer() -> None:
    for one, world in made("assess"):
        said, part = compact.parse_assessment(one.reply), _part(one, world)
        rest = world.parts[world.parts.index(part) + 1 :]
        goals = one.prompt.split("<|plan|>")[1].split("<|goal|>")[0]
        whole = goals == " | ".join(p.goal for p in rest)
        assert isinstance(said, Assessment)
        assert whole is (said.action != "revise")


def test_a_revised_plan_finishes_the_problem_from_what_is_known() -> None:
    for one, world in made("revise"):
        steps = compact.parse_plan(one.reply)
        assert isinstance(steps, tuple)
        assert [s.goal for s in steps] == [p.goal for p in world.parts[-len(steps) :]]
        if "<|revise|>" in one.prompt:
            known = one.prompt.split("<|known|>")[1].split("<|plan|>")[0].split("; ")
            assert len(known) + len(steps) == len(world.parts)


@pytest.mark.parametrize("skill", ["direct", "cot", "answer"])
def test_final_answers_are_read_from_the_reply(skill: str) -> None:
    for one, world in made(skill):
        assert compact.parse_answer(one.reply) == str(world.parts[-1].value)


def test_a_chain_of_thought_has_a_line_a_part_and_one_for_the_answer() -> None:
    for one, world in made("cot"):
        assert len(one.reply.splitlines()) == len(world.parts) + (len(world.parts) > 1)


def test_questions_from_outside_are_declined() -> None:
    for one, _ in made("outside"):
        assert isinstance(compact.parse_answer(one.reply), Outside)
        assert isinstance(compact.parse_plan(one.reply), Outside)


def test_questions_of_the_worlds_are_never_declined() -> None:
    for skill in ("plan", "cot", "direct"):
        assert all(one.reply != compact.OUTSIDE for one, _ in made(skill))


@given(st.integers(0, 2**32), st.integers(1, 6))
def test_spoiling_changes_a_piece_that_was_right(seed: int, depth: int) -> None:
    rng = random.Random(seed)
    part = draw(rng, depth=depth, level=1 + seed % 3).parts[-1]
    method = rng.choice(methods(part))
    right = result_of(part, method)
    spoilt, wrong = spoil(rng, part, method, right)
    before, after = _pieces(right), _pieces(spoilt)
    assert after[:wrong] == before[:wrong]
    assert after[wrong] != before[wrong]


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
    step, result = Step(hostile), StepResult(hostile, hostile, hostile)
    prompts = {
        "<|q|><|plan|>": compact.question_prompt(hostile, "plan"),
        "<|q|><|known|><|goal|><|template|><|retry|><|do|>": compact.work_prompt(
            hostile, hostile, hostile, [hostile], hostile or "again"
        ),
        "<|q|><|known|><|plan|><|goal|><|template|><|do|><|work|><|value|><|assess|>": (
            compact.assess_prompt(hostile, hostile, hostile, [hostile], result, [hostile])
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
