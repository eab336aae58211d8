"""The two requests of silver rewards: what answer a solution comes to, and whether one agrees."""

from __future__ import annotations

import re
from typing import Any, Literal, cast, get_args

from reasonloom.data.silver import words
from reasonloom.grading.extract import answer_text, extract
from reasonloom.models.protocol import Message, Prompt
from reasonloom.strategies.dialects.base import AGAIN, Ask, Unreadable
from reasonloom.strategies.dialects.chat_text import clip
from reasonloom.strategies.dialects.instruct import chat, typed
from reasonloom.strategies.dialects.instruct_text import join, problem, quote

EXTRACT_TOKENS = 512
"""Completion tokens of an extraction (paper)."""
SHORT = 200
"""Characters of the longest answer that counts as short (our choice)."""
LAST_LINES = 20
"""Lines of a response that a verifier sees, counted from its end (paper)."""
_EMPTY = re.compile(r"\\boxed\s{0,3}\{\s{0,9}\}")

Agreement = Literal["correct", "wrong", "not found", "undecided"]
"""Whether a response agrees with the reference.

not found  the response states no final answer
undecided  the verifier could not be read, or could not decide
"""


def extract_answer(question: str, solution: str) -> Ask[str | None]:
    """The short answer that a solution comes to; None where it comes to none."""
    user = join(problem(question), quote("solution", clip(solution)), words.EXTRACT_FORM)

    prompt = chat("extract", words.EXTRACT, user)

    def again(bad: Unreadable) -> Prompt:
        turns = prompt.messages or ()
        said = Message("assistant", bad.text[-2_000:] or "(empty)")
        wish = Message("user", words.EXTRACT_AGAIN.format(reason=bad.reason))
        return Prompt(messages=(*turns, said, wish), kind=AGAIN)

    return Ask(prompt, read_box, EXTRACT_TOKENS, again)


def read_box(text: str) -> str | Unreadable | None:
    """What stands in the last box; None for an empty one, and for what is no short answer."""
    found = extract(text, cut=True)
    if found and found.how == "boxed":
        return found.answer if len(found.answer) <= SHORT else None
    if _EMPTY.search(answer_text(text)):
        return None
    return Unreadable("it holds no box", text)


def verify(question: str, response: str, reference: str) -> Ask[Agreement]:
    """Whether a response agrees with the reference, in a model's judgement."""
    end = "\n".join(answer_text(response).strip().splitlines()[-LAST_LINES:])
    user = join(
        problem(question),
        quote("response_end", clip(end)),
        quote("reference_answer", reference),
        words.VERIFY_FORM,
    )
    return typed("verify", words.VERIFY, user, words.VERIFY_SCHEMA, _agreement)


def _agreement(found: dict[str, Any]) -> Agreement | Unreadable:
    """The verdict by its whole word: `incorrect` holds `correct` and says the opposite."""
    said = found.get("verdict")
    verdict = said.strip().lower().replace("_", " ") if isinstance(said, str) else ""
    if verdict not in words.VERDICTS:
        return Unreadable(f'"verdict" must be one of {", ".join(words.VERDICTS)}')
    assert verdict in get_args(Agreement)
    return cast(Agreement, verdict)
