"""The one protocol between strategies and models."""

from __future__ import annotations

from asyncio import CancelledError
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, cast, runtime_checkable

Role = Literal["system", "user", "assistant"]
FinishReason = Literal["stop", "length", "content_filter", "cancelled", "other"]


@dataclass(frozen=True, slots=True)
class Message:
    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a dialect hands to `ctx.generate`: messages or raw text, and how the reply is bounded.

    kind  what is asked for (plan, cot, grade …): it stands in the trace, and no model sees it

    The other fields mean what they mean in Request.
    """

    messages: tuple[Message, ...] | None = None
    text: str | None = None
    prefix: str = ""
    stop: tuple[str, ...] = ()
    schema: Mapping[str, Any] | None = field(default=None, hash=False)
    kind: str = ""

    def __post_init__(self) -> None:
        if (self.messages is None) == (self.text is None):
            raise ValueError("a Prompt takes either messages or text: give exactly one")


@dataclass(frozen=True, slots=True)
class Request:
    """One prompt and how to sample from it. Exactly one of `messages`, `text`, `token_ids` is set.

    prefix       text that the reply must begin with: the model continues it, and the Response
                 holds only what comes after it
    seeds        one seed a sample (length n), or empty for no seed
    max_tokens   completion tokens a sample
    temperature  0 is greedy
    stop         strings that end a sample; they are not part of the returned text
    schema       a JSON schema that the reply should follow, where the endpoint can enforce it
    logprobs     how many alternatives to return a token; None for none, 0 for the chosen one only
    echo_logprobs  return `Response.prompt_logprobs` (what `ctx.score` needs)
    """

    messages: tuple[Message, ...] | None = None
    text: str | None = None
    token_ids: tuple[int, ...] | None = None
    prefix: str = ""
    n: int = 1
    seeds: tuple[int, ...] = ()
    max_tokens: int = 1024
    temperature: float = 0.0
    top_p: float = 1.0
    top_k: int = 0
    stop: tuple[str, ...] = ()
    schema: Mapping[str, Any] | None = field(default=None, hash=False)
    logprobs: int | None = None
    echo_logprobs: bool = False
    extra: Mapping[str, Any] = field(default_factory=dict, hash=False)

    def __post_init__(self) -> None:
        given = sum(x is not None for x in (self.messages, self.text, self.token_ids))
        if given != 1:
            raise ValueError(
                f"a Request takes one of messages, text, token_ids; {given} were given"
            )
        if self.seeds and len(self.seeds) != self.n:
            raise ValueError(f"{len(self.seeds)} seeds for n={self.n} samples: give one each")

    @property
    def prompt_bytes(self) -> int:
        """Size of the prompt in UTF-8 bytes, plus 64 a message: an upper bound on its tokens."""
        if self.messages is not None:
            body = sum(len(m.content.encode("utf-8", "replace")) + 64 for m in self.messages)
        elif self.text is not None:
            body = len(self.text.encode("utf-8", "replace")) + 64
        else:
            body = len(self.token_ids or ())
        return body + len(self.prefix.encode("utf-8", "replace"))


@dataclass(frozen=True, slots=True)
class TokenLogprob:
    token: str
    logprob: float
    top: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one call. `exact` is False where they were estimated from bytes.

    `reasoning_tokens` are a part of `completion_tokens`, `cached_tokens` a part of `prompt_tokens`.
    """

    prompt_tokens: int = 0
    completion_tokens: int = 0
    reasoning_tokens: int = 0
    cached_tokens: int = 0
    exact: bool = True

    @property
    def total_tokens(self) -> int:
        return self.prompt_tokens + self.completion_tokens

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.prompt_tokens + other.prompt_tokens,
            self.completion_tokens + other.completion_tokens,
            self.reasoning_tokens + other.reasoning_tokens,
            self.cached_tokens + other.cached_tokens,
            self.exact and other.exact,
        )


@dataclass(frozen=True, slots=True)
class Choice:
    """One sample. `text` is the answer part only; `reasoning` what the model thought before it."""

    text: str
    reasoning: str = ""
    finish_reason: FinishReason = "stop"
    token_ids: tuple[int, ...] | None = None
    logprobs: tuple[TokenLogprob, ...] | None = None
    completion_tokens: int = 0
    stop: str | None = None
    """Which stop string ended it, where that is known."""
    reasoning_tokens: int = 0
    """Those of `completion_tokens` that were thinking; 0 where the endpoint does not count them."""


