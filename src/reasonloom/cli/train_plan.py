"""What `--dry-run` prints: the recipe, the data, the memory of one device."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from reasonloom.train.dry_run import Plan
    from reasonloom.train.memory import Memory
    from reasonloom.train.recipe import Recipe

GIB = 1 << 30


def show(recipe: Recipe, plan: Plan) -> None:
    console = Console(highlight=False)
    chosen = recipe.model_dump(exclude={"shape"})
    console.print("recipe   " + ", ".join(f"{k} {_short(v)}" for k, v in chosen.items()))
    console.print(
        f"data     {plan.lengths or f'{plan.rows:,} rows (no tokenizer here to measure)'}"
    )
    console.print(
        f"         {plan.held:,} rows held out; {plan.updates:,} updates of {recipe.batch}"
        f" {'responses' if chosen['train'] == 'rl' else 'rows'}"
    )
    sizes = plan.memory
    console.print(
        f"model    {sizes.parameters / 1e6:,.1f} M parameters, {sizes.learnt / 1e6:,.1f} M learnt;"
        f" memory of each of {recipe.devices} device{'s' * (recipe.devices > 1)}:"
    )
    console.print(_memory(sizes))


def _memory(memory: Memory) -> Table:
    table = Table(box=None)
    table.add_column("what")
    table.add_column("GiB", justify="right")
    for name in ("weights", "gradients", "moments", "reference", "activations", "logits", "total"):
        table.add_row(name, f"{getattr(memory, name) / GIB:,.2f}")
    return table


def _short(value: object) -> str:
    return "–" if value is None else str(value)
