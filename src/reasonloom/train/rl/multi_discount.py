"""GRPO's trainer with discounted rewards to come as its advantages, each reward by its own gamma.

Demystifying Long Chain-of-Thought Reasoning (arXiv 2502.03373), section 4.6 and appendix C, without
the critic: its REINFORCE variant. What differs: KL (k1) is a channel of its own with a discount of
1; the paper's code takes an equal share of it off each channel.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from reasonloom.train.rewards import (
    clipped,
    kl_channel,
    multi_discount_returns,
    on_last_token,
    whitened,
)
from reasonloom.train.rewards.inputs import FloatArray, IntArray
from reasonloom.train.rl.grpo import Grpo
from reasonloom.train.rl.reward_specs import Channel


def channel_rewards(
    channels: Sequence[Channel], scores: FloatArray, ids: IntArray, mask: NDArray[np.bool_]
) -> FloatArray:
    """Each channel's rewards at each token, `[batch, time, channels]`, within plus and minus 10.

    scores  `[batch, channels]`, one number a response
    ids     `[batch, time]`; tokens outside the mask do not count
    """
    return np.stack(
        [
            clipped(channel.weight * _placed(channel, scores[:, place], ids, mask))
            for place, channel in enumerate(channels)
        ],
        axis=2,
    )


def _placed(
    channel: Channel, scores: FloatArray, ids: IntArray, mask: NDArray[np.bool_]
) -> FloatArray:
    if channel.per_token is None:
        return on_last_token(scores, mask)
    placed = np.zeros(mask.shape)
    for row, tokens in enumerate(mask):
        placed[row, tokens] = channel.per_token(ids[row, tokens].tolist())
    return placed


class MultiDiscount(Grpo):
    """Advantages are `[batch, time]`: returns whitened over the tokens of a roll-out.

    kl  coefficient of the KL reward, in place of KL in the loss
    """

    def __init__(self, *, channels: Sequence[Channel], kl: float, **given: Any) -> None:
        self.channels, self.kl = channels, kl
        super().__init__(**given)

    def _calculate_rewards(self, inputs: Any, prompts: Any, completions: Any, ids: Any) -> Any:
        scores = super()._calculate_rewards(inputs, prompts, completions, ids)
        self._scores = self._own(scores)[:, : len(self.channels)]
        return scores

    def _generate_and_score_completions(self, inputs: Any) -> Any:
        self.beta = self.kl  # TRL asks the reference only where its own loss has a weight for it
        batch = super()._generate_and_score_completions(inputs)
        self.beta = 0.0
        batch["advantages"] = self._advantages(batch)
        batch.pop("ref_per_token_logps", None)
        return batch

    def _advantages(self, batch: Any) -> torch.Tensor:
        mask = batch["completion_mask"].bool().cpu().numpy()
        ids = batch["completion_ids"].cpu().numpy()
        rewards = channel_rewards(self.channels, self._scores.cpu().double().numpy(), ids, mask)
        gammas = [channel.gamma for channel in self.channels]
        if self.kl:
            away = self._kl(batch, mask)
            rewards, gammas = np.concatenate([rewards, away[..., None]], axis=2), [*gammas, 1.0]
        returns = multi_discount_returns(rewards, gammas, mask)
        return self._whitened(torch.from_numpy(returns).float(), batch["completion_mask"])

    def _kl(self, batch: Any, mask: NDArray[np.bool_]) -> FloatArray:
        ours = batch.get("old_per_token_logps")
        if ours is None:
            ours = self._logprobs(batch)
        theirs = batch["ref_per_token_logps"]
        channel = kl_channel(ours.cpu().double(), theirs.cpu().double(), mask, self.kl)
        mode = "train" if self.model.training else "eval"
        self._metrics[mode]["kl"].append(float(-channel[mask].mean() / self.kl))
        return channel

    def _logprobs(self, batch: Any) -> torch.Tensor:
        """Of the responses under the weights that sampled them; TRL skips this where it may."""
        ids = torch.cat([batch["prompt_ids"], batch["completion_ids"]], dim=1)
        seen = torch.cat([batch["prompt_mask"], batch["completion_mask"]], dim=1)
        with torch.no_grad():
            logprobs: torch.Tensor = self._get_per_token_logps_and_entropies(
                self.model,
                ids,
                seen,
                batch["completion_ids"].size(1),
                batch_size=self.args.per_device_train_batch_size,
            )[0]
        return logprobs

    def _whitened(self, returns: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Over the roll-outs of all processes, of which each keeps its own rows."""
        everywhere = [
            self.accelerator.gather(self.accelerator.pad_across_processes(part, dim=1))
            for part in (returns.to(mask.device), mask)
        ]
        values, tokens = (part.cpu().numpy() for part in everywhere)
        white = torch.from_numpy(whitened(values, tokens)).to(mask.device, torch.float32)
        return self._own(white)[:, : returns.size(1)]
