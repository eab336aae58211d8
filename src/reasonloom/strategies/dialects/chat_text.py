"""Every word that the requests of the sampling and refining methods say to a chat model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reasonloom.strategies.dialects.instruct_text import COT, DATA, JSON, object_schema, quote

MOST_CHARS = 12_000
"""Characters of a solution that are quoted, counted from its end (our choice)."""

JUDGE = (
    "You judge solutions of problems. You trust nothing that you have not recomputed; a confident"
    f" tone, length and style count for nothing. {DATA}"
)
PLANNER = f"You take problems apart. You do not solve them here. {DATA}"
LEARNER = f"You learn from your own attempts at a problem. You do not solve it here. {DATA}"
AUTHOR = f"You write problems. You do not solve them here. {DATA}"
SOLVER = COT

CHOOSE_FORM = (
    "Several solutions of the problem are given. Compare what they conclude and find the one that"
    " agrees best with the others: the answer most of them reach, however it is written, by the"
    ' soundest argument. Give its number in "choice" and say why, shortly, in "reason".\n'
    f'{JSON} Its form:\n{{"reason": "...", "choice": 1}}'
)
GRADE_TASK = (
    "A solution is given as numbered steps. For each step recompute what it claims and give the"
    " probability, from 0 to 1, that it is right. A step that rests on a wrong one is wrong too;"
    " the last one is right only if the final answer is."
)
CRITIQUE_FORM = (
    "Solve the problem yourself, then go through the solution line by line. Give in"
    ' "right" whether its final answer is right, and in "feedback" the first thing that is wrong'
    " and how to mend it, concretely; where nothing is wrong, an empty text.\n"
    f'{JSON} Its form:\n{{"check": "your own computation, short", "right": true,'
    ' "feedback": "..."}'
)
DECOMPOSE_TASK = (
    "List the simpler questions that lead to the answer, each answerable from the problem and the"
    " answers before it, in that order, the easiest first. Do not answer them, and leave out the"
    " problem's own question. An empty list is right for a problem of a single step."
)
PART_FORM = (
    "Answer only the question in <subquestion>. Use the problem and, where there are any, the"
    " questions that are answered already. Give a short argument, then the result in one sentence."
)
WHOLE_FORM = (
    "Simpler questions on the way to the answer are given with their answers, which may be"
    " mistaken. Use what holds. Write the solution of the problem in full, and end with"
    " \\boxed{answer}."
)
IMPROVE_FORM = (
    "Your earlier solutions are given with the feedback on each. Feedback may be mistaken: use what"
    " holds. Write the improved solution in full, and end with \\boxed{answer}."
)
DEBATE_FORM = (
    "Your own solution is given, and those of others. Use theirs as further advice, not as"
    " authority: many may share an error. Give your updated solution in full, and end with"
    " \\boxed{answer}."
)
REFLECT_FORM = (
    "Your last attempt at the problem is given as numbered steps, with the probability that a judge"
    " gives each of them to be right; before it stand your notes on earlier attempts, if there were"
    " any. The judge may be mistaken. Find where the attempt most probably went wrong. Then write"
    " one note to yourself, of a few sentences: what the error was, how it came about, and how to"
    " go about it differently. The note must make sense to somebody who does not see the attempt."
    " Do not give the solution."
)
RETRY_FORM = (
    "You have tried this problem before and failed; the notes are what you learned from it, the"
    " latest last. They may be mistaken: use what holds. Solve the problem anew, write the solution"
    " in full, and end with \\boxed{answer}."
)
_TESTS = (
    "List questions whose answers would show whether the solution is right: first one that tests"
    " the final answer, for example by putting it back into the problem, then one for each claim"
    " or computation that the solution rests on."
)
PROBE_TASK = (
    f"{_TESTS} Each question will be answered on its own, by somebody who sees the problem but"
    " neither the solution nor the other questions. So write into each question all that is needed"
    " to answer it, and ask for a result instead of asking whether the solution's result is right"
    ' (not "Is 7*8 = 54?" but "What is 7*8?"). Do not answer the questions.'
)
EXAMINE_TASK = (
    f"{_TESTS} Answer each question by a computation of your own; do not rely on what the solution"
    " says."
)
COMPARE_FORM = (
    "The question was answered by somebody who did not see the solution. Compare the solution with"
    " that answer: begin with CONSISTENT, PARTIALLY CONSISTENT or INCONSISTENT, then quote the line"
    " of the solution that agrees or disagrees with the answer. If the solution says nothing about"
    " the question, write only NOT MENTIONED."
)
_FINAL = (
    " Where an answer contradicts the solution, either of the two may be wrong: find out which one"
    " is right. Then write the final solution in full, with all errors corrected, and end with"
    " \\boxed{answer}."
)
VERIFIED_FORM = (
    "Your solution is given, and questions about it with answers by somebody who did not see the"
    f" solution.{_FINAL}"
)
EXAMINED_FORM = f"Your solution is given, and questions about it with your answers.{_FINAL}"
VARY_TASK = (
    "Write other problems of the same kind: whoever plans how to solve the given one, step by step"
    " and method by method, must be able to carry that very plan out on each of yours. Keep what is"
    " asked for, the structure, the difficulty and every word that the way to the answer rests on,"
    " such as even, at most or without replacement; change the numbers, the names and the setting."
    " Choose the numbers so that the answer exists and is exact. Each problem stands alone and"
    " complete, with one short answer, which you do not give."
)
CHECK = f"You answer questions of fact and computation exactly and briefly. {DATA}"

_STRING = {"type": "string"}
CHOOSE_SCHEMA = object_schema(("reason", "choice"), reason=_STRING, choice={"type": "integer"})
GRADE_SCHEMA = object_schema(
    ("check", "scores"), check=_STRING, scores={"type": "array", "items": {"type": "number"}}
)
CRITIQUE_SCHEMA = object_schema(
    ("check", "right", "feedback"), check=_STRING, right={"type": "boolean"}, feedback=_STRING
)
QUESTIONS_SCHEMA: dict[str, Any] = object_schema(
    ("questions",), questions={"type": "array", "items": _STRING}
)


CHECKS_SCHEMA: dict[str, Any] = object_schema(
    ("checks",),
    checks={
        "type": "array",
        "items": object_schema(("question", "answer"), question=_STRING, answer=_STRING),
    },
)
ANSWERS_SCHEMA: dict[str, Any] = object_schema(
    ("answers",), answers={"type": "array", "items": _STRING}
)
VARY_SCHEMA: dict[str, Any] = object_schema(
    ("problems",), problems={"type": "array", "items": _STRING}
)


def grade_form(steps: int) -> str:
    return (
        f'{GRADE_TASK} List the probabilities in "scores", in order, {steps} in all, one for each'
        f' step.\n{JSON} Its form:\n{{"check": "your own computation, short", "scores": [0.9]}}'
    )


def examine_form(most: int) -> str:
    return (
        f"{EXAMINE_TASK} Give {most} at the most.\n{JSON} Its form:\n"
        '{"checks": [{"question": "...", "answer": "..."}]}'
    )


def parts_form(count: int) -> str:
    return (
        "Answer each subquestion briefly, from the problem alone. List the answers in the order of"
        f" the subquestions, {count} in all.\n"
        f'{JSON} Its form:\n{{"answers": ["..."]}}'
    )


def vary_form(count: int) -> str:
    return f'{VARY_TASK} Write {count}.\n{JSON} Its form:\n{{"problems": ["..."]}}'


def questions_form(task: str, most: int) -> str:
    return f'{task} Give {most} at the most.\n{JSON} Its form:\n{{"questions": ["..."]}}'


def numbered(tag: str, texts: Sequence[str]) -> str:
    """Each text in a quotation of its own: `<tag number="1">`."""
    return "\n\n".join(
        quote(tag, clip(text)).replace(f"<{tag}>", f'<{tag} number="{i}">', 1)
        for i, text in enumerate(texts, 1)
    )


def clip(text: str) -> str:
    return text if len(text) <= MOST_CHARS else "[...] " + text[-MOST_CHARS:]


def pairs(first: str, second: str, rows: Sequence[tuple[str, str]]) -> str:
    return "\n\n".join(f"{quote(first, clip(a))}\n{quote(second, clip(b))}" for a, b in rows)


def judgement(scores: Sequence[float]) -> str:
    return quote("judgement", "\n".join(f"step {i}: {p:.2f}" for i, p in enumerate(scores, 1)))