@dataclass(frozen=True, slots=True)
class Response:
    """`used` names how the endpoint was asked ("n", "prefix:continue_final_message", "cache" …).

    attempts   how many calls the endpoint got for this response: retries, and samples that were
               asked for one by one. The ledger books them all
    usage      tokens of all attempts together. With "cache" in `used` (every sample came from the
               cache) it says what the reply had cost, and the ledger books nothing
    """

    choices: tuple[Choice, ...]
    usage: Usage
    model: str = ""
    used: tuple[str, ...] = ()
    prompt_logprobs: tuple[TokenLogprob, ...] | None = None
    attempts: int = 1


class Cancelled(CancelledError):
    """What a model raises in place of CancelledError if it knows what the call had cost by then.

    The ledger books `usage`, and without it all that was reserved for the call; and `attempts`,
    those that failed before included. Whoever splits a request must not pass on that of a part.
    """

    def __init__(self, usage: Usage | None = None, attempts: int = 1) -> None:
        super().__init__()
        self.usage, self.attempts = usage, attempts


@runtime_checkable
class Model(Protocol):
    """Anything that turns a Request into a Response.

    `name` is the spec that made it. `profile` says what it needs and can do. Implementations and
    wrappers (Cached, Limited, Retried, Recorded, Replayed) all have this shape.
    """

    @property
    def name(self) -> str: ...

    @property
    def profile(self) -> Profile: ...

    async def generate(self, request: Request) -> Response: ...

    async def close(self) -> None: ...


class Tokenizing(Protocol):
    """A model that can show its tokens; budgets and continuations are exact with it.

    Wrappers pass both methods on where the model inside has them.
    """

    def encode(self, request: Request) -> tuple[int, ...]:
        """The ids that the model would read: chat template, generation mark and prefix included."""
        ...

    def encode_text(self, text: str) -> tuple[int, ...]:
        """The ids of this text alone, with no special tokens added."""
        ...


def tokens_of(model: Model) -> Tokenizing | None:
    """The model where it shows its tokens; asked by attribute, so that wrappers may delegate."""
    shows = all(callable(getattr(model, name, None)) for name in ("encode", "encode_text"))
    return cast(Tokenizing, model) if shows else None


@dataclass(frozen=True, slots=True)
class Profile:
    """What a model needs: dialect, delimiters, capabilities, prices.

    dialect          "instruct" for any chat model, "compact" for nano
    think            delimiters around reasoning inside the text, split off at this boundary
    features         what the endpoint can do ("n", "seed", "logprobs", "schema", "prefix", "raw",
                     "token_ids"); None while nobody has probed it
    usd_per_million  prices of a million (prompt, cached prompt, completion) tokens in USD; None
                     where unknown
    priced_on        the date of the prices, ISO 8601
    context_tokens   how many tokens the model takes, prompt and completion together
    chat             False for a model that only takes raw text
    thinking_cap     body fields that cap thinking natively, with "{tokens}" where the number goes
                     (`thinking_caps`); None where the model has no such cap
    """

    dialect: str = "instruct"
    think: tuple[str, str] | None = ("<think>", "</think>")
    features: frozenset[str] | None = None
    usd_per_million: tuple[float, float, float] | None = None
    priced_on: str | None = None
    context_tokens: int | None = None
    chat: bool = True
    hash: str | None = None
    """Content hash of local weights, for results pages."""
    think_open: bool = False
    """The chat template itself opens the thinking, so that a chat reply begins inside it."""
    thinking_cap: Mapping[str, Any] | None = field(default=None, hash=False)


def messages(*pairs: tuple[Role, str]) -> tuple[Message, ...]:
    """`messages(("system", "..."), ("user", "..."))`."""
    return tuple(Message(role, content) for role, content in pairs)


__all__ = [
    "Cancelled",
    "Choice",
    "FinishReason",
    "Message",
    "Model",
    "Profile",
    "Prompt",
    "Request",
    "Response",
    "Role",
    "TokenLogprob",
    "Tokenizing",
    "Usage",
    "messages",
    "tokens_of",
]
