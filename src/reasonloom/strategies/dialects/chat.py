"""How the instruct dialect asks for the skills of skills.py."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from reasonloom.strategies.dialects import chat_text as say
from reasonloom.strategies.dialects.base import Ask, Unreadable
from reasonloom.strategies.dialects.instruct import THINKING_TOKENS, chat, final_answer, typed
from reasonloom.strategies.dialects.instruct_text import join, problem, quote
from reasonloom.strategies.dialects.skills import Critique, Draft

Pairs = Sequence[tuple[str, str]]


class ChatSkills:
    """See `Skills`. Judgements and lists come as JSON by schema, solutions as plain text."""

    def choose(self, question: str, solutions: Sequence[str]) -> Ask[int]:
        user = join(problem(question), say.numbered("solution", solutions), say.CHOOSE_FORM)
        read = partial(_choice, len(solutions))
        return typed("choose", say.JUDGE, user, say.CHOOSE_SCHEMA, read)

    def grade(self, question: str, steps: Sequence[str]) -> Ask[tuple[float, ...]]:
        user = join(problem(question), say.numbered("step", steps), say.grade_form(len(steps)))
        read = partial(_scores, len(steps))
        return typed("grade", say.JUDGE, user, say.GRADE_SCHEMA, read)

    def critique(self, question: str, solution: str) -> Ask[Critique]:
        user = join(problem(question), quote("solution", say.clip(solution)), say.CRITIQUE_FORM)
        return typed("critique", say.JUDGE, user, say.CRITIQUE_SCHEMA, _critique)

    def improve(self, question: str, history: Pairs) -> Ask[Draft]:
        earlier = say.pairs("solution", "feedback", history)
        return _draft("improve", join(problem(question), earlier, say.IMPROVE_FORM))

    def decompose(self, question: str, most: int) -> Ask[tuple[str, ...]]:
        user = join(problem(question), say.questions_form(say.DECOMPOSE_TASK, most))
        return typed(
            "decompose", say.PLANNER, user, say.QUESTIONS_SCHEMA, partial(_texts, "questions", most)
        )

    def part(self, question: str, settled: Pairs, subquestion: str) -> Ask[str]:
        user = join(
            problem(question),
            say.pairs("question", "answer", settled),
            quote("subquestion", subquestion),
            say.PART_FORM,
        )
        return Ask(chat("part", say.CHECK, user), _plain, THINKING_TOKENS)

    def whole(self, question: str, settled: Pairs) -> Ask[Draft]:
        found = say.pairs("question", "answer", settled)
        return _draft("whole", join(problem(question), found, say.WHOLE_FORM if settled else ""))

    def debate(self, question: str, own: str, others: Sequence[str]) -> Ask[Draft]:
        mine = quote("own_solution", say.clip(own))
        theirs = say.numbered("other_solution", others)
        return _draft("debate", join(problem(question), mine, theirs, say.DEBATE_FORM))

    def reflect(
        self,
        question: str,
        steps: Sequence[str],
        scores: Sequence[float],
        notes: Sequence[str],
    ) -> Ask[str]:
        user = join(
            problem(question),
            say.numbered("note", notes),
            say.numbered("step", steps),
            say.judgement(scores),
            say.REFLECT_FORM,
        )
        return Ask(chat("reflect", say.LEARNER, user), _plain, THINKING_TOKENS)

    def retry(self, question: str, notes: Sequence[str]) -> Ask[Draft]:
        user = join(problem(question), say.numbered("note", notes), say.RETRY_FORM)
        return _draft("retry", user)

    def probe(self, question: str, solution: str, most: int) -> Ask[tuple[str, ...]]:
        form = say.questions_form(say.PROBE_TASK, most)
        user = join(problem(question), quote("solution", say.clip(solution)), form)
        read = partial(_texts, "questions", most)
        return typed("probe", say.JUDGE, user, say.QUESTIONS_SCHEMA, read)

    def examine(self, question: str, solution: str, most: int) -> Ask[tuple[tuple[str, str], ...]]:
        draft = quote("solution", say.clip(solution))
        user = join(problem(question), draft, say.examine_form(most))
        return typed("examine", say.JUDGE, user, say.CHECKS_SCHEMA, partial(_checks, most))

    def parts(self, question: str, subquestions: Sequence[str]) -> Ask[tuple[str, ...]]:
        asked = say.numbered("subquestion", subquestions)
        user = join(problem(question), asked, say.parts_form(len(subquestions)))
        read = partial(_answers, len(subquestions))
        return typed("parts", say.CHECK, user, say.ANSWERS_SCHEMA, read)

    def compare(self, question: str, solution: str, check: tuple[str, str]) -> Ask[str]:
        draft = quote("solution", say.clip(solution))
        answered = say.pairs("question", "answer", [check])
        user = join(problem(question), draft, answered, say.COMPARE_FORM)
        return Ask(chat("compare", say.CHECK, user), _plain, THINKING_TOKENS)

    def verified(
        self, question: str, solution: str, checks: Pairs, apart: bool = True
    ) -> Ask[Draft]:
        draft = quote("solution", say.clip(solution))
        found = say.pairs("question", "answer", checks)
        form = say.VERIFIED_FORM if apart else say.EXAMINED_FORM
        return _draft("verified", join(problem(question), draft, found, form))

    def vary(self, question: str, count: int) -> Ask[tuple[str, ...]]:
        user = join(problem(question), say.vary_form(count))
        return typed("vary", say.AUTHOR, user, say.VARY_SCHEMA, partial(_problems, count))


def _draft(kind: str, user: str) -> Ask[Draft]:
    cut = partial(_solution, cut=True)
    return Ask(chat(kind, say.SOLVER, user), _solution, THINKING_TOKENS, parse_cut=cut)


def _solution(text: str, cut: bool = False) -> Draft | Unreadable:
    answer = final_answer(text, cut)
    return answer if isinstance(answer, Unreadable) else Draft(answer, text.strip())


def _plain(text: str) -> str | Unreadable:
    return text.strip() or Unreadable("the reply is empty", text)


def _choice(count: int, found: dict[str, Any]) -> int | Unreadable:
    number = found.get("choice")
    if isinstance(number, str) and number.strip().isdecimal():
        number = int(number.strip()[:9])
    if isinstance(number, bool) or not isinstance(number, int) or not 1 <= number <= count:
        return Unreadable(f'"choice" must be a whole number from 1 to {count}')
    return number - 1


def _scores(count: int, found: dict[str, Any]) -> tuple[float, ...] | Unreadable:
    scores = found.get("scores")
    if not isinstance(scores, list) or len(scores) != count:
        return Unreadable(f'"scores" must be a list of {count} numbers, one for each step')
    kept = [float(s) for s in scores if type(s) in (int, float) and 0 <= s <= 1]
    if len(kept) != count:
        return Unreadable('each of "scores" must be a number from 0 to 1')
    return tuple(kept)


def _critique(found: dict[str, Any]) -> Critique | Unreadable:
    right, feedback = found.get("right"), found.get("feedback")
    if not isinstance(right, bool):
        return Unreadable('"right" must be true or false')
    text = feedback.strip() if isinstance(feedback, str) else ""
    if not right and not text:
        return Unreadable('"feedback" must say what is wrong')
    return Critique(right, text)


def _texts(key: str, most: int, found: dict[str, Any]) -> tuple[str, ...] | Unreadable:
    listed = found.get(key)
    if not isinstance(listed, list):
        return Unreadable(f'"{key}" must be a list of texts')
    kept = [text.strip() for text in listed if isinstance(text, str) and text.strip()]
    return tuple(kept[:most])


def _problems(most: int, found: dict[str, Any]) -> tuple[str, ...] | Unreadable:
    """At least one was asked for; some models write each as an object."""
    listed = found.get("problems")
    if isinstance(listed, list):
        listed = [_stated(one) if isinstance(one, dict) else one for one in listed]
    texts = _texts("problems", most, {"problems": listed})
    return texts or Unreadable('"problems" must hold the problems, each as a text')


def _stated(one: dict[str, Any]) -> object:
    return next((one[name] for name in ("problem", "question", "text") if name in one), None)


def _checks(most: int, found: dict[str, Any]) -> tuple[tuple[str, str], ...] | Unreadable:
    listed = found.get("checks")
    if not isinstance(listed, list):
        return Unreadable('"checks" must be a list of objects')
    pairs = [(c.get("question"), c.get("answer")) for c in listed if isinstance(c, dict)]
    kept = [(q.strip(), a.strip()) for q, a in pairs if isinstance(q, str) and isinstance(a, str)]
    return tuple(pair for pair in kept if all(pair))[:most]


def _answers(count: int, found: dict[str, Any]) -> tuple[str, ...] | Unreadable:
    listed = found.get("answers")
    if not isinstance(listed, list) or len(listed) != count:
        return Unreadable(f'"answers" must be a list of {count} texts, one for each subquestion')
    return tuple(str(answer).strip() for answer in listed)
