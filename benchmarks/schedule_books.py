"""Tokens as ledgers booked them and as the server counted them, for benchmarks/schedule.py."""

from __future__ import annotations

from collections import Counter

from fake import totals
from reasonloom.bookings import Spent
from reasonloom.evaluate.records import Attempt


class Books:
    """Tokens as ledgers booked them and as the server counted them, under its names for them."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.reported: Counter[str] = Counter()
        self.counted: Counter[str] = Counter()

    def settle(self, *spent: Spent | Attempt) -> None:
        """Take up what was spent since the last time; nothing given: leave that out."""
        counted = totals(self.url)
        if not spent:
            return
        for name in ("prompt_tokens", "completion_tokens"):
            self.reported[name] += sum(getattr(one, name) for one in spent)
            self.counted[name] += counted[name]


def usage(books: Books) -> bool:
    print("\n3. tokens, by the ledgers and by the server\n")
    for name in ("prompt_tokens", "completion_tokens"):
        told, counted = books.reported[name], books.counted[name]
        print(
            f"{name:18} reported {told:>12,}   counted {counted:>12,}   differ {told - counted:+,}"
        )
    return books.reported == books.counted
