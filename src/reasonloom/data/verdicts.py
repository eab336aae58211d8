"""One answer judged by its problem's reference, whatever source the problem comes from."""

from __future__ import annotations

from reasonloom.grading.grade import Grader, Verdict
from reasonloom.problem import Problem


async def judge(grader: Grader, problem: Problem, answer: str | None) -> Verdict:
    """Problems of reasoning-gym are judged by its own scorers.

    Raises LoomError where a grader is needed that cannot run.
    """
    if problem.answer is not None and (problem.source or "").startswith("gym:"):
        from reasonloom.worlds.gym import grade

        return grade(problem, answer, is_text=False)
    return await grader.grade(answer, problem.answer, is_text=False)
