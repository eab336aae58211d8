"""LocalModel: the model protocol over a folder's weights, tokenizer and chat template."""

from __future__ import annotations

import asyncio
import secrets
import weakref
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import torch

from reasonloom.errors import BadRequest, InputError
from reasonloom.models.local.engine import Engine
from reasonloom.models.local.folder import Folder, find, profile_of
from reasonloom.models.local.rows import Job, Outcome, Sample, Scored
from reasonloom.models.local.sampling import Draw
from reasonloom.models.local.tokens import Tokenizer, end_ids, load_tokenizer, opens_thinking
from reasonloom.models.protocol import (
    Cancelled,
    Choice,
    Profile,
    Request,
    Response,
    TokenLogprob,
    Usage,
)
from reasonloom.models.split import split

if TYPE_CHECKING:
    from reasonloom.models.local.decoder import Decoder

Backend = Literal["auto", "llama", "transformers"]
MAX_ROWS = 64


@dataclass(frozen=True, slots=True)
class _Asked:
    """A prompt in tokens; `context` is the text before the reply that may open thinking."""

    ids: tuple[int, ...]
    context: str


class LocalModel:
    """A causal language model in this process. Requests that come together are decoded together.

    In a Choice, `token_ids` is all that was drawn, an ending id and the tokens of a stop string
    included, so `completion_tokens == len(token_ids)`; `text` has neither.
    """

    def __init__(
        self,
        name: str,
        folder: Folder,
        tokenizer: Tokenizer,
        decoder: Decoder,
        *,
        max_rows: int = MAX_ROWS,
        cache_bytes: float,
    ) -> None:
        self._name, self._tokenizer = name, tokenizer
        profile = profile_of(folder, chat=tokenizer.template is not None)
        opened = profile.think is not None and opens_thinking(tokenizer, profile.think[0])
        self._profile = replace(profile, think_open=opened)
        self._context = self._profile.context_tokens or folder.context_tokens
        self._keep_special = bool(folder.settings.get("keep_special", False))
        self._vocabulary = decoder.vocabulary
        self.end_ids = end_ids(folder, tokenizer)
        room = int(cache_bytes // decoder.token_bytes)
        self._engine = Engine(decoder, max_rows=max_rows, room=room)
        self._finalizer = weakref.finalize(self, self._engine.stop)
        self._piece = lru_cache(maxsize=65_536)(partial(_piece, tokenizer))

    @classmethod
    def open(
        cls,
        source: str | Path,
        *,
        device: str = "auto",
        dtype: Literal["auto", "float32", "bfloat16", "float16"] = "auto",
        backend: Backend = "auto",
        threads: int | None = None,
        lanes: int | None = None,
        max_rows: int = MAX_ROWS,
        cache_gb: float | None = None,
        name: str | None = None,
    ) -> LocalModel:
        """Load a folder or hub name.

        device    "auto" is the GPU where there is one, else "cpu"
        dtype     "auto" is float32 on the CPU and what config.json says elsewhere
        backend   "auto" takes our own Llama forward for plain Llama folders on the CPU
        threads   CPU threads of torch, for the whole process; None takes `threads` from the
                  folder's reasonloom.json, and else leaves torch's default. When other work shares
                  the cores, 1 is many times faster for a small model: torch's threads wait for
                  each other after every operation
        lanes     threads that share the rows of a large batch in our own Llama forward; None is one
                  a core where `threads` is 1, and else 1
        max_rows  samples decoded together, at most
        cache_gb  memory for keys and values in 10^9 bytes; None is 2 on the CPU and 80 % of what
                  the weights leave free on a GPU

        Raises InputError for a folder that lacks something or an option that does not fit it.
        """
        from reasonloom.models.local.loading import cache_bytes, load_decoder

        for option, value in (("threads", threads), ("lanes", lanes), ("max_rows", max_rows)):
            if value is not None and value < 1:
                raise InputError(f"{option} is {value}: give a whole number of at least 1")
        folder = find(source)
        tokenizer = load_tokenizer(folder)
        _use_threads(threads or folder.settings.get("threads"))
        place = _device(device)
        decoder = load_decoder(folder, place, dtype, backend, lanes)
        return cls(
            name or f"local:{source}",
            folder,
            tokenizer,
            decoder,
            max_rows=max_rows,
            cache_bytes=cache_bytes(place, cache_gb),
        )

    @property
    def name(self) -> str:
        return self._name

    @property
    def profile(self) -> Profile:
        return self._profile

    def encode(self, request: Request) -> tuple[int, ...]:
        """The ids that the model would read: chat template, generation mark and prefix included."""
        return self._asked(request).ids

    def encode_text(self, text: str) -> tuple[int, ...]:
        """The ids of this text alone, with no special tokens added."""
        return tuple(self._tokenizer.encode(text, add_special=False))

    async def generate(self, request: Request) -> Response:
        """Raises BadRequest for a prompt that does not fit, ModelError if the engine fails, and
        Cancelled, with the tokens read and drawn until then, when the task is cancelled."""
        large = request.prompt_bytes > 50_000
        asked = await asyncio.to_thread(self._asked, request) if large else self._asked(request)
        job = self._job(request, asked)
        self._engine.submit(job)
        try:
            outcome = await asyncio.wrap_future(job.future)
        except asyncio.CancelledError:
            job.future.cancel()
            raise Cancelled(job.spent()) from None
        return self._response(request, asked, outcome)

    async def close(self) -> None:
        """Stop the engine's thread. What is in flight fails with ModelError."""
        await asyncio.to_thread(self._finalizer)

    def _asked(self, request: Request) -> _Asked:
        encode, prefix = self._tokenizer.encode, request.prefix
        if request.messages is not None:
            prompt = self._tokenizer.chat(request.messages) + prefix
            think = self._profile.think
            opener = think[0] if think and self._profile.think_open else ""
            return _Asked(tuple(encode(prompt, add_special=False)), opener + prefix)
        if request.text is not None:
            text = request.text + prefix
            return _Asked(tuple(encode(text, add_special=True)), text)
        ids = [*(request.token_ids or ()), *encode(prefix, add_special=False)]
        return _Asked(tuple(ids), self._tokenizer.decode(ids, keep_special=True))

    def _check(self, request: Request, ids: tuple[int, ...]) -> None:
        length = len(ids)
        if length == 0:
            raise BadRequest("the prompt has no tokens: send at least one character of text")
        if length >= self._context and not (request.max_tokens < 1 and length == self._context):
            raise BadRequest(
                f"the prompt has {length:,} tokens and {self._name} takes {self._context:,}, "
                "reply included: shorten it"
            )
        strange = min(ids) if min(ids) < 0 else max(ids)
        if not 0 <= strange < self._vocabulary:
            raise BadRequest(
                f"the prompt has the token id {strange}, and {self._name} knows the ids 0 to "
                f"{self._vocabulary - 1}: encode with its own tokenizer"
            )

    def _job(self, request: Request, asked: _Asked) -> Job:
        self._check(request, asked.ids)
        seeds = request.seeds or tuple(secrets.randbits(63) for _ in range(request.n))
        special = {stop: self._tokenizer.special_id(stop) for stop in request.stop if stop}
        return Job(
            prompt=asked.ids,
            draws=tuple(
                Draw(request.temperature, request.top_k, request.top_p, seed) for seed in seeds
            ),
            max_tokens=min(request.max_tokens, self._context - len(asked.ids)),
            end_ids=self.end_ids,
            stops=tuple(stop for stop, id_ in special.items() if id_ is None),
            stop_ids={id_: stop for stop, id_ in special.items() if id_ is not None},
            decode=partial(self._tokenizer.decode, keep_special=self._keep_special),
            top=request.logprobs,
            echo=request.echo_logprobs,
        )

    def _response(self, request: Request, asked: _Asked, outcome: Outcome) -> Response:
        choices, reasoning = [], 0
        for sample in outcome.samples:
            text, thought = split(sample.text, self._profile.think, asked.context)
            reasoning += self._reasoning_tokens(sample, thought, bool(text))
            choices.append(
                Choice(
                    text=text,
                    reasoning=thought,
                    finish_reason=sample.finish,
                    token_ids=sample.ids,
                    logprobs=self._logprobs(sample.scored),
                    completion_tokens=len(sample.ids),
                    stop=sample.stop,
                )
            )
        usage = Usage(
            prompt_tokens=len(asked.ids),
            completion_tokens=sum(len(sample.ids) for sample in outcome.samples),
            reasoning_tokens=reasoning,
            cached_tokens=outcome.cached_tokens,
        )
        return Response(
            choices=tuple(choices),
            usage=usage,
            model=self._name,
            used=("n",) if request.n > 1 else (),
            prompt_logprobs=self._logprobs(outcome.prompt_scored),
        )

    def _reasoning_tokens(self, sample: Sample, thought: str, answered: bool) -> int:
        """Tokens up to and including the closing delimiter; all of them if it never came."""
        think = self._profile.think
        if not thought or think is None:
            return 0
        decode = partial(self._tokenizer.decode, keep_special=True)
        if not answered and think[1] not in decode(sample.ids):
            return len(sample.ids)
        low, high = 1, len(sample.ids)
        while low < high:
            middle = (low + high) // 2
            low, high = (
                (low, middle) if think[1] in decode(sample.ids[:middle]) else (middle + 1, high)
            )
        return low

    def _logprobs(self, scored: Sequence[Scored] | None) -> tuple[TokenLogprob, ...] | None:
        if scored is None:
            return None
        return tuple(
            TokenLogprob(
                self._piece(one.token),
                one.logprob,
                tuple((self._piece(id_), logprob) for id_, logprob in one.top),
            )
            for one in scored
        )


def _piece(tokenizer: Tokenizer, id_: int) -> str:
    """One token's text as it stands inside a text, its leading space kept."""
    anchor = tokenizer.encode("a", add_special=False)
    before = tokenizer.decode(anchor, keep_special=True)
    return tokenizer.decode([*anchor, id_], keep_special=True)[len(before) :]


def _use_threads(count: int | None) -> None:
    if count is not None:
        torch.set_num_threads(int(count))


def _device(wanted: str) -> torch.device:
    if wanted == "auto":
        wanted = "cuda" if torch.cuda.is_available() else "cpu"
    try:
        device = torch.device(wanted)
        torch.empty(0, device=device)
    except (RuntimeError, AssertionError) as failure:
        reason = str(failure).splitlines()[0]
        raise InputError(f"cannot use the device {wanted!r} ({reason}): try cpu or auto") from None
    return device
