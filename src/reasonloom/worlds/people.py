"""Short names for the people of stories and puzzles.

Each ends in a letter by which `wording.mend` picks the right Korean particle.
"""

from __future__ import annotations

NAMES = tuple(
    "Mia Leo Tom Ada Ben Eva Sam Zoe Kim Ida Ron Lea Tim Amy Joe Uma Dan Ivy Ana Lou Finn Nora Otto"
    " Ivan Emil Hugo Ella Rosa".split()
)
