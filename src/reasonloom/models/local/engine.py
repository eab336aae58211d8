"""Continuous batching: one thread owns the decoder; rows join and leave between steps."""

from __future__ import annotations

import queue
import threading
from collections import deque
from collections.abc import Iterable, Iterator, Sequence

import torch
from torch import Tensor

from reasonloom.errors import ModelError
from reasonloom.models.local.decoder import NEIGHBOURS, Decoder, Prefix
from reasonloom.models.local.guesses import LONGEST, Guesses
from reasonloom.models.local.reader import Read, Reader, scores
from reasonloom.models.local.rows import Job, Row, Sample, Scored, settle
from reasonloom.models.local.sampling import pick

FREE_TOKENS, MOST_GUESSED = 8, 3
"""A step takes guesses while it has no more tokens than FREE_TOKENS in all rows together, at most
MOST_GUESSED a row; our choice, measured: nano's matrices take 1.1 times as long over four tokens as
over one, 1.25 times over eight and twice over sixteen."""

CLOSED = "the local model was closed before it had answered: open it again"


class Engine:
    """The handle that other threads hold. `submit` a job, then wait for its future.

    max_rows   samples decoded together
    room       tokens of cache that the rows may take together, padding counted
    """

    def __init__(self, decoder: Decoder, *, max_rows: int, room: int) -> None:
        self._inbox: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._lock, self._open = threading.Lock(), True
        worker = _Worker(decoder, self._inbox, max_rows, room)
        self._thread = threading.Thread(target=worker.run, name="reasonloom-local", daemon=True)
        self._thread.start()

    def submit(self, job: Job) -> None:
        """Raises ModelError after `stop`."""
        with self._lock:
            if not self._open:
                raise ModelError(CLOSED)
            self._inbox.put(job)

    def stop(self) -> None:
        """End the thread; what is in flight fails with ModelError. A second call does nothing."""
        with self._lock:
            if self._open:
                self._open = False
                self._inbox.put(None)
        self._thread.join()


