"""Which action follows which: pure transitions from a state and what a model did, no model in them.

clarify -> decompose -> solve (-> solve ...) -> reflect -> on, again, another way or up
decompose -> answer, once the problem itself is settled
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from reasonloom.data.long_cot.goals import Goal, Goals

Action = Literal["clarify", "decompose", "solve", "reflect", "answer"]

MAX_SOLVES = 3
"""Actions `solve` in a row before a reflection is due (our choice)."""
MAX_TRIES = 2
"""Failed reflections on one goal, after which another way is taken (our choice)."""


@dataclass(frozen=True, slots=True)
class Clarified:
    text: str


@dataclass(frozen=True, slots=True)
class Decomposed:
    """The next goal, and other ways in case it does not work (paper: two)."""

    text: str
    goal: str
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Solved:
    """`done` asks for a reflection, else the work on the goal goes on."""

    text: str
    done: bool


@dataclass(frozen=True, slots=True)
class Reflected:
    """right   the work since the last reflection holds
    achieved  it reaches the goal; `above`: and with it the goal above
    goal      what to work on next, where the reflection has a proposal
    """

    text: str
    right: bool
    achieved: bool
    above: bool = False
    goal: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    text: str
    answer: str


Move = Clarified | Decomposed | Solved | Reflected | Answered

Turn = Literal[
    "plan", "take", "go_on", "check", "again", "instead", "other", "back", "deeper", "next", "up",
    "conclude", "end",
]  # fmt: skip
"""How a chain goes on after an action.

plan      how to go about a goal is thought out
take      the goal that was just set is worked on
go_on     the work goes on
check     it is reflected on
again     it was wrong: the same goal once more
instead   it was wrong: the goal that reflection proposes
other     it was wrong: another way that waits
back      no way is left: the goal above is planned anew
deeper    it is right but not enough: a goal below
next      the goal is achieved: the one that reflection proposes
up        the goal is achieved: the goal above is planned on
conclude  the problem is settled
end       nothing follows
"""

End = Literal["answered", "actions", "tokens", "stuck", "unreadable", "budget"]
"""Why a chain ended.

