"""The registered experiment, run on models whose result is known beforehand."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from perfect import Perfect
from tiny_recipe import TINY

from reasonloom.models.scripted import PROFILE, Scripted
from reasonloom.nano.train import train
from reasonloom.strategies.dialects.compact import OUTSIDE

sys.path.insert(0, str(Path(__file__).parents[2] / "experiments" / "first_claim"))

import page
from analyse import BASELINE, Results, vote
from arms import RUNGS, Shown
from measure import Measure, Record, whole_records
from problems import DEPTHS, LADDER_DEPTH, PRIMARY_DEPTHS, Item, fingerprint, items
from run import Wanted

from train import branch_off, recipe

COMPACT = replace(PROFILE, dialect="compact")


@pytest.fixture(scope="module")
def drawn() -> list[Item]:
    return items("dev", 2)


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
    results = Results.of({1: shared, 2: shared}, {1: alone, 2: alone})
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
    page.write(results, tmp_path / "page.md", ["a test"])
    text = (tmp_path / "page.md").read_text()
    assert "**+100.0 [+100.0, +100.0] points** over 6 problems" in text
    assert all((tmp_path / f"first_claim_{name}.svg").exists() for name in ("depth", "ladder"))


async def test_the_primary_arms_alone_fill_a_page_without_what_a_whole_run_left_unfinished(
    drawn: list[Item], tmp_path: Path
) -> None:
    wanted = Wanted("dev", 2, primary=True)
    good = Scripted(Perfect(i.world for i in drawn), profile=COMPACT)
    shared = wanted.told(await measured(good, drawn, tmp_path / "good.jsonl"))
    chains = Measure(good, tmp_path / "cot.jsonl")
    await chains.chains(wanted.plain(), {i.group: 2_000.0 for i in wanted.plain()})
    results = Results.of({1: shared}, {1: wanted.told(chains.records)})
    page.write(results, tmp_path / "page.md", ["a test"])
    text = (tmp_path / "page.md").read_text()
    assert "depths 1 to 6: +0.0" in text and "accept all" in text
    assert not any(other in text for other in ("## Templates", "## Perturbed", "| votes"))


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
    assert whole_records(path) == [{"arm": "cot", "key": "a"}]
    assert path.read_text().count("\n") == 1 and whole_records(tmp_path / "none.jsonl") == []


def test_problems_are_the_same_each_time_and_distinct(drawn: list[Item]) -> None:
    assert fingerprint(items("dev", 2)) == fingerprint(drawn)
    assert len({i.key for i in drawn}) == len(drawn)
    assert all(i.world.split == "dev" for i in drawn if i.group.startswith("depth"))


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


def test_branches_begin_where_the_rates_of_the_trunk_begin_to_fall(
    tiny_run: Path, tmp_path: Path
) -> None:
    branch_off(tiny_run, tmp_path / "run")
    begun = torch.load(tmp_path / "run" / "checkpoint.pt", weights_only=True)
    trunk = torch.load(tiny_run / "before_fall.pt", weights_only=True)
    assert set(begun["state"].values()) == {0} and trunk["state"]["step"] > 0
    assert all(torch.equal(begun["model"][k], v) for k, v in trunk["model"].items())
    branch = replace(recipe(TINY, "cot-only", 2), steps=2, batch_tokens=TINY.batch_tokens)
    train(branch, tmp_path / "run", compile_blocks=False)
    ended = torch.load(tmp_path / "run" / "checkpoint.pt", weights_only=True)
    assert ended["state"]["step"] == 2
    assert not torch.equal(ended["model"]["norm"], trunk["model"]["norm"])
