from __future__ import annotations

import asyncio
import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import reasonloom.nano
from reasonloom.errors import InputError
from reasonloom.strategies.dialects.compact import question_prompt
from reasonloom.train.rewards import BASE_MODEL, repetition_penalty
from reasonloom.train.rl.trl_rewards import (
    Correct,
    CosineScaled,
    Finite,
    RepeatedShare,
    RepeatedTokens,
    SoftOverlong,
    ThinkFormat,
    announced,
    close_shared_grader,
    compact,
    spoilt,
)

CAP = 14_336
WEIGHTS = Path(reasonloom.nano.__file__).parent / "weights"
RIGHT, WRONG, SILENT = r"\boxed{1/2}", r"\boxed{3}", "I cannot say"


@pytest.fixture(autouse=True)
def no_worker_outlives_its_test() -> Iterator[None]:
    yield
    close_shared_grader()


def called(
    reward: Any, completions: list[Any], ids: list[list[int]], **columns: Any
) -> list[float]:
    """What TRL gets, sync or async, with the arguments that it gives."""
    answers = {"answer": ["0.5"] * len(completions)} | columns
    given = reward(
        prompts=["?"] * len(completions),
        completions=completions,
        completion_ids=ids,
        trainer_state=None,
        **answers,
    )
    result: list[float] = asyncio.run(given) if asyncio.iscoroutine(given) else given
    return result


def test_answers_are_graded_by_value_and_silence_is_told_from_error() -> None:
    rewards = called(Correct(values=BASE_MODEL), [RIGHT, WRONG, SILENT], [[1]] * 3)
    assert rewards == [1.0, -0.5, -1.0]


def test_algebra_is_graded_too() -> None:
    rewards = called(Correct(), [r"\boxed{(x+1)^2}"], [[1]], answer=["x^2+2x+1"])
    assert rewards == [1.0]


def test_chat_completions_are_graded_by_what_the_assistant_said_last() -> None:
    message = [{"role": "assistant", "content": RIGHT}]
    assert called(Correct(), [message], [[1]]) == [1.0]


def test_what_stands_in_the_thinking_earns_nothing() -> None:
    thought = r"<think>it is \boxed{1/2}</think> Who knows?"
    cut = r"<think>it is \boxed{1/2}"
    other = r"<think>it is \boxed{1/2}</think> \boxed{3}"
    values = BASE_MODEL
    assert called(Correct(values=values), [thought, cut, other], [[1]] * 3) == [-1.0, -1.0, -0.5]


def test_a_last_number_that_nothing_announces_earns_nothing() -> None:
    assert announced("first we get 7, so 0.5") is None
    assert announced("The answer is 0.5.") == "0.5"


def test_nanos_replies_are_read_by_its_own_dialect() -> None:
    assert compact("a = 3; answer = 12") == "12"
    assert compact("12") == "12"
    assert compact("first\nsecond") is None
    assert called(Correct(read=compact), ["a = 1; answer = 1/2"], [[1]]) == [1.0]


def test_what_cannot_be_graded_earns_what_a_wrong_answer_does() -> None:
    unreadable = r"\boxed{" + "(" * 2_000 + ")" * 2_000 + "}"
    assert called(Correct(values=BASE_MODEL), [unreadable], [[1]]) == [-0.5]


@pytest.mark.parametrize("gold", [None, " "])
def test_a_row_without_reference_is_named(gold: str | None) -> None:
    with pytest.raises(InputError, match="completion 1 has no reference in the column 'answer'"):
        called(Correct(), [RIGHT, RIGHT], [[1], [1]], answer=["0.5", gold])


async def test_a_data_set_without_answers_is_told_which_columns_it_has() -> None:
    with pytest.raises(InputError, match="no column 'answer' to grade by: there are solution"):
        await Correct()(["?"], [RIGHT], [[1]], solution=["0.5"])


def test_length_is_counted_in_tokens_whatever_the_text_is() -> None:
    """Copies counted characters (open-r1 312, ms-swift 3353)."""
    reward = CosineScaled(max_completion_length=CAP)
    long_text = "word " * 30_000 + RIGHT
    rewards = called(reward, [RIGHT, long_text], [[1] * 3_584] * 2)
    assert rewards == pytest.approx([1.8536, 1.8536], abs=5e-5)


def test_wrong_answers_and_none_take_the_other_curve() -> None:
    rewards = called(CosineScaled(max_completion_length=CAP), [WRONG, SILENT], [[1] * 3_584] * 2)
    assert rewards == pytest.approx([-8.5355, -8.5355], abs=5e-5)


def test_a_right_answer_at_the_cap_is_overlong() -> None:
    assert called(CosineScaled(max_completion_length=CAP), [RIGHT], [[1] * CAP]) == [-10.0]


def test_the_token_level_penalty_is_only_there_as_its_sum() -> None:
    ids = list(range(40)) * 2
    assert called(RepeatedTokens(), ["…"], [ids]) == [pytest.approx(40 * -0.05)]
    assert called(RepeatedTokens(), ["…"], [ids]) == [pytest.approx(repetition_penalty(ids).sum())]


def test_a_loop_costs_no_more_than_the_floor() -> None:
    assert called(RepeatedTokens(), ["…"], [[1] * 16_000]) == [-10.0]


