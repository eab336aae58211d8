"""The registered experiment and its second, on models whose result is known beforehand."""

from __future__ import annotations

import shutil
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch

sys.path.insert(0, str(Path(__file__).parents[2]))

from experiments.first_claim import page
from experiments.first_claim.analyse import BASELINE, STRICTER, Results, choices, vote
from experiments.first_claim.arms import RUNGS, Shown
from experiments.first_claim.design import ALONE, CHAINS, REGISTRATIONS, SHARED
from experiments.first_claim.measure import PRIMARY, SHOWN, UNTAUGHT, Measure, Record, recorded
from experiments.first_claim.problems import (
    DEPTHS,
    LADDER_DEPTH,
    PRIMARY_DEPTHS,
    Item,
    Problems,
    fingerprint,
)
from experiments.first_claim.tasks import Wanted
from experiments.first_claim.train import branch_off, recipe
from tests.nano.perfect import Perfect
from tests.nano.tiny_recipe import TINY
from tests.train.tiny import NANO

from reasonloom.errors import InputError
from reasonloom.models.protocol import Request
from reasonloom.models.scripted import PROFILE, Scripted
from reasonloom.nano.train import train
from reasonloom.strategies.dialects.compact import OUTSIDE
from reasonloom.worlds.families import FAMILIES

COMPACT = replace(PROFILE, dialect="compact")


@pytest.fixture(scope="module")
def drawn() -> list[Item]:
    return Problems(1, "dev", 2).items()


async def measured(model: Scripted, drawn: list[Item], path: Path) -> list[Record]:
    run = Measure(model, path)
    await run.planned(drawn)
    await run.varied(drawn)
    await run.ladder(drawn)
    await run.chains(drawn, run.spent("reasonflux"))
    return run.records


async def test_the_page_tells_a_perfect_model_from_one_that_knows_nothing(
    drawn: list[Item], tmp_path: Path
) -> None:
    good = Scripted(Perfect(i.world for i in drawn), profile=COMPACT)
    bad = Scripted(OUTSIDE, profile=COMPACT)
    shared = await measured(good, drawn, tmp_path / "good.jsonl")
    chains = Measure(bad, tmp_path / "bad.jsonl")
    await chains.chains(drawn, {item.group: 2_000.0 for item in drawn})
    alone = chains.records
    results = Results.of({SHARED: {1: shared, 2: shared}, ALONE: {1: alone, 2: alone}})
    for depth in DEPTHS:
        assert results.rate("reasonflux", f"depth {depth}").percent == 100
        assert results.rate(BASELINE, f"depth {depth}").percent == 0
    for depth in PRIMARY_DEPTHS:
        assert results.cost("self-consistency (shared)", f"depth {depth}") > 0
    gap = results.compare("reasonflux", BASELINE, [f"depth {d}" for d in (4, 5, 6)])
    assert (gap.points, gap.low, gap.problems) == (100, 100, 6)
    assert results.assessment()["right steps let pass (specificity)"].percent == 100
    assert results.rounds()[5] == (5, pytest.approx(4, abs=1))
    assert results.slope("reasonflux", BASELINE, DEPTHS)[0] == pytest.approx(0)
    page.write(results, tmp_path / "page.md", "A title", ["a test"])
    text = (tmp_path / "page.md").read_text()
    assert "**+100.0 [+100.0, +100.0] points** over 6 problems" in text
    assert all((tmp_path / f"page_{name}.svg").exists() for name in ("depth", "ladder"))


async def test_the_primary_arms_alone_fill_a_page_without_what_a_whole_run_left_unfinished(
    drawn: list[Item], tmp_path: Path
) -> None:
    first = replace(REGISTRATIONS[1], seed=1)
    wanted = Wanted(first, tmp_path, "dev", 2, primary=True)
    good = Scripted(Perfect(i.world for i in drawn), profile=COMPACT)
    shared = wanted.told(SHARED, await measured(good, drawn, tmp_path / "good.jsonl"))
    chains = Measure(good, tmp_path / "cot.jsonl")
    await chains.chains(wanted.plain(), {i.group: 2_000.0 for i in wanted.plain()})
    results = Results.of({SHARED: {1: shared}, ALONE: {1: wanted.told(ALONE, chains.records)}})
    page.write(results, tmp_path / "page.md", "A title", ["a test"])
    text = (tmp_path / "page.md").read_text()
    assert "depths 1 to 6: +0.0" in text and "accept all" in text
    assert not any(
        other in text for other in ("## Templates", "## Perturbed", "| votes", "(shared)")
    )
    assert "longer than in training" not in (tmp_path / "page_depth.svg").read_text()


