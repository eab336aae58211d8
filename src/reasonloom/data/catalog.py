"""Published benchmarks by name: where each one lies, and how its rows are read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from reasonloom.data.items import Item, choices, column, level, place, reference, text
from reasonloom.data.rows import Row
from reasonloom.errors import InputError

HOTPOT_LEVELS = {"easy": 1, "medium": 2, "hard": 3}


@dataclass(frozen=True)
class Benchmark:
    """A dataset on the hub. `size` is the number of rows of `split` as published."""

    path: str
    split: str
    size: int
    read: Callable[[Row], Item]
    config: str | None = None


def _plain(row: Row) -> Item:
    return Item(
        _question(row, "problem", "question"),
        reference(column(row, "answer")),
        text(row.get("subject")),
        level(row.get("level")),
        meta=_ids(row, "unique_id", "id", "ID"),
    )


def _worked(row: Row) -> Item:
    """A reference that stands in a solution where no column holds the answer alone."""
    answer = column(row, "answer", "solution")
    return Item(_question(row, "question", "problem"), reference(answer), meta=_ids(row, "id"))


def _gsm8k(row: Row) -> Item:
    worked = text(column(row, "answer")) or ""
    _, mark, final = worked.rpartition("####")
    answer = final.strip().replace(",", "") if mark else None
    return Item(_question(row, "question"), answer, "word_problems")


def _olympiad(row: Row) -> Item:
    """Only texts: a row with a picture is for another benchmark."""
    parts = [text(row.get("context")), _question(row, "question")]
    unit = text(row.get("unit"))
    return Item(
        "\n\n".join(filter(None, parts)),
        text(column(row, "final_answer")),
        text(row.get("subfield")),
        meta=_ids(row, "id") | ({"unit": unit} if unit else {}),
    )


def _gpqa(row: Row) -> Item:
    """The right option stands first in the row, so the order is always drawn."""
    names = ["Correct Answer", *(f"Incorrect Answer {i}" for i in (1, 2, 3))]
    return Item(
        _question(row, "Question"),
        0,
        text(row.get("High-level domain")),
        options=tuple(text(column(row, name)) or "" for name in names),
        shuffle=True,
        meta=_ids(row, "Record ID", "Subdomain"),
    )


def _mmlu_pro(row: Row) -> Item:
    """Options in the published order: some of them speak of the others."""
    options = choices(column(row, "options"))
    return Item(
        _question(row, "question"),
        place(column(row, "answer"), options),
        text(row.get("category")),
        options=options,
        meta=_ids(row, "question_id", "src"),
    )


def _hotpot(row: Row) -> Item:
    """Ten paragraphs, two of which matter, also as (title, text) in `meta["documents"]`."""
    context = column(row, "context")
    if not isinstance(context, dict) or not context.keys() >= {"title", "sentences"}:
        raise InputError("the column 'context' holds no titles and sentences, as on the hub")
    documents = [
        (title, "".join(sentences).strip())
        for title, sentences in zip(context["title"], context["sentences"], strict=True)
    ]
    told = "\n\n".join(f"{title}: {said}" for title, said in documents)
    needed = row.get("supporting_facts") or {}
    return Item(
        f"{told}\n\nQuestion: {_question(row, 'question')}",
        text(column(row, "answer")),
        text(row.get("type")),
        HOTPOT_LEVELS.get(str(row.get("level"))),
        meta={
            "documents": documents,
            "supporting": sorted(set(needed.get("title", ()))),
            **_ids(row, "id"),
        },
    )


def _question(row: Row, *names: str) -> str:
    asked = text(column(row, *names))
    if asked is None:
        raise InputError("the question is empty")
    return asked


def _ids(row: Row, *names: str) -> dict[str, Any]:
    return {name: row[name] for name in names if row.get(name) is not None}


BENCHMARKS = {
    "math_500": Benchmark("HuggingFaceH4/MATH-500", "test", 500, _plain),
    "aime_2024": Benchmark("HuggingFaceH4/aime_2024", "train", 30, _plain),
    "aime_2025": Benchmark("math-ai/aime25", "test", 30, _plain),
    "amc_2023": Benchmark("math-ai/amc23", "test", 40, _plain),
    "gsm8k": Benchmark("openai/gsm8k", "test", 1_319, _gsm8k, "main"),
    "olympiadbench": Benchmark(
        "Hothan/OlympiadBench", "train", 674, _olympiad, "OE_TO_maths_en_COMP"
    ),
    "gaokao_2023_en": Benchmark("MARIO-Math-Reasoning/Gaokao2023-Math-En", "train", 385, _worked),
    "gpqa_diamond": Benchmark("Idavidrein/gpqa", "train", 198, _gpqa, "gpqa_diamond"),
    "mmlu_pro": Benchmark("TIGER-Lab/MMLU-Pro", "test", 12_032, _mmlu_pro),
    "minerva_math": Benchmark("math-ai/minervamath", "test", 272, _worked),
    "hotpotqa": Benchmark("hotpotqa/hotpot_qa", "validation", 7_405, _hotpot, "distractor"),
}
