"""A step scorer behind the model protocol, so that its calls are booked and traced like all others.

A request holds the prompt, the solution as `prefix`, and its steps in `extra`; the response gives
each step back as one "token" with the logarithm of its score. Nothing is generated.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from functools import cached_property

from reasonloom.errors import BadRequest
from reasonloom.models.local.folder import find, profile_of, weights_hash
from reasonloom.models.local.step_net import HEAD, Solved, StepNet, encode, read_about
from reasonloom.models.local.tokens import load_tokenizer
from reasonloom.models.protocol import (
    Choice,
    Profile,
    Request,
    Response,
    TokenLogprob,
    Usage,
)

MOST_TOKENS = 16_384
"""Of one forward pass, filled places included (our choice)."""
Job = tuple[Solved, "Future[list[float]]"]


class StepModel:
    """Solutions that come while others are scored are scored together, in a thread of their own.

    What is scored together differs in the last bits from what is scored alone. Raises InputError
    for a folder that holds no step scorer; its weights are loaded with the first request.
    """

    def __init__(self, path: str) -> None:
        self._folder = find(path)
        read_about(self._folder.path)
        self._tokenizer = load_tokenizer(self._folder)
        self._waiting: deque[Job] = deque()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="step-scorer")
        self._name = f"step_scorer:{path}"
        profile = profile_of(self._folder, chat=self._tokenizer.template is not None)
        files = (*self._folder.weights, self._folder.path / HEAD)
        self._profile = replace(profile, features=frozenset({"n"}), hash=weights_hash(files))

    @property
    def name(self) -> str:
        return self._name

    @property
    def profile(self) -> Profile:
        return self._profile

    def encode(self, request: Request) -> tuple[int, ...]:
        return self._solved(request).ids

    def encode_text(self, text: str) -> tuple[int, ...]:
        return tuple(self._tokenizer.encode(text, add_special=False))

    async def generate(self, request: Request) -> Response:
        """Raises BadRequest for a solution that does not fit, or a request without steps."""
        steps: Sequence[str] = request.extra.get("steps", ())
        solved = self._solved(request)
        self._check(solved)
        future: Future[list[float]] = Future()
        self._waiting.append((solved, future))
        self._thread.submit(self._serve)
        scores = await asyncio.wrap_future(future)
        return Response(
            choices=(Choice(""),),
            usage=Usage(prompt_tokens=len(solved.ids)),
            model=self._name,
            prompt_logprobs=tuple(map(TokenLogprob, steps, scores)),
        )

    async def close(self) -> None:
        await asyncio.to_thread(self._thread.shutdown)

    def _solved(self, request: Request) -> Solved:
        prompt = request.text if request.messages is None else request.messages
        if prompt is None:
            raise BadRequest("a step scorer reads text or messages, no token ids")
        return encode(self._tokenizer, prompt, request.extra.get("steps", ()))

    def _check(self, solved: Solved) -> None:
        most = self._profile.context_tokens or 0
        if not solved.ends:
            raise BadRequest(f"{self._name} was given no steps: send one at least")
        if len(solved.ids) > most:
            raise BadRequest(
                f"the solution has {len(solved.ids):,} tokens with its prompt and {self._name}"
                f" takes {most:,}: shorten it"
            )

    @cached_property
    def _net(self) -> StepNet:
        return StepNet.load(self._folder)

    def _serve(self) -> None:
        """Score all that waits by now; nothing may be left, where an earlier turn took it along."""
        jobs: list[Job] = []
        while self._waiting and _padded([*jobs, self._waiting[0]]) <= max(
            MOST_TOKENS, len(self._waiting[0][0].ids)
        ):
            job = self._waiting.popleft()
            if job[1].set_running_or_notify_cancel():
                jobs.append(job)
        if jobs:
            self._score(jobs)

    def _score(self, jobs: Sequence[Job]) -> None:
        try:
            found = self._net.logprobs([solved for solved, _ in jobs])
        except Exception as failure:
            for _, future in jobs:
                future.set_exception(failure)
            return
        for (_, future), scores in zip(jobs, found, strict=True):
            future.set_result(scores)


def _padded(jobs: Sequence[Job]) -> int:
    return len(jobs) * max(len(solved.ids) for solved, _ in jobs)
