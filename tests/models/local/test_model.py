"""LocalModel against transformers' generate, and what its replies promise."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch

from reasonloom.errors import BadRequest, InputError, ModelError
from reasonloom.models.local import LocalModel
from reasonloom.models.protocol import Choice, Model, Request, messages, tokens_of

PROMPTS = ["let a be 12", "the answer is", "subtract 17 from 93, divide by 2, and say", "정답은"]


def greedy(reference: Any, ids: tuple[int, ...], count: int) -> list[int]:
    """transformers' own greedy continuation."""
    tensor = torch.tensor([ids])
    out = reference.generate(
        tensor, attention_mask=torch.ones_like(tensor), max_new_tokens=count, do_sample=False
    )
    return out[0, len(ids) :].tolist()


async def test_greedy_ids_and_text_are_those_of_transformers_generate(
    llama_folder: Path, reference: Any, reference_tokenizer: Any, backend: str
) -> None:
    model = LocalModel.open(llama_folder, device="cpu", backend=backend)
    for prompt in PROMPTS:
        reply = (await model.generate(Request(text=prompt, max_tokens=24))).choices[0]
        ids = tuple(reference_tokenizer(prompt).input_ids)
        wanted = greedy(reference, ids, 24)
        assert list(reply.token_ids or ()) == wanted
        whole = reference_tokenizer.decode([*ids, *wanted], skip_special_tokens=True)
        assert prompt + reply.text == whole
    await model.close()


async def test_a_gpt2_folder_runs_through_transformers(gpt2_folder: Path) -> None:
    from transformers import AutoModelForCausalLM

    reference = AutoModelForCausalLM.from_pretrained(gpt2_folder).eval()
    model = LocalModel.open(gpt2_folder, device="cpu")
    request = Request(text="the answer is", max_tokens=16, n=2)
    reply = await model.generate(request)
    wanted = greedy(reference, model.encode(request), 16)
    assert [list(choice.token_ids or ()) for choice in reply.choices] == [wanted] * 2
    with pytest.raises(InputError, match="backend 'llama' is for plain Llama folders"):
        LocalModel.open(gpt2_folder, device="cpu", backend="llama")
    await model.close()


async def test_it_has_the_shape_of_a_model(model: LocalModel, llama_folder: Path) -> None:
    assert isinstance(model, Model)
    assert tokens_of(model) is model
    assert model.name == f"local:{llama_folder}"
    assert model.profile.context_tokens == 256
    assert model.profile.chat


async def test_logprobs_are_those_of_a_direct_forward_pass(
    model: LocalModel, reference: Any
) -> None:
    request = Request(text="let a be", max_tokens=6, logprobs=3, echo_logprobs=True, temperature=1)
    reply = await model.generate(request)
    prompt, drawn = model.encode(request), reply.choices[0].token_ids or ()
    with torch.inference_mode():
        logits = reference(torch.tensor([[*prompt, *drawn]])).logits[0]
    wanted = logits.log_softmax(-1)
    scored = [*(reply.prompt_logprobs or ()), *(reply.choices[0].logprobs or ())]
    assert len(scored) == len(prompt) + len(drawn)
    assert scored[0].logprob == 0
    for place, token in enumerate([*prompt, *drawn][1:]):
        assert scored[place + 1].logprob == pytest.approx(wanted[place, token].item(), abs=1e-4)
        best = wanted[place].topk(3).values.tolist()
        assert [value for _, value in scored[place + 1].top] == pytest.approx(best, abs=1e-4)
    assert "".join(one.token for one in (reply.prompt_logprobs or ())) == "let a be"


async def test_a_prompt_can_be_scored_without_a_reply(model: LocalModel) -> None:
    reply = await model.generate(Request(text="let a be", max_tokens=0, echo_logprobs=True))
    assert reply.choices[0].text == ""
    assert reply.choices[0].finish_reason == "length"
    assert reply.usage.completion_tokens == 0
    assert (reply.prompt_logprobs or ())[0].token == "let"


