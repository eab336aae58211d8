import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from reasonloom.errors import InputError
from reasonloom.templates.calibrate import calibrate, off_topic
from reasonloom.templates.library import Library
from reasonloom.templates.retrieve import THRESHOLD, Retriever
from reasonloom.templates.schema import Template
from reasonloom.templates.words import terms

LIBRARY = Library.load()
RETRIEVER = Retriever(LIBRARY)
GOALS: dict[str, list[str]] = yaml.safe_load(
    (Path(__file__).parent / "goals.yaml").read_text("utf-8")
)
FOREIGN = [
    "How do I cook rice in a pan?",
    "What is the capital of Mongolia?",
    "Tell me about the life of Mozart.",
    "Which trains go from Vienna to Prague?",
    "How often should I water a cactus?",
    "Write a birthday message for my grandmother.",
    "What is the best season to visit Norway?",
    "Why do cats purr?",
    "Give me a recipe for onion soup.",
    "Who discovered penicillin?",
    "How do I iron a silk blouse?",
    "Describe the taste of a mango.",
    "부산에서 맛있는 식당을 추천해 줘.",
    "Quelle est la capitale de la France ?",
]


def _recall(scores: Sequence[np.ndarray[tuple[int, ...], np.dtype[np.float32]]]) -> float:
    return float(np.mean([row.argmax() == i for i, row in enumerate(scores)]))


def test_an_unseen_example_finds_its_template_far_more_often_than_bm25_on_names() -> None:
    import bm25s

    problems = [t.example.problem for t in LIBRARY]
    names = bm25s.BM25(method="lucene")
    names.index([terms(t.name) for t in LIBRARY], show_progress=False)
    by_name = [
        np.asarray(names.get_scores(words)) if (words := terms(p)) else np.zeros(len(LIBRARY))
        for p in problems
    ]
    unseen = Retriever(LIBRARY, examples=False)
    ours = _recall([unseen.scores(p) for p in problems])
    assert ours >= 0.55
    assert ours > _recall(by_name) + 0.2


def test_the_examples_themselves_find_their_templates() -> None:
    assert _recall([RETRIEVER.scores(t.example.problem) for t in LIBRARY]) >= 0.85


def test_the_two_sides_together_are_better_on_goals_than_either_or_no_worse() -> None:
    def first(retriever: Retriever) -> float:
        rows = {goal: retriever.scores(goal) for goal in GOALS}
        best = {goal: LIBRARY.templates[int(row.argmax())].id for goal, row in rows.items()}
        return sum(best[goal] in ids for goal, ids in GOALS.items()) / len(GOALS)

    both, words_only = first(RETRIEVER), first(Retriever(LIBRARY, dense="none"))
    assert both >= 0.78
    assert both >= words_only


@pytest.mark.parametrize("template", LIBRARY.templates, ids=lambda t: t.id)
def test_an_exact_name_comes_first_whatever_the_goal_says(template: Template) -> None:
    for name in (template.name, template.id, template.name.upper()):
        hits = RETRIEVER.retrieve("bake a cake with the quadratic formula", name=name, k=3)
        assert (hits[0].template, hits[0].score) == (template, 1.0)


def test_a_name_inside_the_goal_counts_nearly_as_much() -> None:
    hits = RETRIEVER.retrieve("Apply the Chinese remainder theorem to a sum of squares.")
    assert hits[0].template.id == "chinese-remainder-theorem"
    assert hits[0].score == pytest.approx(0.99)


def test_a_misspelt_name_still_leads_to_its_template() -> None:
    hits = RETRIEVER.retrieve("find it", name="Euclid's algoritm", tags=["gcd"])
    assert hits[0].template.id == "euclidean-algorithm"


def test_tags_and_topic_tip_the_balance() -> None:
    goal = "Find the value."
    by_tag = RETRIEVER.retrieve(goal, tags=["최대공약수", "divides"], k=3)
    assert {h.template.id for h in by_tag} & {"euclidean-algorithm"}
    plain = RETRIEVER.scores("count the ways")
    nudged = RETRIEVER.scores("count the ways", topic="combinatorics/counting")
    gain = nudged - plain
    assert 0 < gain.max() <= 0.051
    assert all(
        LIBRARY.templates[i].topic.startswith("combinatorics") for i in np.flatnonzero(gain > 1e-6)
    )


def test_questions_from_elsewhere_get_no_template() -> None:
    answered = [q for q in FOREIGN if RETRIEVER.retrieve(q)]
    assert answered == []


@pytest.mark.parametrize("goal", ["", "   ", "?!", "12345", "the of and"])
def test_a_goal_without_content_gets_no_template(goal: str) -> None:
    assert RETRIEVER.retrieve(goal, k=5) == []


def test_hits_are_ordered_above_the_threshold_and_at_most_k() -> None:
    hits = RETRIEVER.retrieve("solve a quadratic equation", k=4)
    scores = [h.score for h in hits]
    assert 1 < len(hits) <= 4
    assert scores == sorted(scores, reverse=True)
    assert min(scores) >= RETRIEVER.threshold
    assert RETRIEVER.retrieve("solve a quadratic equation", k=0) == []
    assert Retriever(LIBRARY, threshold=1.01).retrieve("solve a quadratic equation") == []


def test_an_embedder_of_your_own_takes_the_dense_side() -> None:
    class OnlyPigeons:
        def encode(self, texts: Sequence[str]) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
            return np.array([[1.0 if "pigeon" in t.casefold() else 0.0] for t in texts], np.float32)

    hits = Retriever(LIBRARY, dense=OnlyPigeons()).retrieve("a pigeon flies")
    assert hits[0].template.id == "pigeonhole-principle"


def test_a_dense_model_without_its_package_is_one_clear_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(InputError, match=r"pip install 'reasonloom\[dense\]'"):
        Retriever(LIBRARY, dense="some/model")


def test_an_empty_library_cannot_be_searched() -> None:
    with pytest.raises(InputError, match="holds no templates"):
        Retriever(Library((), LIBRARY.vocabulary))


@pytest.mark.parametrize("size", [1, 2])
def test_a_tiny_library_can_be_searched(size: int) -> None:
    tiny = Library(LIBRARY.templates[:size], LIBRARY.vocabulary)
    hits = Retriever(tiny).retrieve("whatever", name=LIBRARY.templates[0].name)
    assert [h.template for h in hits] == [LIBRARY.templates[0]]


def test_the_shipped_threshold_is_the_calibrated_one() -> None:
    found = calibrate(LIBRARY)
    assert found.threshold == pytest.approx(THRESHOLD)
    assert found.false_accepts <= 0.05
    assert found.foreign == len(off_topic()) >= 40
    assert found.kept >= 0.7


@settings(deadline=None, max_examples=50)
@given(goal=st.text(max_size=200), name=st.text(max_size=30), tag=st.text(max_size=20))
def test_scores_stay_between_0_and_1_for_any_text(goal: str, name: str, tag: str) -> None:
    scores = RETRIEVER.scores(goal, name=name, tags=[tag], topic=tag)
    assert scores.shape == (len(LIBRARY),)
    assert np.isfinite(scores).all()
    assert scores.min() >= 0 and scores.max() <= 1
