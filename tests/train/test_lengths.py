from __future__ import annotations

from pathlib import Path

import pytest
from tokenizers import Tokenizer
from transformers import PreTrainedTokenizerFast

from reasonloom.errors import InputError
from reasonloom.train.lengths import fitting, prompt_and_reply

NANO = Path(__file__).parents[2] / "src" / "reasonloom" / "nano" / "weights"


@pytest.fixture(scope="module")
def tokenizer() -> PreTrainedTokenizerFast:
    return PreTrainedTokenizerFast(
        tokenizer_object=Tokenizer.from_file(str(NANO / "tokenizer.json")),
        eos_token="<|end|>",
        chat_template="{% for m in messages %}<|q|>{{ m.content }}<|end|>{% endfor %}"
        "{% if add_generation_prompt %}<|cot|>{% endif %}",
    )


def test_text_and_chats_are_measured_alike_with_the_end_token(
    tokenizer: PreTrainedTokenizerFast,
) -> None:
    assert prompt_and_reply({"prompt": "<|q|>12", "r": "34"}, "r", tokenizer) == (3, 3)
    chat = {
        "prompt": [{"role": "user", "content": "12"}],
        "r": [{"role": "assistant", "content": "34"}],
    }
    assert sum(prompt_and_reply(chat, "r", tokenizer)) == 8


def test_rows_that_are_too_long_are_counted_and_left_out_or_cut(
    tokenizer: PreTrainedTokenizerFast,
) -> None:
    rows = [{"prompt": "<|q|>1", "completion": "2" * n} for n in (1, 5, 20)]
    kept, found = fitting(rows, ["completion"], tokenizer, 10)
    assert [len(row["completion"]) for row in kept] == [1, 5]
    assert (found.over, found.cut_tokens, found.longest, found.completion) == (1, 13, 23, 8)
    cut, _ = fitting(rows, ["completion"], tokenizer, 10, cut=True)
    assert len(cut) == 3
    assert "1 rows (33.3 %) above 10, 13 tokens too many" in str(found)


def test_the_longest_side_of_a_preference_decides(tokenizer: PreTrainedTokenizerFast) -> None:
    rows = [{"prompt": "1", "chosen": "2", "rejected": "3" * 30}]
    with pytest.raises(InputError, match="no row fits into 10 tokens"):
        fitting(rows, ["chosen", "rejected"], tokenizer, 10)


def test_text_with_messages_is_refused(tokenizer: PreTrainedTokenizerFast) -> None:
    with pytest.raises(InputError, match="both be text or both messages"):
        prompt_and_reply({"prompt": "a", "r": [{"role": "user", "content": "b"}]}, "r", tokenizer)
