"""What becomes of a run whose endpoint fails: 10 % 429, 5 % 500, 1 % of the calls never answered.

    python benchmarks/faults.py [--problems 100] [--samples 1] [--timeout 3]

The fake server of fake.py, in a process of its own, fails at random; the run is one of `loom eval`
over cot, self_consistency and reasonflux. It must end by itself, with an answer or a typed failure
of every attempt, each of them in the denominator of its accuracy. Printed are how the attempts
ended, what the server did, and how many calls the ledgers booked.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from client import fake_server
from fake import totals
from reasonloom import errors
from reasonloom.evaluate import store
from reasonloom.evaluate.plan import Wish
from reasonloom.evaluate.records import Attempt
from reasonloom.evaluate.runner import evaluate
from reasonloom.evaluate.summary import Summary, summarise
from reasonloom.models.endpoint import Endpoint, Timeouts
from reasonloom.models.limited import Limited
from reasonloom.models.openai import OpenAIModel
from reasonloom.models.protocol import Model
from reasonloom.models.repeated import Repeated
from reasonloom.models.retried import Retried

STRATEGIES = ("cot", "self_consistency(n=4)", "reasonflux")


def opened(url: str, timeout: float) -> Model:
    """As `resolve` makes it, with a shorter patience for a reply that never comes."""
    endpoint = Endpoint("faulty", url, timeouts=Timeouts(total=timeout))
    return Repeated(Retried(Limited(OpenAIModel(endpoint))))


async def attempt_all(options: argparse.Namespace, url: str, folder: Path) -> Path:
    data = folder / "problems.jsonl"
    rows = [
        {"question": f"What is {i} + 42 - {i}?", "answer": "42"} for i in range(options.problems)
    ]
    data.write_text("".join(json.dumps(row) + "\n" for row in rows))
    wish = Wish(str(data), STRATEGIES, samples=options.samples)
    model = opened(url, options.timeout)
    try:
        return await evaluate(wish, model=model, path=folder / "run.db")
    finally:
        await model.close()


def ending(attempt: Attempt) -> str:
    """An answer, a typed failure, or what must not be."""
    if attempt.failure is not None:
        known = isinstance(getattr(errors, attempt.failure, None), type)
        return attempt.failure if known else f"UNTYPED {attempt.failure}"
    return "answer" if attempt.answer is not None else f"UNANSWERED {attempt.stop_reason}"


def show(made: Sequence[Attempt], lines: Sequence[Summary], expected: int) -> bool:
    """Print how the attempts ended; whether all did as they must."""
    kept = True
    for line in lines:
        own = [a for a in made if a.strategy == line.arm.spec]
        ends = Counter(map(ending, own))
        kept &= len(own) == line.attempts == expected and line.unreferenced == 0
        kept &= not any(end.startswith("UN") for end in ends)
        shares = ", ".join(f"{count} {end}" for end, count in ends.most_common())
        print(f"{line.arm.spec:24}{len(own):4} of {expected} attempts: {shares}")
        print(f"{'':24}accuracy over all of them {line.accuracy}")
    return kept


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--problems", type=int, default=100)
    parser.add_argument("--samples", type=int, default=1)
    parser.add_argument("--timeout", type=float, default=3.0, help="seconds for a reply")
    options = parser.parse_args()
    for name in ("OPENAI_API_KEY", "LOOM_API_KEY"):
        os.environ.pop(name, None)
    script = str(Path(__file__).with_name("fake.py"))
    with tempfile.TemporaryDirectory() as folder, fake_server(script) as url:
        began = time.perf_counter()
        path = asyncio.run(attempt_all(options, url, Path(folder)))
        wall, served = time.perf_counter() - began, totals(url)
        with store.open_run(path) as run:
            made, lines = store.attempts(run), summarise(run)
    kept = show(made, lines, options.problems * options.samples)
    failed = {name: served[name] for name in ("429", "500", "hang")}
    print(f"\nserver: {served['ok']} replies, " + ", ".join(f"{n} {k}" for k, n in failed.items()))
    print(f"ledgers: {sum(a.calls for a in made)} calls booked; {wall:.1f} s in all")
    print(f"\nevery attempt ended in an answer or a typed failure: {'yes' if kept else 'no'}")
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
