"""best_of_n with a step scorer; that a trained one is any good is shown in tests/train."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from reasonloom.context import open_context
from reasonloom.errors import BudgetSpent, InputError, SpecError
from reasonloom.evaluate import store
from reasonloom.evaluate.plan import Wish
from reasonloom.evaluate.runner import evaluate
from reasonloom.limits import Limits
from reasonloom.models.scripted import Scripted
from reasonloom.problem import Problem
from reasonloom.strategies.build import make_scorer, make_strategy
from reasonloom.strategies.dialects.compact import question_prompt

NANO = Path(__file__).parents[2] / "src" / "reasonloom" / "nano" / "weights"
PROBLEM = Problem("What is 3 plus 4?", answer="7")
STEPS = ("sum | 3 + 4 | 7", "answer = 7")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A scorer that was never trained: it says 0.5 of everything."""
    torch = pytest.importorskip("torch")
    from transformers import AutoModel

    from reasonloom.models.local.step_net import StepNet

    made = tmp_path_factory.mktemp("scorer") / "model"
    StepNet(AutoModel.from_pretrained(NANO, dtype=torch.float32), {}).save_pretrained(str(made))
    for name in ("tokenizer.json", "tokenizer_config.json", "reasonloom.json"):
        shutil.copyfile(NANO / name, made / name)
    return made


async def test_each_step_has_a_score_and_its_tokens_are_booked_and_traced(folder: Path) -> None:
    scorer = make_scorer(f'step_scorer(path="{folder}")')
    with open_context(PROBLEM, {"default": Scripted("")}) as ctx:
        scorer.ready(ctx)
        assert await scorer.score(PROBLEM, STEPS, ctx) == pytest.approx((0.5, 0.5))
        (call,) = ctx.trace.calls
        spent = ctx.ledger.spent
    assert call.role == "scorer"
    assert call.request.text == question_prompt(PROBLEM.question, "cot")
    assert spent.calls == 1
    assert spent.prompt_tokens == call.booking.usage.prompt_tokens > len(" ".join(STEPS).split())
    assert (ctx.trace.totals().tokens, spent.completion_tokens) == (spent.tokens, 0)


async def test_scoring_keeps_to_the_budget(folder: Path) -> None:
    scorer = make_scorer(f'step_scorer(path="{folder}")')
    with open_context(PROBLEM, {"default": Scripted("")}, limits=Limits(tokens=5)) as ctx:
        with pytest.raises(BudgetSpent):
            await scorer.score(PROBLEM, STEPS, ctx)
        assert ctx.ledger.spent.tokens == 0


async def test_a_folder_without_a_scorer_is_told_before_anything_is_spent(tmp_path: Path) -> None:
    strategy = make_strategy(f'best_of_n(scorer=step_scorer(path="{NANO}"))')
    model = Scripted("\\boxed{7}")
    with (
        open_context(PROBLEM, {"default": model}) as ctx,
        pytest.raises(InputError, match="holds no step scorer"),
    ):
        await strategy.solve(PROBLEM, ctx)
    assert model.calls == 0


async def test_a_run_is_not_gone_on_with_by_a_scorer_of_other_weights(
    folder: Path, tmp_path: Path
) -> None:
    from safetensors.torch import load_file, save_file

    from reasonloom.models.local.step_net import HEAD

    made = shutil.copytree(folder, tmp_path / "model")
    spec = f'self_consistency(n=2, over=best_of_n(n=2, scorer=step_scorer(path="{made}")))'
    wish, path = Wish("world:gcd", [spec], limit=1), tmp_path / "run.db"
    await evaluate(wish, model=Scripted("\\boxed{7}"), path=path)
    again = Scripted("\\boxed{7}")
    await evaluate(wish, model=again, path=path)
    assert again.calls == 0

    head = load_file(made / HEAD)
    save_file({name: values + 1 for name, values in head.items()}, made / HEAD)
    with pytest.raises(InputError, match=r"had the weights \w{16}, and now it has \w{16}: name"):
        await evaluate(wish, model=again, path=path)
    with store.open_run(path) as run:
        assert len(store.attempts(run)) == 1


def test_a_path_is_needed() -> None:
    with pytest.raises(SpecError, match=r"write step_scorer\(path=\.\.\.\)"):
        make_scorer("step_scorer")
