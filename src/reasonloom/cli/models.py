"""`loom models`: which models there are, adding one, and finding out what an endpoint can do."""

from __future__ import annotations

from typing import Annotated, Any

import typer

app = typer.Typer(no_args_is_help=True, help="List, add and probe models.")

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


@app.command("list")
def list_models(as_json: AsJson = False) -> None:
    """The embedded model and those of your models file."""
    from reasonloom.models.profiles import load, user_file

    rows = {"nano": _row("nano", "the model that ships with reasonloom")}
    for name, entry in load().items():
        rows[name] = _row(entry.spec, "", entry.features, entry.usd_per_million, entry.priced_on)
    if as_json:
        _print_json({"file": str(user_file()), "models": rows})
        return
    _print_table(rows, str(user_file()))


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="How you will call it: --model NAME.")],
    spec: Annotated[str, typer.Argument(help="openai:MODEL@URL or local:PATH.")],
    key_env: Annotated[
        str | None, typer.Option(help="The environment variable that holds the key.")
    ] = None,
    usd_per_million: Annotated[
        str | None, typer.Option(help="Prices: PROMPT,CACHED,COMPLETION in USD.")
    ] = None,
    thinking_cap: Annotated[
        str | None,
        typer.Option(help='How it caps thinking: vllm, qwen ..., or JSON fields with "{tokens}".'),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Add a model to your models file; what stands there, comments included, is kept."""
    from reasonloom.models.user_models import append

    path = append(name, spec, key_env, usd_per_million, thinking_cap)
    if as_json:
        _print_json({"file": str(path), "name": name, "spec": spec})
    else:
        typer.echo(f"added {name} to {path}; find out what it can do: loom models probe {name}")


@app.command()
def probe(
    model: Annotated[str, typer.Argument(help="A name of your file, or openai:MODEL@URL.")],
    keep: Annotated[bool, typer.Option(help="Remember the result for later runs.")] = True,
    as_json: AsJson = False,
) -> None:
    """Try an endpoint's features by about twenty small calls, and remember what works."""
    import asyncio

    from reasonloom.models.probe import Report
    from reasonloom.models.probe import probe as find_out
    from reasonloom.models.probed import remember
    from reasonloom.models.resolve import resolve

    async def run() -> Report:
        resolved = resolve(model)
        try:
            return await find_out(resolved)
        finally:
            await resolved.close()

    report = asyncio.run(run())
    kept = str(remember(report.name, report.features)) if keep else None
    found = {f.feature: {"works": f.works, "seen": f.seen} for f in report.findings}
    if as_json:
        cost = {"calls": report.calls, "tokens": report.usage.total_tokens}
        _print_json({"model": report.name, "features": found, "cost": cost, "file": kept})
        return
    for feature, result in found.items():
        typer.echo(f"{'yes' if result['works'] else 'no':4} {feature:32} {result['seen']}")
    typer.echo(f"{report.calls} calls, {report.usage.total_tokens} tokens")


def _row(
    spec: str,
    note: str,
    features: tuple[str, ...] | None = None,
    prices: tuple[float, ...] | None = None,
    priced_on: str | None = None,
) -> dict[str, Any]:
    from reasonloom.models.probed import remembered

    known = features if features is not None else remembered(spec)
    return {
        "spec": spec,
        "note": note,
        "features": None if known is None else sorted(known),
        "usd_per_million": None if prices is None else list(prices),
        "priced_on": priced_on,
    }


def _print_table(rows: dict[str, dict[str, Any]], path: str) -> None:
    from rich.console import Console
    from rich.markup import escape
    from rich.table import Table

    table = Table(box=None)
    for heading in ("name", "spec", "can do", "USD per million tokens"):
        table.add_column(heading, overflow="fold")
    for name, row in rows.items():
        prices = row["usd_per_million"]
        price = "" if prices is None else f"{', '.join(map(str, prices))} ({row['priced_on']})"
        features = row["features"]
        known = "not probed" if features is None else ", ".join(f for f in features if ":" not in f)
        table.add_row(name, escape(row["spec"]), row["note"] or known, price)
    Console().print(table)
    typer.echo(f"file: {path}")


def _print_json(value: dict[str, Any]) -> None:
    import orjson

    typer.echo(orjson.dumps(value, option=orjson.OPT_INDENT_2).decode())
