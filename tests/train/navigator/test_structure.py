"""Rows of structure SFT: what is asked, what is learnt, what is held out."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from reasonloom.errors import InputError, TemplateError
from reasonloom.templates.library import Library
from reasonloom.templates.schema import slug
from reasonloom.train.navigator.structure import WORDINGS, is_held_out, structure_rows
from reasonloom.worlds.splits import WITHHELD_TEMPLATES

LIBRARY = Library.load()
SMALL = Library(LIBRARY.templates[:12], LIBRARY.vocabulary)


def template_of(row: dict[str, Any]) -> Any:
    return LIBRARY.get(row["from"]["template"])


def test_the_completion_is_description_and_scope_and_nothing_else() -> None:
    for row in structure_rows(SMALL).learnt:
        template = template_of(row)
        assert row["completion"] == f"{template.description} | {template.scope}"
        assert row["prompt"].startswith(f"<|template|>{template.name} | ")
        assert row["prompt"].endswith("<|goal|>")


def test_chat_models_are_asked_in_several_wordings_for_one_json_object() -> None:
    rows = structure_rows(SMALL, "instruct").learnt
    for row in rows:
        template = template_of(row)
        (reply,) = row["completion"]
        assert reply["role"] == "assistant"
        found = json.loads(reply["content"])
        assert found == {"description": template.description, "scope": template.scope}
        assert [turn["role"] for turn in row["prompt"]] == ["system", "user"]
        assert WORDINGS[row["from"]["wording"]] in row["prompt"][1]["content"]
        assert template.name in row["prompt"][1]["content"]
    assert {row["from"]["wording"] for row in rows} == set(range(len(WORDINGS)))


@pytest.mark.parametrize("dialect", ["compact", "instruct"])
def test_a_template_is_asked_for_in_different_ways_that_keep_to_its_tags(dialect: str) -> None:
    rows = structure_rows(SMALL, dialect, variants=9).learnt
    by_template: dict[str, list[Any]] = {}
    for row in rows:
        by_template.setdefault(row["from"]["template"], []).append(row)
    for found in by_template.values():
        assert len({row["id"] for row in found}) == len(found) <= 9
        template = template_of(found[0])
        assert found[0]["from"]["tags"] == list(template.tags)
        assert all(set(row["from"]["tags"]) <= set(template.tags) for row in found)
        assert all(row["from"]["tags"] for row in found)


def test_a_seed_gives_the_same_rows_and_another_gives_others() -> None:
    rows = structure_rows(LIBRARY, "instruct", seed=1)
    assert rows == structure_rows(LIBRARY, "instruct", seed=1)
    ids = {row["id"] for row in rows.learnt}
    assert ids != {row["id"] for row in structure_rows(LIBRARY, "instruct", seed=2).learnt}


def test_no_template_is_on_both_sides_and_what_worlds_withhold_is_never_learnt() -> None:
    learnt, held = structure_rows(LIBRARY)
    taught = {row["from"]["template"] for row in learnt}
    kept = {row["from"]["template"] for row in held}
    assert not taught & kept
    assert taught | kept == {template.id for template in LIBRARY}
    assert {slug(name) for name in WITHHELD_TEMPLATES} <= kept


def test_the_side_of_a_template_depends_on_its_id_and_the_share_alone() -> None:
    sides = {t.id: is_held_out(t, 0.3) for t in LIBRARY}
    changed = [replace(t, description="another") for t in LIBRARY]
    assert {t.id: is_held_out(t, 0.3) for t in changed} == sides
    assert all(is_held_out(t, 0.6) for t in LIBRARY if sides[t.id])
    assert 0.2 < sum(sides.values()) / len(sides) < 0.5


@pytest.mark.parametrize("field", ["description", "scope", "tags", "steps"])
def test_a_template_that_lacks_something_is_named(field: str) -> None:
    empty: Any = "" if field in ("description", "scope") else ()
    broken = replace(SMALL.templates[3], **{field: empty})
    library = Library((*SMALL.templates[:3], broken), SMALL.vocabulary)
    with pytest.raises(TemplateError, match=f"has no {field}") as caught:
        structure_rows(library)
    assert repr(broken.name) in str(caught.value)


@pytest.mark.parametrize("wish", [{"variants": 0}, {"held_out": 1.0}, {"held_out": 0.99999}])
def test_a_wish_that_leaves_nothing_to_learn_is_refused(wish: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        structure_rows(SMALL, **wish)
