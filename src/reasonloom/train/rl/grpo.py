"""TRL's GRPO trainer, with rewards that read what the model wrote and errors that name a row."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import torch
from trl import GRPOTrainer

from reasonloom.errors import TrainingError
from reasonloom.seeds import derive
from reasonloom.train.rewards import repeated_share_penalty
from reasonloom.train.rl.local_engine import LocalEngine
from reasonloom.train.rl.reward_specs import Channel
from reasonloom.train.rl.trl_rewards import Completion, Graded, Ids, spoilt

REPEATED_N: Final = 20
"""Tokens of an n-gram whose repeats the log counts (our choice), whatever the rewards are."""


class Grpo(GRPOTrainer):  # type: ignore[misc]
    """Rewards get responses with their special tokens: thinking may stand between such tokens.

    sampler  samples the responses; None leaves it to TRL
    """

    def __init__(self, *, sampler: LocalEngine | None = None, **given: Any) -> None:
        self.sampler = sampler
        super().__init__(**given)

    def _generate_single_turn(self, prompt_ids: Any, *given: Any, **more: Any) -> Any:
        if self.sampler is None:
            return super()._generate_single_turn(prompt_ids, *given, **more)
        mode = "learn" if self.model.training else "held"
        place = (self.state.global_step, self.accelerator.process_index)
        seeds = [derive(self.args.seed, mode, *place, row) for row in range(len(prompt_ids))]
        weights = self.accelerator.unwrap_model(self.model_wrapped).state_dict()
        return self.sampler.sample(weights, prompt_ids, seeds, self.eos_token_ids), None

    def _calculate_rewards(self, inputs: Any, prompts: Any, completions: Any, ids: Any) -> Any:
        texts: list[Any] = [self._said(response) for response in ids]
        if not isinstance(completions[0], str):
            texts = [[{"role": "assistant", "content": text}] for text in texts]
        return super()._calculate_rewards(inputs, prompts, texts, ids)

    def _said(self, ids: Sequence[int]) -> str:
        whole = ids[:-1] if ids[-1] in self.eos_token_ids else ids
        return str(self._tokenizer.decode(whole, skip_special_tokens=False))

    def _own(self, rows: torch.Tensor) -> torch.Tensor:
        """This process's part of what was gathered from all."""
        count, place = self.accelerator.num_processes, self.accelerator.process_index
        own: torch.Tensor = rows.chunk(count)[place]
        return own


@dataclass(frozen=True)
class Checked:
    """A channel's score under its own name; anything but a finite number ends the run.

    TRL counts NaN as 0 in silence. `left` says what stands when the run ends. What grades is waited
    for here, not in TRL's loop: a reward that fails there leaves the others running.
    """

    channel: Channel
    left: Callable[[], str]

    @property
    def __name__(self) -> str:
        return self.channel.name

    def __call__(self, **arguments: Any) -> list[float | None]:
        given = self.channel.score(**arguments)
        values = list(asyncio.run(given) if inspect.iscoroutine(given) else given)
        if wrong := spoilt(self.__name__, values, arguments, always=True):
            raise TrainingError(f"{wrong}; {self.left()}")
        return values


@dataclass(frozen=True)
class Watch(Graded):
    """Pays nothing: it puts shares of responses into the log.

    correct   rightly answered
    answered  with an answer, right or wrong
    repeated  share of 20-grams that stood earlier in the same response
    """

    def __call__(
        self,
        prompts: Sequence[Any],
        completions: Sequence[Completion],
        completion_ids: Ids,
        **columns: Any,
    ) -> list[None]:
        verdicts = asyncio.run(self.verdicts(completions, columns))
        repeats = [repeated_share_penalty(ids, REPEATED_N, -1.0) for ids in completion_ids]
        shares: dict[str, list[float]] = {
            "correct": [verdict is True for verdict in verdicts],
            "answered": [verdict is not None for verdict in verdicts],
            "repeated": [-repeat for repeat in repeats],
        }
        for name, values in shares.items():
            columns["log_metric"](name, sum(values) / len(values))
        return [None] * len(completions)
