"""RL from rewards on sampled responses, on TRL's GRPO trainer.

With `advantages: group` it is GRPO (Shao et al., arXiv 2402.03300); with `returns`, REINFORCE with
a discount for each reward (Demystifying Long Chain-of-Thought Reasoning, arXiv 2502.03373). The
reference is the model that the run begins with. Checkpoints stand between two roll-outs only: a
run that was stopped goes on as if it had not been.
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import torch

from reasonloom.errors import InputError
from reasonloom.models.local.folder import profile_of
from reasonloom.models.local.llama_weights import Shape, is_plain
from reasonloom.models.local.tokens import load_tokenizer, opens_thinking
from reasonloom.models.split import Delimiters
from reasonloom.models.split import split as split_thinking
from reasonloom.train.keeper import Report, arguments, finish
from reasonloom.train.learner import Learner, load_learner
from reasonloom.train.prepare import adapters, begin, dataset, split, world
from reasonloom.train.rl import trl_rewards
from reasonloom.train.rl.grpo import Checked, Grpo, Watch
from reasonloom.train.rl.local_engine import LocalEngine
from reasonloom.train.rl.multi_discount import MultiDiscount
from reasonloom.train.rl.recipe import RL
from reasonloom.train.rl.reward_specs import Channel, read_rewards
from reasonloom.train.rl.rollouts import in_order, named, that_fit, updates
from reasonloom.train.rows import RL as COLUMNS
from reasonloom.train.rows import Row
from reasonloom.train.run_folder import RunFolder

RENAMED = "`is_gradient_checkpointing`"
"""What TRL still calls by the name that transformers 5 has given up."""


def train_rl(
    rows: Sequence[Row],
    recipe: RL,
    folder: Path,
    report: Report = lambda progress: None,
    *,
    more: Sequence[Channel] = (),
) -> Path:
    """Learn from rewards on responses to `rows` and return the model's folder.

    more  rewards of your own beside the recipe's; `score` is a reward function as TRL takes it

    Raises InputError for rows, recipes and rewards that cannot be used, TrainingError for a reward
    or loss that is no finite number, StoreError where the disk refuses; the checkpoints before
    stand.
    """
    if not (recipe.rewards or more):
        raise InputError("there is no reward: name one in the recipe, such as correct")
    torch.set_num_threads(recipe.threads)
    learner = load_learner(recipe)
    read = reader_of(learner)
    channels = [*read_rewards(recipe.rewards, recipe.cap, read), *more]
    kept, lengths = that_fit(rows, learner.tokenizer, recipe)
    learnt, held = split(named(kept), recipe.hold_out)
    run = begin(rows, recipe, folder, learner)
    (folder / "lengths.json").write_text(json.dumps(lengths.as_json(), indent=1) + "\n")
    trainer = _trainer(recipe)(
        **({"channels": channels, "kl": recipe.kl} if recipe.advantages == "returns" else {}),
        sampler=_sampler(recipe, learner),
        model=learner.model,
        reward_funcs=[*(Checked(c, partial(_standing, run)) for c in channels), Watch(read)],
        args=_config(recipe, run, channels, len(learnt)),
        train_dataset=dataset(in_order(learnt, recipe), (*COLUMNS, "id")),
        eval_dataset=dataset(held, (*COLUMNS, "id")) if held else None,
        processing_class=learner.tokenizer,
        peft_config=adapters(recipe.lora),
    )
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", RENAMED, FutureWarning)
            return finish(trainer, learner, run, report)
    finally:
        trl_rewards.close_shared_grader()


def reader_of(learner: Learner) -> trl_rewards.Reader:
    """Finds the answer in a response of this model, never in its thinking."""
    tokenizer = load_tokenizer(learner.folder)
    profile = profile_of(learner.folder, chat=tokenizer.template is not None)
    if profile.dialect == "compact":
        return trl_rewards.compact
    think = profile.think
    opened = think is not None and opens_thinking(tokenizer, think[0])
    return partial(_announced, think, think[0] if think and opened else "")


def _announced(think: Delimiters | None, before: str, text: str) -> str | None:
    return trl_rewards.announced(split_thinking(text, think, before)[0])


def _trainer(recipe: RL) -> Callable[..., Any]:
    return MultiDiscount if recipe.advantages == "returns" else Grpo


def _config(recipe: RL, run: RunFolder, channels: Sequence[Channel], prompts: int) -> Any:
    from trl import GRPOConfig

    held = recipe.hold_out > 0
    told = arguments(recipe, run, world()) | {
        "num_train_epochs": 1,
        "max_steps": updates(prompts, recipe),
        "metric_for_best_model": "eval_correct" if held else None,
        "greater_is_better": True if held else None,
    }
    return GRPOConfig(
        **told,
        **_engine(recipe),
        shuffle_dataset=False,
        generation_batch_size=recipe.prompts * recipe.samples,
        num_generations=recipe.samples,
        num_generations_eval=1,
        num_iterations=recipe.passes,
        max_completion_length=recipe.cap,
        temperature=recipe.temperature,
        top_p=recipe.top_p,
        reward_weights=[*(channel.weight for channel in channels), 0.0],
        beta=recipe.kl,
        epsilon=recipe.epsilon,
        loss_type=recipe.loss,
    )


def _sampler(recipe: RL, learner: Learner) -> LocalEngine | None:
    """The local engine, where it is to sample. Raises InputError where it cannot."""
    if recipe.engine not in ("auto", "local"):
        return None
    misfit = _misfit(recipe, learner)
    if misfit and recipe.engine == "local":
        raise InputError(f"engine local cannot sample here, {misfit}: set engine to transformers")
    if misfit:
        return None
    return LocalEngine(
        Shape.of(learner.folder.config),
        recipe.cap,
        recipe.temperature,
        recipe.top_p,
        recipe.threads,
    )


def _misfit(recipe: RL, learner: Learner) -> str | None:
    if torch.accelerator.is_available():
        return "for it needs a CPU and there is a faster device"
    if recipe.lora:
        return "for it reads no adapters"
    if not is_plain(learner.folder.config):
        return f"for {learner.folder.path} is not a plain Llama model"
    return None


def _engine(recipe: RL) -> dict[str, Any]:
    """What TRL is told of sampling. Raises InputError where it is not there."""
    if not recipe.engine.startswith("vllm"):
        return {}
    from trl.import_utils import is_vllm_available

    if not is_vllm_available():
        raise InputError(
            f"engine {recipe.engine} needs vllm: pip install vllm, or set engine to transformers"
        )
    return {
        "use_vllm": True,
        "vllm_mode": "server" if recipe.engine == "vllm_server" else "colocate",
        "vllm_server_base_url": recipe.engine_url,
        "vllm_gpu_memory_utilization": recipe.engine_memory,
        "vllm_max_model_length": recipe.max_tokens,
    }


def _standing(run: RunFolder) -> str:
    last = run.last_whole()
    return f"{last} stands" if last else "there is no checkpoint yet"
