"""The rewards that a recipe can name, such as `cosine(right=[2, 1], wrong=[-10, 0], exceed=-10)`.

Lengths are tokens of the response with its end token, and the maximum is the recipe's cap, always.
Each takes `weight` (it multiplies the reward) and `gamma`, its discount per token, which only the
advantages called `returns` know. docs/rewards.md gives the formulas.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from reasonloom.errors import InputError, SpecError
from reasonloom.spec import build, parse, unknown
from reasonloom.train import rewards
from reasonloom.train.rewards.cosine import MARGIN
from reasonloom.train.rewards.inputs import FloatArray
from reasonloom.train.rewards.multi_discount import CORRECTNESS_GAMMA, REPETITION_GAMMA
from reasonloom.train.rewards.repetition import PENALTY, N
from reasonloom.train.rl import trl_rewards


@dataclass(frozen=True)
class Channel:
    """A reward at work.

    score      what TRL calls: one number a response
    per_token  token ids of a response to its reward at each token, `[time]`; None where the one
               number stands on the last token
    """

    name: str
    score: Callable[..., Any]
    per_token: Callable[[Sequence[int]], FloatArray] | None = None
    weight: float = 1.0
    gamma: float = CORRECTNESS_GAMMA


class Reward(Protocol):
    """What a spec is read into."""

    @property
    def weight(self) -> float: ...

    @property
    def gamma(self) -> float: ...

    def channel(self, name: str, cap: int, read: trl_rewards.Reader) -> Channel:
        """The reward for responses of at most `cap` tokens whose answers `read` finds."""
        ...


@dataclass(frozen=True, kw_only=True)
class Shared:
    weight: float = 1.0
    gamma: float = CORRECTNESS_GAMMA

    def __post_init__(self) -> None:
        if not 0 <= self.gamma <= 1:
            raise ValueError(f"gamma is {self.gamma}: a discount lies between 0 and 1")
        if self.weight <= 0:
            raise ValueError(f"weight is {self.weight}: leave the reward out, or give more than 0")


@dataclass(frozen=True, kw_only=True)
class Correct(Shared):
    """`none` is for a response without an answer."""

    right: float = 1.0
    wrong: float = 0.0
    none: float = 0.0

    def channel(self, name: str, cap: int, read: trl_rewards.Reader) -> Channel:
        values = rewards.Correctness(self.right, self.wrong, self.none)
        return Channel(name, trl_rewards.Correct(read, values))


@dataclass(frozen=True, kw_only=True)
class Cosine(Shared):
    """`right` and `wrong` from length 0 to the cap; `exceed` at the cap, right or wrong."""

    right: tuple[float, float] = (2.0, 1.0)
    wrong: tuple[float, float] = (-10.0, 0.0)
    exceed: float = -10.0
    margin: int = MARGIN

    def channel(self, name: str, cap: int, read: trl_rewards.Reader) -> Channel:
        values = rewards.Cosine(*self.right, *self.wrong, self.exceed)
        score = trl_rewards.CosineScaled(
            read=read, max_completion_length=cap, values=values, margin=self.margin
        )
        return Channel(name, score)


@dataclass(frozen=True, kw_only=True)
class Repetition(Shared):
    """On each token of an n-gram that stood earlier; as one number a response it is the sum."""

    n: int = N
    penalty: float = PENALTY
    gamma: float = REPETITION_GAMMA

    def channel(self, name: str, cap: int, read: trl_rewards.Reader) -> Channel:
        def per_token(ids: Sequence[int]) -> FloatArray:
            return rewards.repetition_penalty(ids, self.n, self.penalty)

        return Channel(name, trl_rewards.RepeatedTokens(self.n, self.penalty), per_token)


@dataclass(frozen=True, kw_only=True)
class RepeatedShare(Shared):
    """The share of n-grams that are repeats, times the penalty."""

    n: int
    penalty: float

    def channel(self, name: str, cap: int, read: trl_rewards.Reader) -> Channel:
        return Channel(name, trl_rewards.RepeatedShare(self.n, self.penalty))


@dataclass(frozen=True, kw_only=True)
class SoftOverlong(Shared):
    """From 0 down to -1 over the last `cache` tokens before the cap."""

    cache: int

    def channel(self, name: str, cap: int, read: trl_rewards.Reader) -> Channel:
        return Channel(name, trl_rewards.SoftOverlong(cap, self.cache))


@dataclass(frozen=True, kw_only=True)
class Format(Shared):
    """1 for thinking between its delimiters, then an answer; `opened`: the prompt opens it."""

    opening: str = "<think>"
    closing: str = "</think>"
    opened: bool = False

    def channel(self, name: str, cap: int, read: trl_rewards.Reader) -> Channel:
        return Channel(name, trl_rewards.ThinkFormat(self.opening, self.closing, self.opened))


KINDS: dict[str, type[Reward]] = {
    "correct": Correct,
    "cosine": Cosine,
    "repetition": Repetition,
    "repeated_share": RepeatedShare,
    "soft_overlong": SoftOverlong,
    "format": Format,
}


def read_rewards(specs: Sequence[str], cap: int, read: trl_rewards.Reader) -> list[Channel]:
    """The channels of a recipe's rewards.

    Raises SpecError for a spec that cannot be read and a reward that is named twice, InputError
    for values that a reward refuses.
    """
    channels = [_channel(spec, cap, read) for spec in specs]
    names = [channel.name for channel in channels]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise SpecError(f"the reward {twice} is named twice in {list(specs)}: keep one")
    return channels


def _channel(text: str, cap: int, read: trl_rewards.Reader) -> Channel:
    spec = parse(text)
    if spec.scheme or spec.name not in KINDS:
        raise SpecError(unknown("reward", text, KINDS))
    reward = build(KINDS[spec.name], spec)
    try:
        channel = reward.channel(spec.name, cap, read)
    except (ValueError, InputError) as bad:
        raise InputError(f"{spec}: {bad}") from None
    return replace(channel, weight=reward.weight, gamma=reward.gamma)
