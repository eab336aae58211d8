"""A cancellation that says what the call had cost by then."""

from __future__ import annotations

import asyncio

from reasonloom.models.protocol import Usage


class Cancelled(asyncio.CancelledError):
    """What a model raises in place of CancelledError if it knows what was spent.

    The ledger books `usage` then, and else all that was reserved for the call. Whoever splits a
    request must not pass on that of a part.
    """

    def __init__(self, usage: Usage) -> None:
        super().__init__()
        self.usage = usage