async def test_what_was_measured_is_not_measured_again(drawn: list[Item], tmp_path: Path) -> None:
    path = tmp_path / "records.jsonl"
    good = Scripted(Perfect(i.world for i in drawn), profile=COMPACT)
    first = await measured(good, drawn, path)
    again = await measured(Scripted(OUTSIDE, profile=COMPACT), drawn, path)
    assert sorted(map(str, again)) == sorted(map(str, first))


def test_votes_are_counted_by_value_and_go_to_the_earliest_among_equals() -> None:
    forms = {"answers": ["1/2", "3", "0.5", None], "truth": "2/4", "right": False}
    assert vote(forms)
    assert not vote({"answers": ["3", "1/2"], "truth": "1/2"})
    assert not vote({"answers": [None, None], "truth": "1/2"})


def test_a_torn_last_line_is_cut_off_and_made_again(tmp_path: Path) -> None:
    path = tmp_path / "records.jsonl"
    path.write_text('{"arm": "cot", "key": "a"}\n{"arm": "cot", "ke')
    assert recorded(path, "mine") == [{"arm": "cot", "key": "a"}]
    assert path.read_text().count("\n") == 1 and recorded(tmp_path / "none.jsonl", "mine") == []


def test_records_of_other_weights_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "records.jsonl"
    path.write_text('{"arm": "cot", "key": "a", "weights": "others"}\n')
    assert len(recorded(path, "others")) == 1
    with pytest.raises(InputError, match="other weights than mine"):
        recorded(path, "mine")


def test_problems_are_the_same_each_time_and_distinct(drawn: list[Item]) -> None:
    assert fingerprint(Problems(1, "dev", 2).items()) == fingerprint(drawn)
    assert len({i.key for i in drawn}) == len(drawn)
    assert all(i.world.split == "dev" for i in drawn if i.group.startswith("depth"))


def test_a_registration_has_problems_files_and_records_of_its_own(drawn: list[Item]) -> None:
    one, two = REGISTRATIONS.values()
    others = Problems(2, "dev", 2).items()
    assert [i.key for i in others] == [i.key for i in drawn] and one.seed != two.seed
    deep = [i for i in others if i.group == "depth 5"]
    assert {i.world.question for i in deep}.isdisjoint(i.world.question for i in drawn)
    assert (one.file.name, two.file.name) == ("registration.md", "registration_2.md")
    assert (one.page.name, two.page.name) == ("first_claim.md", "first_claim_2.md")
    assert one.records(Path("r")) != two.records(Path("r"))
    assert one.file.exists() and two.file.exists() and one.page.exists()


def test_each_rung_shows_what_it_says(drawn: list[Item]) -> None:
    from reasonloom.templates.library import Library

    library = Library.load()
    for item in drawn:
        if item.group != f"depth {LADDER_DEPTH}":
            continue
        part = item.world.parts[0]
        own = {m.template for m in part.family.methods}
        asked = library.get(part.family.applicable(part.params)[0].template)
        assert asked
        shown = {
            rung: [
                h.template
                for h in Shown(rung, library, item.world).retrieve(part.goal, name=asked.name)
            ]
            for rung in RUNGS
        }
        assert shown["full"] == [asked] and shown["none"] == []
        assert shown["name only"][0].name == asked.name and not shown["name only"][0].steps
        mixed = shown["shuffled"][0].steps
        assert mixed != asked.steps and sorted(mixed) == sorted(asked.steps)
        assert shown["wrong family"][0].name not in own
        assert shown["another valid"][0].name in own


class Blind(Perfect):
    """Carries steps out and assesses, but cannot plan."""

    def __call__(self, request: Request) -> str:
        text = request.text or ""
        return OUTSIDE if text.endswith("<|plan|>") else super().__call__(request)


