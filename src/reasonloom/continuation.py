"""A reply that is written piece by piece, by the model and by the strategy in turn."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from reasonloom.errors import BadReply
from reasonloom.models.protocol import Choice, Model, Request, Response, Tokenizing, tokens_of

Ask = Callable[[Request], Awaitable[Response]]


class Continuation:
    """Made by `ctx.continuation`. Budget forcing extends, injects "Wait", and extends again.

    Goes by token ids where the model takes them and shows its tokens, so that what was generated
    is read back unchanged; else by text, as a prefix to continue.

    text   all that was written after the prompt so far, thinking and its delimiters included
    used   completion tokens generated so far; injected ones are not among them
    last   the sample of the latest `extend`; its finish_reason says why the model stopped
    """

    def __init__(self, ask: Ask, start: Request, model: Model) -> None:
        self.text, self.used = "", 0
        self.last: Choice | None = None
        self._ask, self._start, self._think = ask, start, model.profile.think
        self._begun = model.profile.think_open and start.messages is not None
        by_ids = "token_ids" in (model.profile.features or ())
        self._tokens = tokens_of(model) if by_ids else None
        self._ids = list(self._tokens.encode(start)) if self._tokens else []

    async def extend(self, max_tokens: int, stop: Sequence[str] = ()) -> Choice:
        """Let the model go on, up to `max_tokens` or to a string of `stop`.

        The stop string is not part of what was written: inject it where it should stand. Raises
        what `ctx.generate` raises, and BadReply when a model that takes token ids sends none.
        """
        stops = tuple(dict.fromkeys((*self._start.stop, *stop)))
        request = replace(self._start, max_tokens=max_tokens, stop=stops)
        response = await self._ask(self._at_end(request))
        self.last = choice = response.choices[0]
        if self._tokens:
            if choice.token_ids is None:
                raise BadReply("the model takes token ids but sent none with its sample")
            self._ids += self._kept(choice, choice.token_ids, self._tokens)
        self.text += self._written(choice)
        self.used += choice.completion_tokens
        return choice

    def inject(self, text: str) -> None:
        """Write into the model's mouth."""
        self.text += text
        if self._tokens:
            self._ids += self._tokens.encode_text(text)

    def _at_end(self, request: Request) -> Request:
        if self._tokens:
            ids = tuple(self._ids)
            return replace(request, messages=None, text=None, prefix="", token_ids=ids)
        return replace(request, prefix=self._start.prefix + self.text)

    def _kept(self, choice: Choice, drawn: tuple[int, ...], tokens: Tokenizing) -> tuple[int, ...]:
        """What was drawn without what ended it: an ending id, the tokens of a stop string.

        Where a token holds the stop string and text before it, the text is encoded anew.
        """
        if choice.finish_reason != "stop":
            return drawn
        plain = tokens.encode_text(self._written(choice))
        if drawn[: len(plain)] == plain:
            return plain
        ending = tokens.encode_text(choice.stop) if choice.stop else drawn[-1:]
        size = len(drawn) - len(ending)
        return drawn[:size] if drawn[size:] == ending else plain

    def _written(self, choice: Choice) -> str:
        """The sample as the model wrote it: the thinking was split off, so put it back."""
        if not choice.reasoning or self._think is None:
            return choice.text
        opening, closing = self._think
        before = (opening if self._begun else "") + self._start.prefix + self.text
        inside = before.rfind(opening) > before.rfind(closing)
        head = choice.reasoning if inside else opening + choice.reasoning
        return head + closing + choice.text if choice.text else head
