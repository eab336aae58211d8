"""Find out what an endpoint can do by small real calls, and check that it really did it."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

import orjson

from reasonloom.errors import BadReply, BadRequest, InputError, ModelError, ServerFailed
from reasonloom.models.openai import OpenAIModel
from reasonloom.models.prefix import LISTING, LONGER, CannotTell, working_way
from reasonloom.models.protocol import Model, Request, Response, TokenLogprob, Usage, messages
from reasonloom.models.retried import Retried
from reasonloom.models.wire import SCHEMA_WAYS
from reasonloom.models.wrapper import Wrapper
from reasonloom.thinking import Capped, cap_fields, counted

RANDOM = messages(("user", "Write ten random words."))
PUZZLE = messages(("user", "How many of the numbers from 1 to 200 are divisible by 3 or by 7?"))
LONG_CAP, SHORT_CAP = 4_096, 64
"""Tokens of thinking: a cap that does not bind in a reply of eight times the short one."""
TOKENS = 12
"""Completion tokens of a small call."""
SCORE_TOLERANCE = 0.3
"""Nats by which a token's scores may differ between two passes over it, for bfloat16's sake."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One feature: whether it works and, in a few words, what was seen."""

    feature: str
    works: bool
    seen: str


@dataclass(slots=True)
class Report:
    """What probing found, and what it cost."""

    name: str
    findings: list[Finding] = field(default_factory=list)
    calls: int = 0
    usage: Usage = field(default_factory=Usage)

    @property
    def features(self) -> frozenset[str]:
        return frozenset(f.feature for f in self.findings if f.works)


async def probe(model: Model) -> Report:
    """Try every feature on an endpoint, about twenty calls of a few tokens each.

    Raises InputError for a model that is no endpoint, and the ModelError of the first plain call
    where the endpoint does not answer at all.
    """
    while isinstance(model, Wrapper):
        model = model.inner
    if not isinstance(model, OpenAIModel):
        raise InputError(f"{model.name} is no endpoint: only openai:MODEL@URL is probed")
    return await _Prober(model).run()


class _Missing(Exception):
    """What was asked for did not happen; the message says what did."""


