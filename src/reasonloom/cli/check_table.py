"""How the results of `loom nano check` are printed."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from reasonloom.nano.check import STRATEGIES, Results, show_rate


def show(results: Results) -> None:
    """Two tables: accuracy by family and depth, then the skills."""
    console = Console(soft_wrap=True)
    table = Table(title=f"{results.model}: accuracy on the dev split, 95 % intervals")
    table.add_column("problems")
    for name in STRATEGIES:
        table.add_column(name)
    for group, rates in results.accuracy.items():
        spent = results.tokens[group]
        table.add_row(group, *(f"{show_rate(rates[s])}  {spent[s]:.0f} tok" for s in STRATEGIES))
    console.print(table)
    skills = Table(title="skills")
    skills.add_column("skill")
    skills.add_column("rate")
    for name, rate in results.skills.items():
        skills.add_row(name, f"{show_rate(rate)} of {rate.trials}")
    console.print(skills)
