"""Find out by which spelling an endpoint really goes on from a given beginning of its reply.

Some servers take `continue_final_message` and ignore it, and others close the half-said reply and
begin a new one; neither shows in the status. A greedy reply does show it: cut in two and given back
by its first half, a model that goes on says the second half again.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from reasonloom.errors import BadReply, BadRequest, ServerFailed
from reasonloom.models.protocol import Profile, Request, Response, messages
from reasonloom.models.wire import PREFIX_WAYS, PrefixWay

LISTING = messages(("user", "List the days of the week, separated by commas."))
LONGER = 32
"""Completion tokens of a reply that is to be continued."""
SAME = 8
"""Characters in which a continued reply must agree with the reply that it continues."""

Ask = Callable[[Request, str | None], Awaitable[Response]]
"""One call; the second argument pins a spelling, such as "prefix:raw"."""


class CannotTell(Exception):
    """The reply is no use for the comparison; the message says why."""


async def working_way(ask: Ask, profile: Profile) -> PrefixWay:
    """The first spelling that works, "none" where none does. Raises CannotTell."""
    whole = (await ask(Request(messages=LISTING, max_tokens=LONGER), None)).choices[0]
    opener = ""
    if not whole.text and whole.reasoning and profile.think:
        opener = profile.think[0] + "\n"
    text = whole.text or whole.reasoning.lstrip()
    cuts = cut_points(text)
    if not cuts:
        raise CannotTell("the reply is too short or too even to tell")
    for way in PREFIX_WAYS[:-1]:
        for at in cuts:
            if await _goes_on(ask, f"prefix:{way}", opener + text[:at], text[at:]):
                return way
    return "none"


async def _goes_on(ask: Ask, way: str, prefix: str, rest: str) -> bool:
    request = Request(messages=LISTING, prefix=prefix, max_tokens=LONGER)
    try:
        response = await ask(request, way)
    except (BadRequest, BadReply, ServerFailed):
        return False
    reply = response.choices[0]
    given = (reply.reasoning + reply.text).lstrip()
    return way in response.used and given[:SAME] == rest.lstrip()[:SAME]


def cut_points(text: str) -> list[int]:
    """Up to two places to cut a reply so that its rest does not begin as the whole does.

    Spaces are preferred, since most tokenizers do not join over them.
    """
    middle = len(text) // 2
    spaces = [i for i, c in enumerate(text) if c == " "]
    places = sorted(spaces, key=lambda i: abs(i - middle)) or [middle]
    return [
        i
        for i in places
        if len(text[i:].strip()) >= SAME and text[i:].lstrip()[:SAME] != text.lstrip()[:SAME]
    ][:2]