class _Prober:
    def __init__(self, model: OpenAIModel) -> None:
        # What an earlier probe found is forgotten, or it would not be tried again.
        unknown = dataclasses.replace(model.profile, features=None)
        self.model = model.with_profile(unknown)
        self.report = Report(model.name)

    async def run(self) -> Report:
        await self._plain()
        for feature, check in self._checks():
            await self._try(feature, check)
        return self.report

    def _checks(self) -> list[tuple[str, Callable[[], Awaitable[str]]]]:
        return [
            ("stream", self._stream),
            ("seed", self._seed),
            ("n", self._n),
            ("stop", self._stop),
            ("logprobs", self._logprobs),
            ("schema", self._schema),
            ("raw", self._raw),
            ("token_ids", self._token_ids),
            ("echo_logprobs", self._echo),
            ("prefix", self._prefix),
            *([("thinking_cap", self._thinking_cap)] if self.model.profile.thinking_cap else []),
        ]

    async def _try(self, feature: str, check: Callable[[], Awaitable[str]]) -> None:
        try:
            seen, works = await check(), True
        except (BadRequest, BadReply, ServerFailed, _Missing) as failure:
            seen, works = " ".join(str(failure).split())[:160], False
        self.report.findings.append(Finding(feature, works, seen))

    def _found(self, feature: str, seen: str) -> None:
        self.report.findings.append(Finding(feature, True, seen))

    async def _ask(self, request: Request, way: str | None = None) -> Response:
        """One call; `way` pins the spelling, such as "prefix:raw"."""
        model = self.model
        if way is not None:
            features = frozenset({way, *self.report.features})
            model = model.with_profile(dataclasses.replace(model.profile, features=features))
        # One retry of a 5xx is enough: some servers fail that way at what they cannot do.
        response = await Retried(model, attempts=2).generate(request)
        self.report.calls += response.attempts
        self.report.usage += response.usage
        return response

    async def _plain(self) -> None:
        try:
            await self._ask(Request(messages=RANDOM, max_tokens=TOKENS))
        except BadRequest as refused:
            try:
                await self._ask(Request(text="Hello", max_tokens=TOKENS))
            except ModelError:
                raise refused from None
            return
        self._found("chat", "answers messages")
        way = self.model.ways.tokens
        self._found(f"tokens:{way}", f"takes {way}")

    async def _stream(self) -> str:
        request = Request(messages=RANDOM, max_tokens=TOKENS)
        deltas = [delta async for delta in self.model.stream(request)]
        self.report.calls += 1
        parts = sum(1 for d in deltas if d.text or d.reasoning)
        if parts < 2:
            raise _Missing(f"the whole reply came in {parts} piece")
        usage = deltas[-1].usage
        return f"{parts} pieces, usage {'reported' if usage and usage.exact else 'estimated'}"

    async def _drawn(self, *seeds: int) -> list[str]:
        replies = await self._ask(
            Request(messages=RANDOM, n=len(seeds), seeds=seeds, temperature=1.0, max_tokens=TOKENS)
        )
        return [c.reasoning + c.text for c in replies.choices]

    async def _seed(self) -> str:
        first, again = await self._drawn(11), await self._drawn(11)
        if first != again:
            raise _Missing("the same seed gave two different replies")
        others = [await self._drawn(seed) for seed in (12, 13)]
        if all(other == first for other in others):
            raise _Missing("three seeds gave one and the same reply")
        return "same seed same reply, other seed other reply"

    async def _n(self) -> str:
        texts = await self._drawn(21, 22, 23)
        if len(texts) != 3:
            raise _Missing(f"3 were asked for and {len(texts)} came")
        if len(set(texts)) == 1 and "seed" in self.report.features:
            raise _Missing("3 choices came, all the same although seeds make a difference")
        return "3 choices came back"

    async def _stop(self) -> str:
        whole = await self._ask(Request(messages=LISTING, max_tokens=LONGER))
        text = whole.choices[0].text
        if len(text) < 4:
            raise _Missing("no text to stop in")
        mark = text[len(text) // 2 :][:2]
        cut = await self._ask(Request(messages=LISTING, max_tokens=LONGER, stop=(mark,)))
        if cut.usage.completion_tokens >= whole.usage.completion_tokens:
            raise _Missing(f"generation went on after the stop string {mark!r}")
        return f"stopped at {mark!r}"

    async def _logprobs(self) -> str:
        reply = await self._ask(Request(messages=RANDOM, max_tokens=4, logprobs=2))
        found = reply.choices[0].logprobs
        if not found:
            raise _Missing("no log-probabilities came back")
        if any(t.logprob > 1e-6 for t in found):
            raise _Missing("a log-probability above 0 came back")
        return f"{len(found)} tokens, {max(len(t.top) for t in found)} alternatives"

    async def _schema(self) -> str:
        # The prompt does not mention the value, so only enforcement can produce it.
        values = {"type": "string", "enum": ["loom"]}
        schema = {
            "type": "object",
            "properties": {"probe": values},
            "required": ["probe"],
            "additionalProperties": False,
        }
        request = Request(messages=RANDOM, max_tokens=64, schema=schema)
        seen = "no spelling of a schema is taken"
        for way in SCHEMA_WAYS[:-1]:
            try:
                reply = await self._ask(request, f"schema:{way}")
            except (BadRequest, ServerFailed):
                continue
            if f"schema:{way}" in reply.used and _is_loom(reply.choices[0].text):
                self._found(f"schema:{way}", "the reply followed the schema")
                return way
            seen = "a schema is taken and not followed"
        raise _Missing(seen)

    async def _raw(self) -> str:
        reply = await self._ask(Request(text="One, two, three,", max_tokens=TOKENS))
        return f"continued with {reply.choices[0].text[:20]!r}"

    async def _token_ids(self) -> str:
        reply = await self._ask(Request(token_ids=(5, 6, 7, 8), max_tokens=4))
        usage = reply.usage
        if usage.exact and not 4 <= usage.prompt_tokens <= 5:
            raise _Missing(f"4 token ids were read as {usage.prompt_tokens} tokens")
        return "4 token ids were taken as they are"

    async def _echo(self) -> str:
        """Text that was generated with its scores must get the same scores as a prompt."""
        start = "One, two, three,"
        request = Request(text=start, max_tokens=TOKENS, logprobs=0)
        generated = (await self._ask(request)).choices[0]
        whole = Request(text=start + generated.text, max_tokens=1, echo_logprobs=True)
        scored = (await self._ask(whole)).prompt_logprobs or ()
        pairs = matching_tail(scored, generated.logprobs or ())
        if len(pairs) < 2:
            raise _Missing("the scored prompt does not end in the tokens that were generated")
        worst = max(abs(a.logprob - b.logprob) for a, b in pairs)
        if worst > SCORE_TOLERANCE:
            raise _Missing(f"a token scores {worst:.1f} nats apart as prompt and as reply")
        return f"{len(pairs)} tokens score the same as prompt and as reply"

    async def _prefix(self) -> str:
        try:
            way = await working_way(self._ask, self.model.profile)
        except CannotTell as why:
            raise _Missing(str(why)) from None
        if way == "none":
            raise _Missing("no way made it go on where the prefix ended")
        self._found(f"prefix:{way}", "went on where the prefix ended")
        return way

    async def _thinking_cap(self) -> str:
        """A model that thinks shortly anyway keeps to any cap, so it must think long without."""
        free, capped = await self._thought(LONG_CAP), await self._thought(SHORT_CAP)
        if free.thought is None or capped.thought is None:
            raise _Missing("neither thinking nor a count of it came back")
        if free.thought <= 2 * SHORT_CAP:
            raise _Missing(f"{free.thought} tokens were thought uncapped, too few to tell")
        seen = f"{capped.thought} tokens were thought with a cap of {SHORT_CAP}"
        if not capped.kept:
            raise _Missing(f"{seen}, {free.thought} with one of {LONG_CAP}")
        return f"{seen}, {free.thought} without"

    async def _thought(self, cap: int) -> Capped:
        extra = cap_fields(self.model.profile.thinking_cap or {}, cap)
        request = Request(messages=PUZZLE, max_tokens=8 * SHORT_CAP, extra=extra)
        return counted((await self._ask(request)).choices[0], cap)


def matching_tail(
    prompt: Sequence[TokenLogprob], reply: Sequence[TokenLogprob]
) -> list[tuple[TokenLogprob, TokenLogprob]]:
    """The pairs, from the end backwards, in which both lists hold the same tokens."""
    pairs = zip(reversed(prompt), reversed(reply), strict=False)
    return list(itertools.takewhile(lambda pair: pair[0].token == pair[1].token, pairs))


def _is_loom(text: str) -> bool:
    try:
        return bool(orjson.loads(text) == {"probe": "loom"})
    except orjson.JSONDecodeError:
        return False