async def test_logprobs_zero_gives_the_chosen_token_alone(model: LocalModel) -> None:
    reply = await model.generate(Request(text="let a be", max_tokens=4, logprobs=0))
    scored = reply.choices[0].logprobs or ()
    assert len(scored) == 4
    assert all(one.top == () and one.logprob < 0 for one in scored)


async def test_every_stop_string_cuts_where_it_first_occurs(model: LocalModel) -> None:
    """Each piece of the free reply taken as a stop string, so that token borders fall inside."""
    request = Request(text="let a be", max_tokens=40, stop=("never",))
    free = (await model.generate(request)).choices[0].text
    plain = [at for at in range(len(free) - 3) if free[at : at + 3].isascii()]
    assert len(plain) > 5
    for at in plain:
        stop = free[at : at + 3]
        reply = (
            await model.generate(Request(text="let a be", max_tokens=40, stop=(stop, "never")))
        ).choices[0]
        assert reply.text == free[: free.index(stop)]
        assert (reply.finish_reason, reply.stop) == ("stop", stop)
        assert reply.completion_tokens == len(reply.token_ids or ()) <= 40


async def test_a_special_token_as_stop_string_ends_the_reply(model: LocalModel) -> None:
    replies = await _hot(model, stop=("<|plan|>",))
    stopped = [reply for reply in replies if reply.stop == "<|plan|>"]
    assert len(stopped) > 3
    for reply in stopped:
        assert (reply.token_ids or ())[-1] == 1
        assert reply.finish_reason == "stop"
        assert "<|plan|>" not in reply.text


async def test_the_ending_id_is_counted_and_not_shown(model: LocalModel) -> None:
    replies = await _hot(model)
    ended = [reply for reply in replies if reply.finish_reason == "stop"]
    assert len(ended) > 1
    for reply in ended:
        assert (reply.token_ids or ())[-1] in model.end_ids
        assert reply.completion_tokens == len(reply.token_ids or ()) <= 40
        assert "<|end|>" not in reply.text


async def _hot(model: LocalModel, stop: tuple[str, ...] = ()) -> tuple[Choice, ...]:
    """Samples so hot that every token turns up."""
    request = Request(
        text="let a be", n=64, seeds=tuple(range(64)), max_tokens=40, temperature=4.0, stop=stop
    )
    return (await model.generate(request)).choices


async def test_a_prefix_is_continued_after_the_generation_mark(
    model: LocalModel, reference_tokenizer: Any
) -> None:
    turns = messages(("system", "be brief"), ("user", "  what is a? "))
    request = Request(messages=turns, prefix="a is the", max_tokens=12)
    rendered = reference_tokenizer.apply_chat_template(
        [{"role": m.role, "content": m.content} for m in turns],
        tokenize=False,
        add_generation_prompt=True,
    )
    wanted = reference_tokenizer(rendered + "a is the", add_special_tokens=False).input_ids
    assert list(model.encode(request)) == wanted
    reply = await model.generate(request)
    by_ids = await model.generate(Request(token_ids=tuple(wanted), max_tokens=12))
    assert reply.choices[0].text == by_ids.choices[0].text
    assert reply.usage.prompt_tokens == len(wanted)


async def test_special_tokens_in_raw_text_are_parsed(model: LocalModel) -> None:
    assert model.encode(Request(text="<|q|>a<|plan|>"))[0] == 0
    assert model.encode(Request(text="<|q|>a<|plan|>"))[-1] == 1


async def test_a_continuation_by_ids_goes_on_as_the_whole_would(model: LocalModel) -> None:
    request = Request(text="the answer is", max_tokens=30)
    whole = (await model.generate(request)).choices[0]
    head = (await model.generate(Request(text="the answer is", max_tokens=11))).choices[0]
    ids = (*model.encode(request), *(head.token_ids or ()))
    tail = (await model.generate(Request(token_ids=ids, max_tokens=19))).choices[0]
    assert (*(head.token_ids or ()), *(tail.token_ids or ())) == whole.token_ids