answered         it came to an answer
actions, tokens  the bound was reached before
stuck            no way is left that was not tried
unreadable       a reply could not be read, asked for twice
budget           the ledger's limit was reached
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One action: on which goal (its place in the tree), what it gave, its cost, what followed."""

    action: Action
    goal: int
    move: Move
    tokens: int
    turn: Turn
    to: int


@dataclass(frozen=True, slots=True)
class Bounds:
    """actions  of a chain at the most (our choice)
    tokens   completion tokens of all its actions (our choice: the paper's window of 16K)
    """

    actions: int = 40
    tokens: int = 16_384

    def __post_init__(self) -> None:
        if self.actions < 1 or self.tokens < 1:
            raise ValueError(
                f"actions={self.actions}, tokens={self.tokens} bound a chain to nothing: give 1 or"
                " more"
            )


@dataclass(frozen=True, slots=True)
class State:
    """`action` is what comes next; None at the end, which `end` names. `log` only grows."""

    goals: Goals
    action: Action | None = "clarify"
    log: tuple[Entry, ...] = ()
    end: End | None = None

    @property
    def tokens(self) -> int:
        return sum(entry.tokens for entry in self.log)

    @property
    def answer(self) -> str | None:
        last = self.log[-1].move if self.log else None
        return last.answer if isinstance(last, Answered) else None


def begin(question: str) -> State:
    return State(Goals((Goal(question),)))


def stopped(state: State, end: End) -> State:
    """The state where no model can carry on."""
    return replace(state, action=None, end=end)


def advance(state: State, move: Move, tokens: int, bounds: Bounds) -> State:
    """The state after the action that was due gave `move` and took `tokens`.

    Raises ValueError where the move belongs to another action, or none was due.
    """
    if state.action is None or not isinstance(move, _MOVES[state.action]):
        raise ValueError(f"{type(move).__name__} is no outcome of the action {state.action}")
    goals, action, turn = _turn(state, move)
    entry = Entry(state.action, state.goals.current, move, tokens, turn, goals.current)
    after = State(goals, action, (*state.log, entry), _ends(move, action))
    return after if action is None else _bounded(after, bounds)


_MOVES: dict[Action, type[Move]] = {
    "clarify": Clarified,
    "decompose": Decomposed,
    "solve": Solved,
    "reflect": Reflected,
    "answer": Answered,
}
_Next = tuple[Goals, Action | None, Turn]


def _ends(move: Move, action: Action | None) -> End | None:
    if action is not None:
        return None
    return "answered" if isinstance(move, Answered) else "stuck"


def _bounded(state: State, bounds: Bounds) -> State:
    if state.tokens >= bounds.tokens:
        return stopped(state, "tokens")
    return stopped(state, "actions") if len(state.log) >= bounds.actions else state


def _turn(state: State, move: Move) -> _Next:
    goals = state.goals
    match move:
        case Clarified():
            return goals, "decompose", "plan"
        case Decomposed():
            return _set_out(goals.grown((move.goal, *move.others), goals.current))
        case Solved():
            due = move.done or _solves(state) + 1 >= MAX_SOLVES
            return (goals, "reflect", "check") if due else (goals, "solve", "go_on")
        case Reflected(right=False):
            return _wrong(goals, move)
        case Reflected(achieved=True):
            return _achieved(goals, move)
        case Reflected():
            return _not_yet(goals, move)
        case Answered():
            return goals, None, "end"


def _solves(state: State) -> int:
    """Actions `solve` since the last action of another kind."""
    count = 0
    for entry in reversed(state.log):
        if entry.action != "solve":
            break
        count += 1
    return count


def _set_out(goals: Goals) -> _Next:
    """Take the first goal below the current one that is not tried; without any, leave it."""
    way, parent = goals.waiting(goals.current), goals.here.parent
    if way is not None:
        return goals.moved(way), "solve", "take"
    if parent is None:
        return (goals, "answer", "conclude") if goals.progress else (goals, None, "end")
    if goals.progress:
        return _achieved(goals, Reflected("", True, True))
    return goals.marked(goals.current, "dropped").moved(parent), "decompose", "back"


def _wrong(goals: Goals, move: Reflected) -> _Next:
    at, goal = goals.current, goals.here
    goals = goals.marked(at, "open", goal.tries + 1)
    if goals.fresh(move.goal):
        grown = goals.marked(at, "dropped").grown((move.goal,), _above(goal))
        return grown.moved(len(grown.all) - 1), "solve", "instead"
    if goals.here.tries < MAX_TRIES:
        return goals, "solve", "again"
    goals = goals.marked(at, "dropped")
    way = goals.waiting(goal.parent)
    if way is not None:
        return goals.moved(way), "solve", "other"
    return goals.moved(_above(goal)), "decompose", "back"


def _achieved(goals: Goals, move: Reflected) -> _Next:
    """Whatever else waits below the same goal is no longer needed."""
    above = _above(goals.here)
    goals = _settled(goals.marked(goals.current, "achieved"), above)
    if move.above:
        goals = goals.marked(above, "achieved")
        higher = goals.all[above].parent
        if higher is None:
            return goals.moved(above), "answer", "conclude"
        return _settled(goals, higher).moved(higher), "decompose", "up"
    if goals.fresh(move.goal):
        grown = goals.grown((move.goal,), above)
        return grown.moved(len(grown.all) - 1), "solve", "next"
    return goals.moved(above), "decompose", "up"


def _not_yet(goals: Goals, move: Reflected) -> _Next:
    if goals.fresh(move.goal):
        grown = goals.grown((move.goal,), goals.current)
        return grown.moved(len(grown.all) - 1), "solve", "deeper"
    return goals, "solve", "go_on"


def _above(goal: Goal) -> int:
    """Work is done on goals below the problem alone, so there is always one above."""
    assert goal.parent is not None
    return goal.parent


def _settled(goals: Goals, parent: int) -> Goals:
    way = goals.waiting(parent)
    while way is not None:
        goals = goals.marked(way, "dropped")
        way = goals.waiting(parent)
    return goals
