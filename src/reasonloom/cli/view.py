"""How a solve is shown while it runs: live in a terminal, plain lines elsewhere."""

from __future__ import annotations

import os
import textwrap
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.markup import escape
from rich.status import Status

from reasonloom.events import Call, Note
from reasonloom.solution import Solution

if TYPE_CHECKING:
    from reasonloom.trace import Event

COLOURS = {
    "accept": "green",
    "answered": "green",
    "retry": "yellow",
    "replace": "yellow",
    "revise": "yellow",
}


class View:
    """Prints plan, steps, assessments, answer and cost as the events come in."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(highlight=False, soft_wrap=True)
        self.calls = self.tokens = 0
        self._status: Status | None = None
        if self.console.is_terminal and not os.environ.get("CI"):
            self._status = self.console.status("thinking")
            self._status.start()

    def see(self, event: Event) -> None:
        """A trace listener."""
        if isinstance(event, Note):
            show = {"plan": self._plan, "step": self._step, "revise": self._revise}.get(event.kind)
            if show:
                show(event.payload)
            elif event.kind == "fallback":
                self._say(f"[yellow]{escape(event.payload['reason'])}: thinking step by step[/]")
            elif event.kind == "unreadable":
                self._say(f"[dim]a reply could not be read: {escape(event.payload['reason'])}[/]")
        elif isinstance(event, Call):
            self.calls += event.booking.calls
            self.tokens += event.booking.usage.total_tokens
            if self._status:
                self._status.update(f"thinking: {self.calls} calls, {self.tokens:,} tokens")

    def end(self, solution: Solution, seconds: Mapping[str, float]) -> None:
        """The answer, or why there is none, and what it cost."""
        if self._status:
            self._status.stop()
        if "trajectory" not in solution.detail and solution.text:
            self._say(escape(solution.text.strip()) + "\n")
        self._say(f"[bold]Answer[/]  {_answer(solution)}")
        if solution.confidence is not None:
            self._say(f"Votes   {solution.confidence:.0%} of {len(solution.candidates)} samples")
        usage = solution.usage
        assert usage is not None
        about = "about " if usage.estimated else ""
        money = f", {usage.usd:.4f} USD" if usage.usd else ""
        self._say(
            f"Cost    {usage.calls} calls, {about}{usage.tokens:,} tokens"
            f" ({usage.prompt_tokens:,} prompt + {usage.completion_tokens:,} completion),"
            f" {usage.seconds:.2f} s{money}"
        )
        self._say("Time    " + ", ".join(f"{k} {v:.2f} s" for k, v in seconds.items()))

    def _plan(self, payload: Mapping[str, Any]) -> None:
        self._say("[bold]Plan[/]")
        for i, step in enumerate(payload["steps"], 1):
            self._say(f"  {i}. {escape(step['goal'])}  [cyan]{escape(step['template'])}[/]")
        self._say("")

    def _step(self, payload: Mapping[str, Any]) -> None:
        again = f" (try {payload['attempt']})" if payload["attempt"] > 1 else ""
        template = payload["template"] or "no template"
        self._say(
            f"[bold]Step {payload['number'] + 1}{again}[/]  {escape(payload['goal'])}"
            f"  [cyan]{escape(template)}[/]"
        )
        self._say(self._block("set up", payload["instantiation"]))
        self._say(self._block("work", payload["work"]))
        colour = COLOURS[payload["action"]]
        reason = f": {payload['reason']}" if payload["reason"] else ""
        said = f"[{colour}]{payload['action']}{escape(reason)}[/]"
        self._say(f"  value   [bold]{escape(payload['value'])}[/]")
        self._say(f"  check   {said}\n")

    def _revise(self, payload: Mapping[str, Any]) -> None:
        self._say(f"[yellow]The rest of the plan is rewritten: {escape(payload['reason'])}[/]")
        for goal in payload["steps"]:
            self._say(f"  - {escape(goal)}")
        self._say("")

    def _block(self, label: str, text: str) -> str:
        width = max(40, min(100, self.console.width) - 10)
        lines = [w for line in text.splitlines() for w in textwrap.wrap(line, width) or [""]]
        body = ("\n" + " " * 10).join(escape(line) for line in lines or ["-"])
        return f"  [dim]{label:<7}[/] {body}"

    def _say(self, text: str) -> None:
        self.console.print(text)


def _answer(solution: Solution) -> str:
    if solution.answer is not None:
        late = {
            "budget": "  (the budget ran out: best so far)",
            "rounds": "  (round limit reached)",
        }
        return f"[bold green]{escape(solution.answer)}[/]{late.get(solution.stop_reason, '')}"
    why = {
        "outside": "none: the model says that this lies outside what it knows",
        "budget": f"no answer within the budget ({solution.error})",
        "rounds": "none within the rounds allowed",
        "failed": f"none: the model failed ({solution.error})",
        "unanswered": "none could be read from the reply",
        "finished": "none",
    }
    return f"[yellow]{escape(why[solution.stop_reason])}[/]"
