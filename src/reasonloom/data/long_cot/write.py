"""From the log of actions to one continuous chain of thought, with the turns said in words."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

from reasonloom.data.long_cot.machine import Action, Answered, Entry, State, Turn

LEADS: dict[Action, Sequence[str]] = {
    "clarify": (
        "Okay, let me first see what is asked.",
        "Let me make sure that I understand the problem.",
        "Alright, what do we have here?",
    ),
    "decompose": (
        "How should I go about this?",
        "Let me think about how to proceed.",
        "Now, what would bring me nearer to the answer?",
    ),
    "solve": ("",),
    "reflect": (
        "Let me check this.",
        "Wait, let me double-check that.",
        "Hold on, is that right?",
        "Let me verify this before I go on.",
    ),
    "answer": ("",),
}
TURNS: dict[Turn, Sequence[str]] = {
    "take": ("So first, let me {goal}.", "Let me {goal}.", "I will try to {goal}."),
    "again": (
        "So something went wrong there. Let me go back and {goal} again, more carefully.",
        "That does not hold. Once more: let me {goal}.",
        "Hmm, that was a mistake. Let me {goal} again.",
    ),
    "instead": (
        "So that does not work. Instead, let me {goal}.",
        "Hmm, no. Let me rather {goal}.",
    ),
    "other": (
        "This way does not work. Alternatively, I could {goal}.",
        "Alternatively, let me {goal}.",
    ),
    "back": (
        "I am stuck here, so let me take a step back.",
        "This leads nowhere. Let me go back and look for another way.",
    ),
    "deeper": ("But for that, I still need to {goal}.", "To get there, let me {goal}."),
    "next": (
        "Good, that holds. Next, let me {goal}.",
        "That is settled. Now let me {goal}.",
    ),
    "up": ("Good, this part is done.", "Okay, that part is settled."),
    "conclude": ("So that settles the problem.", "Good, now I have all that was asked for."),
}
"""Spoken after an action; a turn that is not here goes without saying."""
_OPENING = re.compile(r"\W*(\w+)")


def written(state: State, seed: int) -> str:
    """The chain of a state as text, without the final answer; `seed` draws the phrases.

    A longer log begins with the text of a shorter one.
    """
    rng = random.Random(seed)
    parts = [part for entry in state.log for part in _told(entry, state, rng)]
    return "\n\n".join(part for part in parts if part)


def final(state: State) -> str:
    r"""The solution that ends the chain, its answer boxed. Raises ValueError without one."""
    move = state.log[-1].move if state.log else None
    if not isinstance(move, Answered):
        raise ValueError(f"the chain ended with {state.end}: there is no answer to write")
    box = f"\\boxed{{{move.answer}}}"
    return move.text if box in move.text else f"{move.text}\n\n{box}"


def _told(entry: Entry, state: State, rng: random.Random) -> list[str]:
    if isinstance(entry.move, Answered):
        return []
    lead, turn = rng.choice(LEADS[entry.action]), rng.choice(TURNS.get(entry.turn, ("",)))
    goal = as_verb(state.goals.all[entry.to].text)
    return [_led(lead, entry.move.text.strip()), turn.format(goal=goal)]


def _led(lead: str, thought: str) -> str:
    """A thought that opens as its lead does needs none."""
    first, second = _OPENING.match(lead), _OPENING.match(thought)
    same = first and second and first[1].casefold() == second[1].casefold()
    return thought if same or not lead else f"{lead} {thought}"


def as_verb(goal: str) -> str:
    """A goal inside a sentence: `Find the sum.` is `find the sum`; `A + B` stays."""
    goal = " ".join(goal.split()).rstrip(" .!")
    word = goal.partition(" ")[0]
    return goal[:1].lower() + goal[1:] if len(word) > 1 and word[1:].islower() else goal
