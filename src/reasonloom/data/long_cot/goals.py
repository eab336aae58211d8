"""The tree of goals of one chain: what is worked on, what waits, and what was tried before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

Status = Literal["open", "waiting", "achieved", "dropped"]
"""How a goal stands.

open      it is worked on, or one below it is
waiting   another way to the same end, not begun
achieved  reflection says that it is reached
dropped   its tries ran out, or another way was taken
"""


@dataclass(frozen=True, slots=True)
class Goal:
    """`parent` is a place in the tree, whose root, at 0, is the problem. `tries` have failed."""

    text: str
    parent: int | None = None
    status: Status = "open"
    tries: int = 0


@dataclass(frozen=True, slots=True)
class Goals:
    """A tree that only grows. No goal is set twice in it, so a chain cannot go round in circles."""

    all: tuple[Goal, ...]
    current: int = 0

    @property
    def here(self) -> Goal:
        return self.all[self.current]

    @property
    def path(self) -> tuple[Goal, ...]:
        """From the root to the goal that is worked on."""
        found = [self.here]
        while found[-1].parent is not None:
            found.append(self.all[found[-1].parent])
        return tuple(reversed(found))

    @property
    def progress(self) -> bool:
        """Whether a goal right below the current one was achieved."""
        below = (goal for goal in self.all if goal.parent == self.current)
        return any(goal.status == "achieved" for goal in below)

    def fresh(self, text: str) -> bool:
        """Whether a goal says something, and says what none has said."""
        key = _key(text)
        return bool(key) and key not in {_key(goal.text) for goal in self.all}

    def grown(self, texts: Iterable[str], parent: int) -> Goals:
        """With the fresh ones of these goals below `parent`, where they wait."""
        tree = self
        for text in texts:
            if tree.fresh(text):
                tree = replace(tree, all=(*tree.all, Goal(text.strip(), parent, "waiting")))
        return tree

    def marked(self, at: int, status: Status, tries: int | None = None) -> Goals:
        goal = self.all[at]
        new = replace(goal, status=status, tries=goal.tries if tries is None else tries)
        return replace(self, all=(*self.all[:at], new, *self.all[at + 1 :]))

    def moved(self, to: int) -> Goals:
        """Work goes on with another goal; one that waited is now open."""
        tree = self.marked(to, "open") if self.all[to].status == "waiting" else self
        return replace(tree, current=to)

    def waiting(self, parent: int | None) -> int | None:
        """The first way that waits below `parent`."""
        places = (i for i, g in enumerate(self.all) if g.parent == parent and g.status == "waiting")
        return next(places, None)


def _key(text: str) -> str:
    """Equal for goals that differ in case, spaces and the sign at their end alone."""
    return " ".join(text.casefold().split()).rstrip(" .!?:;")
