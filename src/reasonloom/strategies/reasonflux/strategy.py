"""ReasonFlux: plan a trajectory of thought templates, carry it out, adjust it on the way.

Yang et al., arXiv 2502.06772, section 3.3. What differs from the paper's code, and follows its
text: a template is retrieved for each step, each result is assessed, and the trajectory adjusted.
What is ours: the five actions by name, retrieval that may abstain, independent steps in one wave,
several trajectories with a vote, and an answer at any time under a budget.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from reasonloom.context import Context
from reasonloom.errors import BudgetSpent
from reasonloom.grading.extract import extract
from reasonloom.problem import Problem
from reasonloom.solution import Solution, StopReason
from reasonloom.strategies.ask import ask, speak
from reasonloom.strategies.conclude import conclude
from reasonloom.strategies.cot import Cot
from reasonloom.strategies.dialects.base import Outside, Unreadable
from reasonloom.strategies.reasonflux.follow import follow
from reasonloom.strategies.reasonflux.plan import plan
from reasonloom.strategies.reasonflux.state import Followed, Settled
from reasonloom.strategies.self_consistency import tally
from reasonloom.strategies.vote import decided
from reasonloom.trajectory import Trajectory


@dataclass(frozen=True)
class ReasonFlux:
    """trajectories  how many are sampled and voted over (paper: 1)
    max_rounds    instantiations of one trajectory at the most (our choice; the paper's mean is 4
                  to 6, its code stops at 10)
    k             templates shown for a step (paper: 1)
    votes         samples of the plan and of each instantiation; the most frequent stands (paper: 1)
    adapt         whether results are assessed and the trajectory adjusted (paper: yes)
    temperature   of planning, when several trajectories are sampled (our choice)
    """

    trajectories: int = 1
    max_rounds: int = 32
    k: int = 1
    votes: int = 1
    adapt: bool = True
    temperature: float = 0.7

    def __post_init__(self) -> None:
        for name, most in (("trajectories", 100), ("max_rounds", 1_000), ("k", 10), ("votes", 100)):
            if not 1 <= getattr(self, name) <= most:
                raise ValueError(f"{name}={getattr(self, name)} makes no sense: take 1 to {most}")

    async def solve(self, problem: Problem, ctx: Context) -> Solution:
        if self.trajectories == 1:
            return await self._one(problem, 0.0, ctx)
        branch = partial(self._one, problem, self.temperature)
        results = await ctx.gather(
            {f"trajectory-{i}": branch for i in range(self.trajectories)},
            until=lambda done: decided(
                {int(k.rpartition("-")[2]): s.answer for k, s in done.items()}, self.trajectories
            ),
        )
        return tally(results)

    async def _one(self, problem: Problem, temperature: float, ctx: Context) -> Solution:
        trajectory = await plan(problem, ctx, temperature=temperature, votes=self.votes)
        if isinstance(trajectory, Outside):
            return conclude(trajectory)
        if isinstance(trajectory, Unreadable):
            return await _plainly(problem, ctx, f"the plan could not be read: {trajectory.reason}")
        ctx.note("plan", steps=[{"goal": s.goal, "template": s.template} for s in trajectory])
        run = await follow(
            trajectory,
            problem,
            ctx,
            self.adapt,
            max_rounds=self.max_rounds,
            k=self.k,
            votes=self.votes,
        )
        return await answer(problem, trajectory, run, ctx)


async def answer(problem: Problem, trajectory: Trajectory, run: Followed, ctx: Context) -> Solution:
    """Conclude from what was settled; if no step found a template, think plainly instead."""
    if run.end in ("budget", "failed"):
        return _cut_short(trajectory, run, run.end, run.error)
    try:
        if run.abstained:
            return await _plainly(problem, ctx, "no template fits any step", run)
        said = run.answer or await _conclusion(problem, run, ctx)
    except BudgetSpent as spent:
        return _cut_short(trajectory, run, "budget", str(spent))
    solution = conclude(said, "\n".join(run.known), detail=_detail(run))
    if run.end == "rounds" and solution.answer is not None:
        return replace(solution, stop_reason="rounds")
    return solution


async def _conclusion(problem: Problem, run: Followed, ctx: Context) -> str | Unreadable | Outside:
    request = speak(ctx, "reasoner").answer(problem.question, run.known)
    return await ask(ctx, request, role="reasoner")


def _cut_short(
    trajectory: Trajectory, run: Followed, why: StopReason, error: str | None
) -> Solution:
    """The last value, if it was to be the answer; an intermediate value is no answer."""
    complete = len(run.settled) >= len(trajectory)
    found = extract(run.known[-1], cut=False) if complete and run.known else None
    return Solution(
        found.answer if found else None,
        "\n".join(run.known),
        stop_reason=why,
        error=error,
        detail=_detail(run),
    )


async def _plainly(
    problem: Problem, ctx: Context, why: str, run: Followed | None = None
) -> Solution:
    """Chain of thought in place of templates; `detail["fallback"]` says why."""
    ctx.note("fallback", reason=why)
    with ctx.child("cot") as child:
        solution = await Cot().solve(problem, child)
    return replace(solution, detail={**_detail(run or Followed()), "fallback": why})


def _detail(run: Followed) -> dict[str, Any]:
    return {"trajectory": [_row(s) for s in run.settled], "rounds": run.rounds}


def _row(settled: Settled) -> dict[str, Any]:
    """One step as `loom solve --json` prints it."""
    said = settled.assessment
    return {
        "goal": settled.step.goal,
        "template": settled.template.name if settled.template else None,
        "instantiation": settled.result.instantiation,
        "work": settled.result.work,
        "value": settled.result.value,
        "assessment": said.action if said else None,
        "reason": said.reason if said else "",
        "kept": settled.kept,
    }
