"""One command: measure the six models on the registered problems and write the results page.

python experiments/first_claim/run.py RUNS            the test split, opened once
python experiments/first_claim/run.py RUNS --split dev --each 40   while working on it
"""

from __future__ import annotations

import argparse
import asyncio
import json
from pathlib import Path

import page
from analyse import Results
from measure import Measure, Record
from problems import Item, fingerprint, items
from train import SEEDS

from reasonloom.models.resolve import resolve

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "results" / "first_claim.md"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("runs", type=Path, help="what train.py wrote")
    parser.add_argument("--split", choices=("dev", "test"), default="test")
    parser.add_argument("--each", type=int, default=200, help="problems a group")
    parser.add_argument("--seeds", type=int, nargs="+", default=list(SEEDS))
    parser.add_argument("--page", type=Path, default=PAGE)
    given = parser.parse_args()
    drawn = items(given.split, given.each)
    registered = (HERE / "registration.md").read_text()
    if given.split == "test" and fingerprint(drawn) not in registered:
        raise SystemExit(
            f"the problems drawn ({fingerprint(drawn)}) are not those that registration.md names:"
            " the worlds have changed since; register anew"
        )
    shared: dict[int, list[Record]] = {}
    alone: dict[int, list[Record]] = {}
    hashes = []
    for seed in given.seeds:
        records = given.runs / f"{given.split}-{seed}"
        shared[seed], alone[seed], names = asyncio.run(one_seed(given.runs, seed, drawn, records))
        hashes.append(names)
    facts = [
        f"Command: `python experiments/first_claim/run.py RUNS`, {given.split} split,"
        f" {given.each} problems a group ({fingerprint(drawn)}), as registered in"
        " `experiments/first_claim/registration.md`.",
        *hashes,
    ]
    given.page.parent.mkdir(parents=True, exist_ok=True)
    page.write(Results.of(shared, alone), given.page, facts)
    print(f"wrote {given.page}")


async def one_seed(
    runs: Path, seed: int, drawn: list[Item], records: Path
) -> tuple[list[Record], list[Record], str]:
    """Records of the shared and the cot-only model of a seed, and their hashes in words."""
    shared = resolve(f"local:{runs / f'shared-{seed}' / 'model'}")
    whole = Measure(shared, records.with_suffix(".shared.jsonl"))
    plain = [i for i in drawn if i.group != "withheld templates"]
    await whole.planned(plain)
    await whole.ladder(drawn)
    budget = whole.spent("reasonflux")
    await whole.chains(plain, budget)
    await shared.close()
    alone = resolve(f"local:{runs / f'cot-only-{seed}' / 'model'}")
    chains = Measure(alone, records.with_suffix(".cot-only.jsonl"))
    await chains.chains(plain, budget)
    await alone.close()
    names = [
        f"{kind} {model.profile.hash} ({loss_tokens(runs / f'{kind}-{seed}'):,} loss tokens)"
        for kind, model in (("shared", shared), ("cot-only", alone))
    ]
    return whole.records, chains.records, f"Seed {seed}: {', '.join(names)}."


def loss_tokens(run: Path) -> int:
    """How many reply tokens a run has learnt from."""
    return int(json.loads((run / "log.jsonl").read_text().splitlines()[-1])["targets"])


if __name__ == "__main__":
    main()