def test_the_share_of_repeats_is_safe_on_short_replies() -> None:
    reward = RepeatedShare(n=2, max_penalty=-1.0)
    assert called(reward, [""] * 3, [[], [5], [5] * 5]) == [0.0, 0.0, -0.75]


def test_overlong_and_format_take_ids_and_text() -> None:
    assert called(SoftOverlong(100, 20), ["…"] * 2, [[1] * 80, [1] * 90]) == [0.0, -0.5]
    texts = ["<think>a</think>b", [{"role": "assistant", "content": "b"}]]
    assert called(ThinkFormat(), texts, [[1]] * 2) == [1.0, 0.0]


@pytest.mark.parametrize(
    "made",
    [
        lambda: CosineScaled(max_completion_length=16),
        lambda: SoftOverlong(10, 11),
        lambda: RepeatedTokens(n=0),
        lambda: RepeatedTokens(penalty=0.1),
        lambda: RepeatedTokens(floor=float("-inf")),
        lambda: RepeatedShare(n=3, max_penalty=1.0),
        lambda: ThinkFormat(closing=""),
    ],
)
def test_settings_that_cannot_be_are_told_before_training(made: Any) -> None:
    with pytest.raises(InputError):
        made()


async def test_a_nan_of_any_reward_function_is_named_with_its_completion() -> None:
    def length_ratio(completions: list[str], **columns: Any) -> list[float | None]:
        return [1.0, None, float("nan")]

    reward = Finite(length_ratio)
    with pytest.raises(InputError, match="the reward length_ratio is nan for completion 2: one"):
        await reward(completions=["a", "b", "c"])
    with pytest.raises(InputError, match="for a response to row 'third'"):
        await reward(completions=["a", "b", "c"], id=["first", "second", "third"])


async def test_what_is_finite_passes_and_none_stays_none() -> None:
    def some(**arguments: Any) -> list[float | None]:
        return [1.0, None]

    assert await Finite(some)() == [1.0, None]
    assert spoilt("some", some(), {}) is None
    told = spoilt("some", some(), {"id": ["a", "b"]}, always=True)
    assert told is not None and told.startswith("the reward some is None for a response to row 'b'")
    assert Finite(some).__name__ == "some"
    assert Finite(Correct()).__name__ == "Correct"
    assert await Finite(Correct())(
        prompts=["?"], completions=[RIGHT], completion_ids=[[1]], answer=["0.5"]
    ) == [1.0]


@pytest.mark.parametrize(
    "reward",
    [
        Correct(),
        Correct(read=compact),
        CosineScaled(max_completion_length=CAP),
        SoftOverlong(100, 20),
        RepeatedTokens(),
        RepeatedShare(3, -1.0),
        ThinkFormat(),
        Finite(Correct()),
    ],
    ids=lambda reward: type(reward).__name__,
)
def test_rewards_can_be_sent_to_another_process(reward: Any) -> None:
    assert pickle.loads(pickle.dumps(reward)) == reward


def test_trl_knows_which_to_await_and_what_to_call_them() -> None:
    pytest.importorskip("trl")
    from trl.trainer.utils import get_callable_name, is_async_callable

    assert [is_async_callable(r) for r in (Correct(), Finite(Correct()), ThinkFormat())] == [
        True,
        True,
        False,
    ]
    assert get_callable_name(CosineScaled(max_completion_length=CAP)) == "CosineScaled"
    assert get_callable_name(Finite(ThinkFormat())) == "ThinkFormat"


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # those of TRL and what it is built on
def test_trl_trains_nano_on_them(tmp_path: Path) -> None:
    pytest.importorskip("trl")
    from datasets import Dataset
    from transformers import AutoModelForCausalLM, AutoTokenizer
    from trl import GRPOConfig, GRPOTrainer

    tokenizer = AutoTokenizer.from_pretrained(str(WEIGHTS))
    options = GRPOConfig(
        output_dir=str(tmp_path),
        max_steps=1,
        per_device_train_batch_size=2,
        num_generations=2,
        max_completion_length=24,
        use_cpu=True,
        bf16=False,
        logging_steps=1,
        report_to="none",
        save_strategy="no",
        disable_tqdm=True,
    )
    longest = options.max_completion_length
    trainer = GRPOTrainer(
        model=AutoModelForCausalLM.from_pretrained(str(WEIGHTS), dtype="float32"),
        reward_funcs=[
            Finite(Correct(read=compact)),
            CosineScaled(max_completion_length=longest, read=compact, margin=1),
            RepeatedTokens(n=2),
            SoftOverlong(longest, 4),
        ],
        args=options,
        train_dataset=Dataset.from_list(
            [{"prompt": question_prompt("What is 12 + 30?", "direct"), "answer": "42", "id": "a"}]
        ),
        processing_class=tokenizer,
    )
    trainer.train()
    logged = trainer.state.log_history[0]
    names = ("Correct", "CosineScaled", "RepeatedTokens", "SoftOverlong")
    means = [logged[f"rewards/{name}/mean"] for name in names]
    assert 0 <= means[0] <= 1
    assert -10 <= means[1] <= 2
    assert means[2] <= 0 and -1 <= means[3] <= 0
