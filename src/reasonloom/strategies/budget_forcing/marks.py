"""Where thinking begins and ends in a reply, by the model's profile."""

from __future__ import annotations

from dataclasses import dataclass

from reasonloom.models.protocol import Choice, Profile
from reasonloom.strategies.dialects import compact

FINAL = "\n\nFinal answer: "
"""Opens the answer where thinking was cut off (s1 has it behind a single line end)."""


@dataclass(frozen=True)
class Marks:
    """opening      is written before the first thinking, "" where the model does it
    closing      ends thinking: it is stopped at, and written where the answer shall begin; "" where
                 thinking is the reply itself and only the end of the reply ends it
    final        follows `closing` where thinking was cut off
    strings      what is written instead of the end, in rotation
    standalone   a reply that ends without `closing` holds its answer: nothing more is asked
    """

    opening: str
    closing: str
    final: str
    strings: tuple[str, ...]
    standalone: bool

    @property
    def stops(self) -> tuple[str, ...]:
        return (self.closing,) if self.closing else ()

    def ends_thinking(self, choice: Choice) -> bool:
        """Whether a sample that ended by itself did so at `closing`, not at the reply's end.

        Not all servers say which stop string it was; then it is taken to have been `closing`.
        """
        if choice.stop is None:
            return bool(self.closing)
        return choice.stop in self.stops or not self.standalone

    def answer(self, text: str, last: str) -> str:
        """The part of a reply that states the answer; never its thinking.

        `last` is what was written and generated after thinking, "" where there was no such thing.
        """
        if not self.standalone:
            return last.rpartition(self.closing)[2]
        if last:
            return last
        return self._last_line(text) if self.closing else text

    def _last_line(self, text: str) -> str:
        line = text.rpartition("\n")[2]
        opened = next((s for s in self.strings if line.startswith(s)), "")
        return line.removeprefix(opened)


def marks_of(profile: Profile) -> Marks:
    """nano's chain of thought ends in `answer = `; other models have delimiters, or only an end."""
    if profile.dialect == compact.Compact.name:
        return Marks("", "\nanswer = ", "", (compact.WAIT,), standalone=True)
    if profile.think is None:
        return Marks("", "", FINAL, ("Wait",), standalone=True)
    opening, closing = profile.think
    begun = profile.think_open and profile.chat
    return Marks("" if begun else f"{opening}\n", closing, FINAL, ("Wait",), standalone=False)