async def test_thinking_is_split_off_and_counted(llama_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "thinking"
    shutil.copytree(llama_folder, folder)
    probe = LocalModel.open(folder, device="cpu")
    free = (await probe.generate(Request(text="let a be", max_tokens=40))).choices[0]
    await probe.close()
    mark = next(free.text[i : i + 2] for i in range(8, 30) if free.text[i : i + 2].isascii())
    settings = {"think": ["<think>", mark], "dialect": "compact"}
    (folder / "reasonloom.json").write_text(json.dumps(settings))
    model = LocalModel.open(folder, device="cpu")
    reply = await model.generate(Request(text="let a be", max_tokens=40))
    choice = reply.choices[0]
    before, _, after = free.text.partition(mark)
    assert model.profile.dialect == "compact"
    assert (choice.reasoning, choice.text) == (before, after.lstrip())
    assert 0 < reply.usage.reasoning_tokens < reply.usage.completion_tokens
    await model.close()


async def test_a_template_that_opens_the_thinking_is_noticed(
    llama_folder: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "opened"
    shutil.copytree(llama_folder, folder)
    (folder / "chat_template.jinja").write_text("{{ messages[-1].content }}<think>\n")
    model = LocalModel.open(folder, device="cpu")
    reply = await model.generate(Request(messages=messages(("user", "a?")), max_tokens=5))
    assert model.profile.think_open
    assert reply.choices[0].text == ""
    assert reply.choices[0].reasoning
    assert reply.usage.reasoning_tokens == 5
    await model.close()


async def test_a_prompt_that_does_not_fit_names_both_numbers(model: LocalModel) -> None:
    with pytest.raises(BadRequest, match=r"the prompt has 300 tokens and .* takes 256"):
        await model.generate(Request(token_ids=(5,) * 300))
    with pytest.raises(BadRequest, match="no tokens"):
        await model.generate(Request(text=""))


async def test_the_context_bounds_the_reply(model: LocalModel) -> None:
    reply = await model.generate(Request(token_ids=(5,) * 250, max_tokens=100))
    assert reply.choices[0].completion_tokens == 6
    assert reply.choices[0].finish_reason == "length"


async def test_an_id_outside_the_vocabulary_is_refused(model: LocalModel) -> None:
    with pytest.raises(BadRequest, match="token id 99999"):
        await model.generate(Request(token_ids=(5, 99_999)))
    assert (await model.generate(Request(text="let", max_tokens=1))).choices


async def test_a_large_prompt_is_refused_without_blocking_the_loop(model: LocalModel) -> None:
    with pytest.raises(BadRequest, match="shorten it"):
        await model.generate(Request(text="let a be 12, " * 20_000))


async def test_a_model_without_a_chat_template_takes_raw_text_alone(
    llama_folder: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "raw"
    shutil.copytree(llama_folder, folder)
    (folder / "chat_template.jinja").unlink()
    model = LocalModel.open(folder, device="cpu")
    assert not model.profile.chat
    with pytest.raises(BadRequest, match="no chat template"):
        await model.generate(Request(messages=messages(("user", "a?"))))
    await model.close()


async def test_a_closed_model_says_so(llama_folder: Path) -> None:
    model = LocalModel.open(llama_folder, device="cpu")
    await model.close()
    await model.close()
    with pytest.raises(ModelError, match="closed"):
        await model.generate(Request(text="let"))


async def test_the_hash_is_that_of_the_weights_file(model: LocalModel, llama_folder: Path) -> None:
    digest = hashlib.sha256((llama_folder / "model.safetensors").read_bytes()).hexdigest()
    assert model.profile.hash == digest[:16]
