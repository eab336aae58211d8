"""What becomes of a run whose endpoint fails.

    python benchmarks/faults.py [--problems 100] [--samples 1] [--timeout 3]

The fake server of fake.py, in a process of its own, fails at random; the run is one of `loom eval`
over cot, self_consistency and reasonflux. It is made twice:

1. 10 % 429, 5 % 500, 1 % of the calls never answered, and six tries a call, as `resolve` gives.
2. 50 % 500, 10 % never answered, and two tries: more than they overcome, so attempts fail.

Each run must end by itself, with an answer or a typed failure of every attempt, each once, and all
of them in the denominator of its accuracy; in the second, attempts must really have failed. Printed
are how they ended, what the server did, and how many calls the ledgers booked: those of solves that
were cut short are among the calls cut off. The exit code is 0 where all that holds, else 1.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

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


class Part(NamedTuple):
    """A run: what it is about, the server's model, tries a call, and whether attempts must fail."""

    title: str
    model: str
    tries: int
    fails: bool


PARTS = (
    Part("faults that six tries overcome", "faulty", 6, fails=False),
    Part("faults that two tries do not overcome", "failing", 2, fails=True),
)


def opened(part: Part, url: str, timeout: float) -> Model:
    """As `resolve` makes it, with a shorter patience for a reply that never comes."""
    endpoint = Endpoint(part.model, url, timeouts=Timeouts(total=timeout))
    return Repeated(Retried(Limited(OpenAIModel(endpoint)), attempts=part.tries))


async def attempt_all(part: Part, options: argparse.Namespace, url: str, folder: Path) -> Path:
    data = folder / "problems.jsonl"
    rows = [
        {"question": f"What is {i} + 42 - {i}?", "answer": "42"} for i in range(options.problems)
    ]
    data.write_text("".join(json.dumps(row) + "\n" for row in rows))
    wish = Wish(str(data), STRATEGIES, samples=options.samples)
    model = opened(part, url, options.timeout)
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
        kept &= len({a.key for a in own}) == len(own) == expected
        kept &= not any(end.startswith("UN") for end in ends)
        kept &= counted(own, line, expected)
        shares = ", ".join(f"{count} {end}" for end, count in ends.most_common())
        print(f"{line.arm.spec:24}{len(own):4} of {expected} attempts: {shares}")
        print(f"{'':24}{sum(a.correct for a in own)} right, accuracy {line.accuracy}")
    return kept and len(lines) == len(STRATEGIES)


def counted(own: Sequence[Attempt], line: Summary, expected: int) -> bool:
    """Whether each attempt is in the denominator, and each failure counted as one that is wrong."""
    failed = [a for a in own if a.failure is not None]
    right = sum(a.correct for a in own)
    whole = line.attempts == expected and line.unreferenced == 0
    told = Counter(a.failure for a in failed) == line.failures and not any(
        a.correct for a in failed
    )
    share = line.accuracy is not None and math.isclose(line.accuracy.mean, right / expected)
    return whole and told and share


def carried_out(part: Part, options: argparse.Namespace) -> bool:
    """Make one run, print what came of it, and say whether it is as it must be."""
    script = str(Path(__file__).with_name("fake.py"))
    with tempfile.TemporaryDirectory() as folder, fake_server(script) as url:
        began = time.perf_counter()
        path = asyncio.run(attempt_all(part, options, url, Path(folder)))
        wall, served = time.perf_counter() - began, totals(url)
        with store.open_run(path) as run:
            made, lines = store.attempts(run), summarise(run)
    print(f"\n{part.title}, {wall:.1f} s\n")
    kept = show(made, lines, options.problems * options.samples)
    failed = sum(a.failure is not None for a in made)
    told = ", ".join(f"{served[name]} {name}" for name in ("429", "500", "hang", "cut off"))
    print(f"server: {served['ok']} replies, {told}; ledgers: {sum(a.calls for a in made)} calls")
    print(f"every attempt ended in an answer or a typed failure: {'yes' if kept else 'NO'}")
    if part.fails and not failed:
        print("NO attempt failed, so nothing was shown: take more problems")
    return kept and (failed > 0 or not part.fails)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--problems", type=int, default=100)
    parser.add_argument("--samples", type=int, default=1)
    parser.add_argument("--timeout", type=float, default=3.0, help="seconds for a reply")
    options = parser.parse_args()
    for name in ("OPENAI_API_KEY", "LOOM_API_KEY"):
        os.environ.pop(name, None)
    kept = [carried_out(part, options) for part in PARTS]
    return 0 if all(kept) else 1


if __name__ == "__main__":
    sys.exit(main())