async def test_a_taught_navigator_plans_for_the_model_that_cannot(
    drawn: list[Item], tmp_path: Path
) -> None:
    plain = [i for i in drawn if i.group in SHOWN]
    worlds = [i.world for i in drawn]
    shared = Scripted(Blind(worlds), profile=replace(COMPACT, hash="s"))
    navigator = Scripted(Perfect(worlds), profile=replace(COMPACT, hash="n"))
    run = Measure(shared, tmp_path / "shared.jsonl", navigator)
    await run.planned(plain)
    assert run.weights == "s+n"
    chains = {}
    for kind, groups in ((ALONE, SHOWN), (CHAINS, PRIMARY)):
        measure = Measure(navigator, tmp_path / f"{kind}.jsonl")
        await measure.chains(plain, dict.fromkeys(groups, 2_000.0))
        chains[kind] = {1: measure.records}
    results = Results.of({SHARED: {1: run.records}, **chains})
    for depth in PRIMARY_DEPTHS:
        group = f"depth {depth}"
        assert results.rate("reasonflux", group).percent == 100
        assert results.rate("accept all", group).percent == 100
        assert results.rate(UNTAUGHT, group).percent == 0
        assert results.rate(STRICTER, group).percent == 100
    assert not results.right[STRICTER]["depth 3"]
    page.write(results, tmp_path / "page.md", "A title", ["a test"])
    text = (tmp_path / "page.md").read_text()
    assert f"- reasonflux minus {UNTAUGHT}, depths 4 to 6: +100.0 [+100.0, +100.0]" in text
    assert f"- reasonflux minus {STRICTER}, depths 4 to 6: +0.0 [+0.0, +0.0]" in text
    assert "| arm | depth 1 |" in text and "## Which templates are planned" in text


def step(family: str, template: str | None, right: bool, **other: object) -> Record:
    return {"family": family, "template": template, "right": right, "clean": True, "attempt": 1} | (
        other
    )


def test_templates_are_counted_at_their_first_try_in_steps_whose_inputs_are_right() -> None:
    steps = [
        step("lcm", "A", True),
        step("lcm", "A", False),
        step("lcm", "A", False, clean=False),
        step("lcm", "B", True, attempt=2),
        step("lcm", None, True),
        step("mean", "C", True),
    ]
    record = {
        "arm": UNTAUGHT,
        "key": "depth 1/0",
        "group": "depth 1",
        "right": True,
        "steps": steps,
    }
    results = Results.of({SHARED: {1: [record | {"prompt": 1, "completion": 1}]}})
    found = choices(results, UNTAUGHT, ["depth 1"])
    assert {k: (c.planned.hits, c.planned.trials) for k, c in found.items()} == {
        ("lcm", "A"): (3, 4),
        ("lcm", "none"): (1, 4),
        ("mean", "C"): (1, 1),
    }
    assert (found["lcm", "A"].right.hits, found["lcm", "A"].right.trials) == (1, 2)
    assert choices(results, UNTAUGHT, ["depth 2"]) == {}


async def test_a_records_steps_name_their_family_and_their_try(
    drawn: list[Item], tmp_path: Path
) -> None:
    deep = [i for i in drawn if i.group == "depth 4"]
    run = Measure(Scripted(Perfect(i.world for i in drawn), profile=COMPACT), tmp_path / "r.jsonl")
    await run.planned(deep)
    for item in deep:
        (record,) = [r for r in run.records if (r["key"], r["arm"]) == (item.key, "reasonflux")]
        found = {s["family"] for s in record["steps"]}
        assert found == {part.family.name for part in item.world.parts} and found <= set(FAMILIES)
        assert {s["attempt"] for s in record["steps"]} == {1}


@pytest.mark.slow
def test_branches_begin_where_the_rates_of_the_trunk_begin_to_fall(tmp_path: Path) -> None:
    (tmp_path / "trunk").mkdir()
    shutil.copy(NANO / "tokenizer.json", tmp_path / "trunk")
    train(TINY, tmp_path / "trunk", compile_blocks=False)
    branch_off(tmp_path / "trunk", tmp_path / "run")
    begun = torch.load(tmp_path / "run" / "checkpoint.pt", weights_only=True)
    trunk = torch.load(tmp_path / "trunk" / "before_fall.pt", weights_only=True)
    assert set(begun["state"].values()) == {0} and trunk["state"]["step"] > 0
    assert all(torch.equal(begun["model"][k], v) for k, v in trunk["model"].items())
    branch = replace(recipe(TINY, "cot-only", 2), steps=2, batch_tokens=TINY.batch_tokens)
    train(branch, tmp_path / "run", compile_blocks=False)
    ended = torch.load(tmp_path / "run" / "checkpoint.pt", weights_only=True)
    assert ended["state"]["step"] == 2
    assert not torch.equal(ended["model"]["norm"], trunk["model"]["norm"])
