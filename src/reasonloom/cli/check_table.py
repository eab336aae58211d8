"""How the results of `loom nano check` are printed."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from reasonloom.nano.check import STRATEGIES, Results
from reasonloom.rates import show_rate

WIDTH = 132
"""Columns that the table needs; a narrower terminal wraps lines instead of cells."""


def show(results: Results) -> None:
    """Two tables: accuracy by family and depth, then the skills."""
    console = Console(width=max(WIDTH, Console().width))
    table = Table(title=f"{results.model}: accuracy and mean tokens on the dev split")
    table.add_column("problems", no_wrap=True)
    table.add_column("n", justify="right")
    for name in STRATEGIES:
        table.add_column(name, no_wrap=True)
    for group, rates in results.accuracy.items():
        spent = results.tokens[group]
        cells = (f"{show_rate(rates[s])}  {spent[s]:.0f} tok" for s in STRATEGIES)
        table.add_row(group, str(rates[STRATEGIES[0]].trials), *cells)
    console.print(table)
    skills = Table(title="skills", caption="rates in percent with 95 % Wilson intervals")
    skills.add_column("skill")
    skills.add_column("rate")
    for name, rate in results.skills.items():
        skills.add_row(name, f"{show_rate(rate)} of {rate.trials}")
    console.print(skills)


def as_markdown(results: Results) -> str:
    """The same two tables for a page of documentation."""
    arms = " | ".join(f"`{name}`" for name in STRATEGIES)
    lines = [f"| problems | n | {arms} |", "|---" * (2 + len(STRATEGIES)) + "|"]
    for group, rates in results.accuracy.items():
        spent = results.tokens[group]
        cells = " | ".join(f"{show_rate(rates[s])}, {spent[s]:.0f} tok" for s in STRATEGIES)
        name = group.removeprefix("family ").replace("_", " ")
        lines.append(f"| {name} | {rates[STRATEGIES[0]].trials} | {cells} |")
    lines += ["", "| skill | rate |", "|---|---|"]
    for name, rate in results.skills.items():
        lines.append(f"| {name} | {show_rate(rate)} of {rate.trials} |")
    return "\n".join(lines) + "\n"
