"""A preference set in a folder: roll out, pair, report, write.

journal.jsonl   every finished unit of work: the same call goes on from it
pairs.jsonl     the preference rows
report.json     what the roll-outs say
shuffled.jsonl, best.jsonl   with `controls`: pairs with labels that say nothing, and SFT rows of
                the best of K
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import orjson

from reasonloom.data.many import Watch
from reasonloom.errors import InputError
from reasonloom.train.rows import Row, write_rows
from reasonloom.train.trajectories.bench import open_bench
from reasonloom.train.trajectories.collect import collect
from reasonloom.train.trajectories.formats import Format, write_llama_factory
from reasonloom.train.trajectories.pairs import best_rows, preference_rows, shuffled
from reasonloom.train.trajectories.report import Report, report
from reasonloom.train.trajectories.settings import Settings
from reasonloom.train.trajectories.sources import Source

PAIRS, REPORT, SHUFFLED, BEST = "pairs.jsonl", "report.json", "shuffled.jsonl", "best.jsonl"


class Made(NamedTuple):
    rows: list[Row]
    report: Report


async def make_pairs(
    found: Sequence[Source],
    folder: Path,
    settings: Settings | None = None,
    *,
    format: Format = "trl",
    controls: bool = False,
    watch: Watch = lambda done, all: None,
    **models: Any,
) -> Made:
    """Preference rows over trajectories for `found`, written to `folder`.

    models  model, navigator, reasoner, library, cache, trace, at_once: see `open_bench`

    Raises InputError for no problems, and what `open_bench` and `collect` raise.
    """
    if not found:
        raise InputError("there are no problems to plan for: name some by --data")
    settings = settings or Settings()
    async with open_bench(folder, seed=settings.seed, **models) as bench:
        made = await collect(found, settings, bench, watch)
        told = report(made, settings, bench.spent)
        rows = preference_rows(made.rolled, settings, bench)
        best = best_rows(made.rolled, settings, bench)
    write_rows(folder / PAIRS, rows)
    if controls:
        write_rows(folder / SHUFFLED, shuffled(rows, settings.seed))
        write_rows(folder / BEST, best)
    if format == "llamafactory":
        write_llama_factory(folder, rows)
    _write_report(folder / REPORT, told)
    return Made(rows, told)


def _write_report(path: Path, told: Report) -> None:
    part = path.with_name(path.name + ".part")
    part.write_bytes(
        orjson.dumps(told.as_json(), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    )
    part.replace(path)
