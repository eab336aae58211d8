"""From the log of actions to one continuous chain of thought, with the turns said in words."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import cycle

from reasonloom.data.long_cot.machine import Action, Answered, Entry, State, Turn
from reasonloom.grading.clean import unwrap

LEADS: Mapping[Action, Sequence[tuple[str, str]]] = {
    "clarify": (
        ("Okay, ", "let me first see what is asked."),
        ("", "Let me make sure that I understand the problem."),
        ("Alright, ", "what do we have here?"),
    ),
    "decompose": (
        ("", "How should I go about this?"),
        ("", "Let me think about how to proceed."),
        ("Now, ", "what would bring me nearer to the answer?"),
    ),
    "reflect": (
        ("", "Let me check this."),
        ("Wait, ", "let me double-check that."),
        ("Hold on, ", "is that right?"),
        ("", "Let me verify this before I go on."),
        ("Hmm, ", "let me make sure of that."),
    ),
}
"""Spoken before a thought: a call, and a sentence that it opens."""
TURNS: Mapping[Turn, Sequence[tuple[str, str]]] = {
    "take": (
        ("", "So let me {goal}."),
        ("", "Let me {goal}."),
        ("", "I will try to {goal}."),
        ("", "To begin with, I want to {goal}."),
    ),
    "again": (
        ("So something went wrong there. Let me go back and do it again, more carefully.", ""),
        ("That does not hold. Once more, then.", ""),
        ("Hmm, that was a mistake. Let me do that part again.", ""),
    ),
    "instead": (
        ("So that does not work.", "Instead, let me {goal}."),
        ("So not like that.", "Let me rather {goal}."),
    ),
    "other": (
        ("This way does not work.", "Alternatively, I could {goal}."),
        ("Hmm, this does not lead there.", "Alternatively, let me {goal}."),
    ),
    "back": (
        ("I am stuck here, so let me take a step back.", ""),
        ("This leads nowhere. Let me go back and look for another way.", ""),
    ),
    "deeper": (("", "But for that, I still need to {goal}."), ("", "To get there, let me {goal}.")),
    "next": (
        ("Good, that holds.", "Next, let me {goal}."),
        ("That is settled.", "Now let me {goal}."),
        ("Okay, that is right.", "Now I need to {goal}."),
    ),
    "up": (
        ("Good, this part is done.", ""),
        ("Okay, that part is settled.", ""),
    ),
    "conclude": (
        ("So that settles the problem.", ""),
        ("Good, now I have all that was asked for.", ""),
    ),
}
"""Spoken after an action: what came of it, and what comes next. A turn that is not here goes
without saying."""
NAMED = 0.5
"""More than this share of a goal's words in the end of a thought name it (our choice)."""
_CALLED = re.compile(r"(?:okay|ok|alright|right|wait|hold on|hmm|well|so|now|yes|no|good)\b", re.I)
_OPENS = re.compile(r"let\b|(?:\w+\W+){0,2}(?:re-?)?(?:check|verif|comput)", re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_WORD = re.compile(r"\w+")
_MONEY = re.compile(r"(?<!\\)\$")
_Decks = Mapping[str, Iterator[tuple[str, str]]]


def written(state: State, seed: int) -> str:
    """The chain of a state as text, without the final answer; `seed` draws the phrases.

    A longer log begins with the text of a shorter one. No phrase comes again before all of its
    kind have come.
    """
    decks = _decks(random.Random(seed))
    parts = [part for entry in state.log for part in _told(entry, state, decks)]
    return "\n\n".join(part for part in parts if part)


def final(state: State) -> str:
    r"""The solution that ends the chain, and a line with its answer boxed: what `cot` asks for.

    Raises ValueError without one.
    """
    move = state.log[-1].move if state.log else None
    if not isinstance(move, Answered):
        raise ValueError(f"the chain ended with {state.end}: there is no answer to write")
    answer = bare(move.answer)
    box = f"\\boxed{{{answer}}}"
    solution = move.text.rstrip().removesuffix(box).rstrip().replace(box, answer)
    return f"{solution}\n\n{box}" if solution else box


def bare(answer: str) -> str:
    r"""An answer as it stands in a box: `$\frac{1}{2}$` without its dollars, `$34` as `\$34`."""
    text = unwrap(answer)
    paired = len(_MONEY.findall(text)) % 2 == 0
    return _MONEY.sub("" if paired else r"\\$", text)


def _decks(rng: random.Random) -> _Decks:
    phrases = (*LEADS.items(), *TURNS.items())
    return {kind: cycle(rng.sample(said, len(said))) for kind, said in phrases}


def _told(entry: Entry, state: State, decks: _Decks) -> list[str]:
    if isinstance(entry.move, Answered):
        return []
    thought = entry.move.text.strip()
    turn = _turned(entry.turn, state.goals.all[entry.to].text, thought, decks)
    plans_nothing = entry.action == "decompose" and entry.turn == "conclude"
    return [thought if plans_nothing else _led(entry.action, thought, decks), turn]


def _led(action: Action, thought: str, decks: _Decks) -> str:
    """A thought that opens with a call needs no lead; one that says what it does, a call alone."""
    if action not in decks or _CALLED.match(thought):
        return thought
    call, rest = next(decks[action])
    if _OPENS.match(thought):
        return call + (_within(thought) if call else thought)
    return f"{call}{rest} {thought}"


def _turned(turn: Turn, goal: str, thought: str, decks: _Decks) -> str:
    if turn not in decks:
        return ""
    said, aim = next(decks[turn])
    named = bool(aim) and _named(goal, thought)
    return f"{said} {'' if named else aim.format(goal=as_verb(goal))}".strip()


def _named(goal: str, thought: str) -> bool:
    """Whether a thought ends with the goal already, in its last two sentences."""
    words = set(_WORD.findall(goal.casefold()))
    end = " ".join(_SENTENCE.split(thought)[-2:])
    return len(words & set(_WORD.findall(end.casefold()))) > NAMED * len(words)


def as_verb(goal: str) -> str:
    """A goal inside a sentence: `Find the sum.` is `find the sum`; `The sum` is `find the sum`."""
    goal = _within(" ".join(goal.split()).rstrip(" .!")).removeprefix("to ")
    match goal.partition(" ")[0]:
        case "an" | "the":
            return f"find {goal}"
        case "whether" | "if" | "how" | "what" | "which" | "why":
            return f"find out {goal}"
        case gerund if gerund.endswith("ing") and gerund != "bring":
            return f"try {goal}"
    return goal


def _within(sentence: str) -> str:
    """A sentence inside another: its first letter is small, but for `I'll`, `A + B` and `GCD`."""
    word = sentence.partition(" ")[0]
    keeps = word.startswith("I'") or not word[1:].islower()
    return sentence if keeps else sentence[0].lower() + sentence[1:]
