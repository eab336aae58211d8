"""From web solutions to problems for RL: every stage of every row, and what became of it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from math import ceil
from pathlib import Path
from typing import Any

from reasonloom.calls import describe
from reasonloom.context import Context, open_context
from reasonloom.data.journal import Journal
from reasonloom.data.many import AT_ONCE, Watch, costs, each, total
from reasonloom.data.outputs import Dropped, Made, beside, file_hash, named, put
from reasonloom.data.prompts import told
from reasonloom.data.silver import words
from reasonloom.data.silver.quality import Checked, Quality, quality
from reasonloom.data.silver.read import Item, read_items
from reasonloom.data.silver.requests import Agreement
from reasonloom.data.silver.stages import Json, Silver, by_model, by_rule, extraction, respond
from reasonloom.errors import InputError
from reasonloom.grading.grade import Grader
from reasonloom.models.protocol import Model
from reasonloom.strategies.dialects import dialect_of
from reasonloom.trace import Trace, TraceFile
from reasonloom.train.rows import Row, row_id

STAGES = ("extract", "respond", "verify")


@dataclass(frozen=True)
class Session:
    """What all rows share."""

    wish: Silver
    models: Mapping[str, Model]
    seed: int
    journal: Journal
    grader: Grader
    trace: TraceFile | None = None

    async def work(self, item: Item) -> None:
        trace = Trace(self.trace, name=f"{item.problem.id} silver")
        with open_context(item.problem, self.models, seed=self.seed, trace=trace) as ctx:
            found = await self._stage("extract", item, ctx, lambda c: extraction(item, c))
            reference = found["answer"]
            if reference is None:
                return
            made = await self._stage(
                "respond", item, ctx, lambda c: respond(item.problem, c, self.wish)
            )
            await self._stage("verify", item, ctx, lambda c: self._verify(item, made, reference, c))

    async def _verify(self, item: Item, made: Json, reference: str, ctx: Context) -> Json:
        if self.wish.by_model:
            return await by_model(item.problem, made, reference, ctx)
        return await by_rule(made, reference, self.grader)

    async def _stage(
        self, stage: str, item: Item, ctx: Context, work: Callable[[Context], Awaitable[Json]]
    ) -> Json:
        async def make() -> Json:
            with ctx.child(stage) as child:
                found = await work(child)
                return {**found, "costs": costs(child.close())}

        done: Json = await self.journal.once(_key(stage, item), make)
        return done


def _key(stage: str, item: Item) -> str:
    return f"{stage} {item.problem.id}"


async def make_silver(
    path: Path,
    out: Path,
    models: Mapping[str, Model],
    wish: Silver,
    *,
    seed: int = 0,
    limit: int | None = None,
    trace: TraceFile | None = None,
    at_once: int = AT_ONCE,
    watch: Watch = lambda done, all: None,
) -> Made:
    """Write RL rows to `out`, and beside it the journal, what was dropped, and the manifest.

    models  by role: extractor, reasoner (responds), verifier; "default" for those not named
    limit   the first so many usable rows
    trace   a file for every event, if not the journal alone
    watch   told how many rows are done, of how many

    Raises InputError for a file that cannot be used or a journal begun with other settings,
    NoSkill for a model that cannot extract or verify, ModelError where there is no way to it.
    """
    _apart(path, out)
    items, dropped = read_items(path, limit)
    asked = {
        "data": "silver",
        "file": path.name,
        "file_sha256": file_hash(path),
        "models": named(models),
        "seed": seed,
        "requests": row_id(words.EXTRACT, words.EXTRACT_FORM, words.VERIFY, words.VERIFY_FORM),
        **asdict(wish),
    }
    with Journal(beside(out, "journal.jsonl"), asked) as journal:
        async with Grader() as grader:
            session = Session(wish, models, seed, journal, grader, trace)
            failures = await each(items, session.work, at_once, watch)
            why = {item.problem.id: describe(error) for item, error in failures}
            made = await assemble(items, dropped, session, why)
    put(out, made, {**asked, "limit": limit})
    return made


def _apart(path: Path, out: Path) -> None:
    if out.resolve() == path.resolve():
        raise InputError(f"{out} holds the solutions: name another file for the rows")


async def assemble(
    items: Sequence[Item], dropped: Sequence[Dropped], session: Session, why: Mapping[str, str]
) -> Made:
    """Rows and reasons out of what stands in the journal; `why` problems failed, by id."""
    rows, left = [], list(dropped)
    for item in items:
        reason = _reason(item, session, why)
        if reason:
            left.append(reason)
        else:
            rows.append(_row(item, session))
    done = session.journal.done
    counts = {stage: sum(_key(stage, item) in done for item in items) for stage in STAGES}
    report = {
        "stages": {"read": len(items) + len(dropped), "usable": len(items), **counts},
        "verifier": (await measure(items, session)).as_json(),
        "costs": total(done.values()),
    }
    return Made(rows, left, report)


def _reason(item: Item, session: Session, why: Mapping[str, str]) -> Dropped | None:
    """Why a row is not taken; None for one that is."""
    done, id = session.journal.done, f"row {item.row}"
    found, verdicts = done.get(_key("extract", item)), done.get(_key("verify", item))
    if found and found["answer"] is None:
        bad = found.get("unreadable")
        return Dropped(id, "unreadable" if bad else "no_answer", bad or "")
    if verdicts is None:
        return Dropped(id, "failed", why.get(item.problem.id, ""))
    code = disagreement(verdicts["said"], session.wish.agree)
    return Dropped(id, code, ", ".join(verdicts["said"])) if code else None


def disagreement(said: Sequence[Agreement], share: float) -> str | None:
    """Why too few responses agree; None where enough do.

    What is undecided counts for neither side: `undecided` says that it could have been enough.
    """
    needed = max(1, ceil(share * len(said) - 1e-9))
    right, unknown = said.count("correct"), said.count("undecided")
    if right >= needed:
        return None
    if right + unknown >= needed:
        return "undecided"
    return "not_found" if set(said) == {"not found"} else "disagrees"


def _row(item: Item, session: Session) -> Row:
    problem, done = item.problem, session.journal.done
    dialect = dialect_of(_model(session, "reasoner").profile.dialect)
    prompt = told(dialect.cot(problem.question).prompt)
    answer = done[_key("extract", item)]["answer"]
    said = done[_key("verify", item)]["said"]
    about: dict[str, Any] = {"problem": problem.id, "source": problem.source, "row": item.row}
    about |= {"agree": said.count("correct"), "responses": len(said)}
    about |= {"label": item.label} if item.label is not None else {}
    return {
        "prompt": prompt,
        "answer": answer,
        "id": row_id(prompt, answer),
        "from": {**about, "models": named(session.models)},
    }


def _model(session: Session, role: str) -> Model:
    return session.models.get(role) or session.models["default"]


async def measure(items: Sequence[Item], session: Session) -> Quality:
    """Extraction and verifier against the labels, where there are any."""
    done, answers, responses = session.journal.done, [], []
    for item in items:
        found, verdicts = done.get(_key("extract", item)), done.get(_key("verify", item))
        if item.label is None or not found or not verdicts:
            continue
        answers.append(await _right(found["answer"], item.label, session.grader))
        made = done[_key("respond", item)]["responses"]
        for (_, answer), said in zip(made, verdicts["said"], strict=True):
            responses.append(Checked(said, await _right(answer, item.label, session.grader)))
    return quality(answers, responses)


async def _right(answer: str | None, label: str, grader: Grader) -> bool | None:
    if answer is None:
        return False
    verdict = await grader.grade(answer, label, is_text=False)
    return None if verdict.outcome == "ungradable" else verdict.correct