class _Worker:
    """Everything the thread owns. Row i of `rows` is row i of the decoder."""

    def __init__(
        self, decoder: Decoder, inbox: queue.SimpleQueue[Job | None], max_rows: int, room: int
    ) -> None:
        self.decoder, self.inbox = decoder, inbox
        self.max_rows, self.room = max_rows, room
        self.reader = Reader(decoder, room // 4)
        self.guesses = Guesses()
        self.rows: list[Row] = []
        self.waiting: deque[Job] = deque()

    @torch.inference_mode()
    def run(self) -> None:
        while self._listen():
            try:
                self._admit()
                self._step()
            except Exception as failure:
                # The callers wait in other threads: the failure is theirs, and the thread lives on.
                self._fail(_explained(failure, len(self.rows)))
        self._fail(ModelError(CLOSED))

    def _listen(self) -> bool:
        """Take what has arrived, and wait for something if there is nothing to do."""
        idle = not self.rows and not self.waiting
        while True:
            try:
                job = self.inbox.get(block=idle)
            except queue.Empty:
                return True
            if job is None:
                return False
            self.waiting.append(job)
            idle = False

    def _admit(self) -> None:
        """Start what fits, first come first served, and join all of it to the batch at once."""
        fresh: list[Prefix] = []
        while self.waiting:
            job = self.waiting[0]
            if not job.future.done():
                count = self._fitting(job)
                if not count:
                    break
                fresh += self._start(job, count)
            if job.future.done() or not job.waiting:
                self.waiting.popleft()
        if fresh:
            self.decoder.join(fresh)

    def _fitting(self, job: Job) -> int:
        """How many of the job's samples can start now; one always can when no row runs."""
        longest = max([job.longest, *(row.job.longest for row in self.rows)])
        free = min(self.max_rows, self.room // longest) - len(self.rows)
        return min(job.waiting, max(free, 0 if self.rows else 1))

    def _start(self, job: Job, count: int) -> list[Prefix]:
        """Read the prompt and draw the first tokens; a prefix for each row that goes on."""
        job.begun = True
        try:
            read = self._read(job)
        except Exception as failure:
            # Reading touches no row: only the caller of this prompt is concerned.
            _give_up(job, _explained(failure, len(self.rows)))
            return []
        rows = [Row(job, job.started + i) for i in range(count)]
        job.started += count
        if job.max_tokens < 1:
            for row in rows:
                job.finish(row.index, Sample((), "", "length", None if job.top is None else ()))
            return []
        self.guesses.learn(job.prompt, read.cached_tokens)
        alive = self._advance(rows, read.logits.expand(count, 1, -1), [[]] * count)
        live = [row for row, goes_on in zip(rows, alive, strict=True) if goes_on]
        self.rows += live
        return [read.prefix] * len(live)

    def _read(self, job: Job) -> Read:
        if job.echo and job.prompt_scored is None:
            read, job.prompt_scored = self.reader.score(job.prompt, job.top or 0)
            return read
        read = self.reader.read(job.prompt)
        if not job.started:
            job.cached_tokens = read.cached_tokens
        return read

    def _step(self) -> None:
        self._go_on_with([row.wanted for row in self.rows])
        if self.rows:
            guesses = self._guess()
            asked = zip(self.rows, guesses, strict=True)
            logits = self.decoder.step([[row.ids[-1], *guess] for row, guess in asked])
            self._go_on_with(self._advance(self.rows, logits, guesses))

    def _guess(self) -> list[list[int]]:
        """For each row what may come next, each row as many tokens."""
        count = min(MOST_GUESSED, FREE_TOKENS // len(self.rows) - 1)
        if count < 1:
            return [[] for _ in self.rows]
        found = [self.guesses.after(row.tail(LONGEST), count) for row in self.rows]
        longest = max(map(len, found))
        return [guess + [0] * (longest - len(guess)) for guess in found]

    def _go_on_with(self, alive: Sequence[bool]) -> None:
        if not all(alive):
            order = survivors(alive, [row.length for row in self.rows])
            self.decoder.keep(order)
            self.rows = [self.rows[i] for i in order]

    def _advance(
        self, rows: Sequence[Row], logits: Tensor, guesses: Sequence[Sequence[int]]
    ) -> list[bool]:
        """Draw each row's next tokens, as far as its guesses are right; which rows go on.

        `logits` is `[row, token, vocabulary]`, one token more than a row has guesses.
        """
        count = logits.shape[1]
        places = [row for row in rows for _ in range(count)]
        logits = logits.flatten(0, 1)
        tokens = pick(logits, [draw for row in rows for draw in row.draws(count)])
        scored = _score(places, logits, tokens)
        taken, alive = [], []
        for i, (row, guess) in enumerate(zip(rows, guesses, strict=True)):
            own = slice(i * count, (i + 1) * count)
            known = len(row.ids)
            alive.append(row.take_right(tokens[own], scored[own], guess))
            taken.append(len(row.ids) - known)
            tail = row.tail(LONGEST + taken[-1])
            self.guesses.learn(tail, len(tail) - taken[-1])
        if count > 1:
            self.decoder.forget([count - kept for kept in taken])
        return alive

    def _fail(self, failure: Exception) -> None:
        for job in _distinct([*(row.job for row in self.rows), *self.waiting]):
            _give_up(job, failure)
        self.rows.clear()
        self.waiting.clear()
        self.reader.forget()
        self.decoder.keep(())


def survivors(alive: Sequence[bool], lengths: Sequence[int]) -> list[int]:
    """The rows that go on, in an order that moves few of them (see Decoder.keep).

    A row that leaves is replaced by the longest of the next NEIGHBOURS rows, that one by the
    longest of those after them, and so on to the last row: so the long rows stay in front.
    """
    order = list(range(len(alive)))
    going = list(alive)
    count = sum(alive)
    for place in range(count):
        if not going[place]:
            after = (place // NEIGHBOURS + 1) * NEIGHBOURS
            source = _longest(going, lengths, after) or _last(going)
            order[place], going[source] = source, False
    return order[:count]


def _longest(going: Sequence[bool], lengths: Sequence[int], start: int) -> int:
    """The longest row that goes on among the first NEIGHBOURS from `start`; 0 for none."""
    near = [row for row in range(start, min(start + NEIGHBOURS, len(going))) if going[row]]
    return max(near, key=lengths.__getitem__, default=0)


def _last(going: Sequence[bool]) -> int:
    return max(row for row, goes_on in enumerate(going) if goes_on)


def _score(rows: Sequence[Row], logits: Tensor, tokens: Sequence[int]) -> list[Scored | None]:
    tops = [row.job.top for row in rows]
    wanted = [i for i, top in enumerate(tops) if top is not None]
    found: list[Scored | None] = [None] * len(rows)
    if wanted:
        most = max(top for top in tops if top is not None)
        for i, scored in zip(
            wanted, scores(logits[wanted], [tokens[i] for i in wanted], most), strict=True
        ):
            found[i] = scored._replace(top=scored.top[: tops[i]])
    return found


def _give_up(job: Job, failure: Exception) -> None:
    settle(job.future, lambda: job.future.set_exception(failure))


def _distinct(jobs: Iterable[Job]) -> Iterator[Job]:
    seen: set[int] = set()
    for job in jobs:
        if id(job) not in seen:
            seen.add(id(job))
            yield job


def _explained(failure: Exception, rows: int) -> Exception:
    if isinstance(failure, torch.OutOfMemoryError):
        return ModelError(
            f"the device ran out of memory with {rows} samples under way ({failure}): "
            "open the model with a lower max_rows or cache_gb"
        )
    return failure
