"""A step scorer's network, and its calls through the model protocol."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file
from transformers import AutoModel

from reasonloom.errors import BadRequest, InputError
from reasonloom.models.local.folder import find
from reasonloom.models.local.step_model import StepModel
from reasonloom.models.local.step_net import HEAD, NO_STEP, StepNet, batch, encode
from reasonloom.models.local.tokens import load_tokenizer
from reasonloom.models.protocol import Message, Request, Response

PROMPT = "let a be the sum of 12 and 30."
STEPS = ("a is 42.", "the answer is 42.", "it remains.")


def save_scorer(base: Path, folder: Path) -> Path:
    """An untrained scorer whose head says something."""
    net = StepNet(AutoModel.from_pretrained(base, dtype=torch.float32), {"labels": "soft"})
    torch.manual_seed(4)
    torch.nn.init.normal_(net.head.weight, std=0.5)
    net.save_pretrained(str(folder))
    for name in ("tokenizer.json", "tokenizer_config.json", "chat_template.jinja"):
        if (base / name).exists():
            shutil.copyfile(base / name, folder / name)
    return folder


@pytest.fixture(scope="module", params=["llama_folder", "gpt2_folder"])
def scorer(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    base: Path = request.getfixturevalue(request.param)
    return save_scorer(base, tmp_path_factory.mktemp("scorer") / "model")


def request(steps: Sequence[str] = STEPS, prompt: str = PROMPT) -> Request:
    return Request(text=prompt, prefix="\n".join(steps), extra={"steps": tuple(steps)})


def scores(response: Response) -> list[float]:
    assert response.prompt_logprobs is not None
    return [step.logprob for step in response.prompt_logprobs]


def test_a_step_ends_with_its_line_end(scorer: Path) -> None:
    tokenizer = load_tokenizer(find(scorer))
    solved = encode(tokenizer, PROMPT, STEPS)
    cuts = [solved.prompt, *(end + 1 for end in solved.ends)]
    texts = [tokenizer.decode(solved.ids[a:b]) for a, b in pairwise(cuts)]
    assert [text.strip() for text in texts] == list(STEPS)
    assert all(text.endswith("\n") for text in texts)
    paragraphs = encode(tokenizer, [Message("user", PROMPT)], ("a\nb", "c"))
    assert tokenizer.decode(paragraphs.ids).endswith("c\n\n")


def test_rows_are_filled_up_at_the_right(scorer: Path) -> None:
    tokenizer = load_tokenizer(find(scorer))
    long, short = encode(tokenizer, PROMPT, STEPS), encode(tokenizer, PROMPT, STEPS[:1])
    filled = batch([long, short])
    assert filled["ends"].tolist() == [list(long.ends), [*short.ends, NO_STEP, NO_STEP]]
    assert filled["attention_mask"].sum(1).tolist() == [len(long.ids), len(short.ids)]


def test_the_loss_leaves_out_the_places_behind_the_last_step(scorer: Path) -> None:
    net, tokenizer = StepNet.load(find(scorer)), load_tokenizer(find(scorer))
    rows = [encode(tokenizer, PROMPT, STEPS), encode(tokenizer, PROMPT, STEPS[:1])]
    filled = {name: t.to(net.head.weight.device) for name, t in batch(rows).items()}
    labels = torch.tensor([[1.0, 0.5, 0.0], [0.25, 0.0, 0.0]])
    other = torch.tensor([[1.0, 0.5, 0.0], [0.25, 1.0, 1.0]])
    assert (
        net(**filled, labels=labels.to(net.head.weight))["loss"]
        == net(**filled, labels=other.to(net.head.weight))["loss"]
    )


async def test_a_step_is_scored_by_what_stands_before_it_alone(scorer: Path) -> None:
    model = StepModel(str(scorer))
    whole = scores(await model.generate(request()))
    first = scores(await model.generate(request(STEPS[:1])))
    assert len(whole) == 3 and len(set(whole)) == 3
    assert all(score < 0 for score in whole)
    assert first[0] == pytest.approx(whole[0], abs=1e-4)
    await model.close()


async def test_what_comes_together_is_scored_together_and_the_same(
    scorer: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, passes, forward = StepModel(str(scorer)), list[int](), StepNet.forward

    def counted(net: StepNet, **given: torch.Tensor) -> dict[str, torch.Tensor]:
        passes.append(len(given["ends"]))
        return forward(net, **given)

    monkeypatch.setattr(StepNet, "forward", counted)
    asked = [request((*STEPS[:k], f"it is {k}.")) for k in range(4) for _ in range(3)]
    together = await asyncio.gather(*map(model.generate, asked))
    assert sum(passes) == 12 and len(passes) < 12
    for one, found in zip(asked, together, strict=True):
        assert scores(await model.generate(one)) == pytest.approx(scores(found), abs=1e-4)
        assert found.usage.prompt_tokens == len(model.encode(one))
    await model.close()


async def test_a_solution_that_does_not_fit_and_one_without_steps_are_refused(
    scorer: Path,
) -> None:
    model = StepModel(str(scorer))
    with pytest.raises(BadRequest, match="shorten it"):
        await model.generate(request(("the answer is 42. " * 100,)))
    with pytest.raises(BadRequest, match="no steps"):
        await model.generate(request(()))


def test_a_folder_that_is_no_scorer_is_refused(llama_folder: Path) -> None:
    with pytest.raises(InputError, match="holds no step scorer"):
        StepModel(str(llama_folder))


async def test_a_head_of_another_model_is_refused(llama_folder: Path, tmp_path: Path) -> None:
    folder = save_scorer(llama_folder, tmp_path / "model")
    save_file({"weight": torch.zeros(1, 3), "bias": torch.zeros(1)}, folder / HEAD)
    with pytest.raises(InputError, match="cannot be read"):
        await StepModel(str(folder)).generate(request())
