"""Which template a step names: places that cover the families, and a gain counted by halves."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "experiments"))

from templates_matter import Trial, gain, measure, page, places

from reasonloom.models.resolve import resolve
from reasonloom.nano.examples import methods


def trial(part: int, template: str, right: bool) -> Trial:
    return Trial("gcd", template, part, part, right, 10)


def test_the_best_template_is_chosen_on_the_other_half() -> None:
    # On even parts A is right, on odd parts B: what is best on one half is wrong on the other.
    trials = [trial(n, t, (t == "A") is (n % 2 == 0)) for n in range(8) for t in "AB"]
    chosen, drawn, clusters = gain(trials)
    assert chosen == [0.0] * 8 and drawn == [0.5] * 8
    assert clusters == [("gcd", n) for n in range(8)]
    assert "-50.0" in page(trials, "a test", "nano")


def test_a_template_that_does_not_apply_leaves_the_choice_to_the_others() -> None:
    surer = [trial(n, "A", True) for n in range(0, 8, 2)] + [trial(n, "A", True) for n in (1, 3)]
    trials = [*surer, *(trial(n, "B", n > 4) for n in range(8))]
    chosen, _, _ = gain(trials)
    assert sum(chosen) == 8


def test_every_family_with_a_choice_is_there_with_new_parts() -> None:
    found = list(places("dev", 2))
    names = {p.world.parts[p.index].family.name for p in found}
    assert len(names) > 25 and len(found) == 2 * len(names)
    assert all(len(methods(p.world.parts[p.index])) > 1 for p in found)
    assert {len(p.world.parts) for p in found} <= {1, 3, 5}


async def test_nano_works_a_part_by_each_template() -> None:
    found = [p for p in places("dev", 1) if p.world.parts[p.index].family.name == "gcd"]
    trials = await measure(resolve("nano"), found)
    assert {t.template for t in trials} == {
        "Euclidean algorithm",
        "Common factors from prime factorisation",
    }
    assert all(t.tokens > 10 for t in trials)
