"""`loom templates`: list, show, search, lint, import and calibrate thought templates."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from reasonloom.templates.library import Library
    from reasonloom.templates.schema import Template

app = typer.Typer(no_args_is_help=True, help="Look at, search, check and import thought templates.")

LibraryPath = Annotated[
    Path | None,
    typer.Option("--library", help="A folder or file of templates (default: the shipped library)."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Dense = Annotated[
    str,
    typer.Option(
        help="Dense side: lsa, none, or the name or path of a sentence-transformers model."
    ),
]


@app.command("list")
def list_templates(
    topic: Annotated[str, typer.Option(help="Only topics that start with this path.")] = "",
    tag: Annotated[str, typer.Option(help="Only templates with this tag or an alias of it.")] = "",
    library: LibraryPath = None,
    as_json: AsJson = False,
) -> None:
    """List the templates by topic."""
    chosen = _load(library)
    wanted = _known_tag(chosen, tag) if tag else None
    found = [
        t
        for t in sorted(chosen, key=lambda t: (t.topic, t.level, t.id))
        if _below(t.topic, topic) and (wanted is None or wanted in t.tags)
    ]
    if as_json:
        _print_json({"version": chosen.version, "templates": [_summary(t) for t in found]})
        return
    _print_by_topic(found)
    typer.echo(f"{len(found)} of {len(chosen)} templates, library version {chosen.version}")


@app.command()
def show(
    template: Annotated[str, typer.Argument(help="Id or name.", metavar="ID")],
    library: LibraryPath = None,
    as_json: AsJson = False,
) -> None:
    """Show one template in full."""
    found = _find(_load(library), template)
    if as_json:
        _print_json(found.to_dict())
    else:
        typer.echo(_page(found))


@app.command()
def search(
    query: Annotated[str, typer.Argument(help="The goal of a step, in words.")],
    k: Annotated[int, typer.Option("--k", min=1, help="How many templates to show at most.")] = 3,
    name: Annotated[str, typer.Option(help="A template's name, as a planner would give it.")] = "",
    tag: Annotated[list[str] | None, typer.Option(help="A tag; repeat for several.")] = None,
    topic: Annotated[str | None, typer.Option(help="The topic that the goal belongs to.")] = None,
    threshold: Annotated[
        float | None, typer.Option(help="Abstain below this score (default: the calibrated one).")
    ] = None,
    dense: Dense = "lsa",
    library: LibraryPath = None,
    as_json: AsJson = False,
) -> None:
    """Find the templates that fit a goal; none may fit, and then it says so."""
    from reasonloom.templates.retrieve import Retriever

    retriever = Retriever(_load(library), dense=dense, threshold=threshold)
    hits = retriever.retrieve(query, name=name, tags=tag or (), topic=topic, k=k)
    if as_json:
        _print_json([{"score": round(h.score, 4), **_summary(h.template)} for h in hits])
        return
    for hit in hits:
        typer.echo(f"{hit.score:.2f}  {hit.template.id}  {hit.template.name}")
        typer.echo(f"      {hit.template.description}")
    if not hits:
        typer.echo(f"no template fits (nothing reaches {retriever.threshold:g})")


@app.command()
def lint(
    path: Annotated[Path | None, typer.Argument(help="A folder or file of templates.")] = None,
    checks: Annotated[bool, typer.Option(help="Run the worked examples' checks as well.")] = True,
    as_json: AsJson = False,
) -> None:
    """Report every fault with file and line; exit code 1 if there is one."""
    from dataclasses import asdict

    from reasonloom.templates.lint import lint as find

    findings = find(path, run_checks=checks)
    if as_json:
        _print_json([asdict(finding) for finding in findings])
    else:
        for finding in findings:
            typer.echo(str(finding))
        typer.echo(f"{len(findings)} findings" if findings else "no findings")
    if findings:
        raise typer.Exit(1)


@app.command("import")
def import_library(
    file: Annotated[Path, typer.Argument(help="JSON in ReasonFlux's published layout.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="A new folder for the YAML.")],
    licence: Annotated[str, typer.Option(help="Licence of the source.")] = "Apache-2.0",
    as_json: AsJson = False,
) -> None:
    """Import a library, repair its known defects and report each repair."""
    from reasonloom.templates.importer import import_file

    done = import_file(file, out, licence)
    if as_json:
        repairs = [{"template": r.template, "what": r.what} for r in done.repairs]
        _print_json({"templates": len(done.templates), "repairs": repairs})
        return
    for repair in done.repairs:
        typer.echo(f"{repair.template}: {repair.what}")
    typer.echo(
        f"{len(done.templates)} templates in {len(done.files)} files below {out},"
        f" {len(done.repairs)} repairs; next: loom templates lint {out}"
    )


@app.command()
def calibrate(dense: Dense = "lsa", library: LibraryPath = None, as_json: AsJson = False) -> None:
    """Find the score below which retrieval should abstain."""
    from dataclasses import asdict

    from reasonloom.templates.calibrate import calibrate as measure

    found = measure(_load(library), dense)
    if as_json:
        _print_json(asdict(found))
        return
    typer.echo(f"threshold      {found.threshold:.2f}")
    typer.echo(f"false accepts  {found.false_accepts:.1%} of {found.foreign} foreign questions")
    typer.echo(f"kept           {found.kept:.1%} of {found.examples} example problems, unseen")
    typer.echo(f"recall@1       {found.recall:.1%} of {found.examples} example problems, unseen")


def _load(path: Path | None) -> Library:
    from reasonloom.templates.library import Library

    return Library.load(path)


def _find(library: Library, wanted: str) -> Template:
    from reasonloom.errors import InputError
    from reasonloom.spec import unknown

    found = library.get(wanted)
    if found is None:
        near = unknown("template", wanted, (t.id for t in library)).split("known: ")[0]
        raise InputError(f"{near}see `loom templates list` or `loom templates search`")
    return found


def _known_tag(library: Library, tag: str) -> str:
    from reasonloom.errors import InputError
    from reasonloom.spec import unknown

    known = library.vocabulary.normal(tag)
    if known is None:
        raise InputError(unknown("tag", tag, library.vocabulary.aliases))
    return known


def _below(topic: str, path: str) -> bool:
    return not path or f"{topic}/".startswith(f"{path.strip('/')}/")


def _summary(template: Template) -> dict[str, Any]:
    return {
        "id": template.id,
        "name": template.name,
        "topic": template.topic,
        "tags": list(template.tags),
        "level": template.level,
        "description": template.description,
    }


def _print_by_topic(templates: Iterable[Template]) -> None:
    topic = None
    for template in templates:
        if template.topic != topic:
            topic = template.topic
            typer.echo(topic)
        typer.echo(f"  {template.level}  {template.id:<48} {', '.join(template.tags)}")


def _page(template: Template) -> str:
    example = template.example
    facts = {
        "id": template.id,
        "topic": template.topic,
        "tags": ", ".join(template.tags),
        "level": f"{template.level} of 5",
        "about": template.description,
        "scope": template.scope,
    }
    origin = {
        "check": example.check.kind,
        "source": f"{template.provenance}, {template.licence}, hash {template.content_hash}",
    }
    steps = "\n".join(f"  {i}. {step}" for i, step in enumerate(template.steps, 1))
    worked = {"problem": example.problem, "solution": example.solution, "answer": example.answer}
    return "\n".join(
        [template.name, _lines(facts), "steps", steps, "example", _lines(worked), _lines(origin)]
    )


def _lines(facts: Mapping[str, str]) -> str:
    return "\n".join(f"  {key:<9}{value}" for key, value in facts.items())


def _print_json(value: Any) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))
