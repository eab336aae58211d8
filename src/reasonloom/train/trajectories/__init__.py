"""Preference over thought-template trajectories: ReasonFlux's second stage up to the DPO trainer.

Yang et al., arXiv 2502.06772, section 3.2. For a problem, K trajectories are sampled; R(T) is the
reasoner's accuracy when it follows T on the problem and on similar ones; trajectories whose R lie
apart make a pair. What the paper leaves open stands in `settings.py`.
"""

from reasonloom.train.trajectories.make import Made, make_pairs
from reasonloom.train.trajectories.pairs import best_of, best_rows, preference_rows, shuffled
from reasonloom.train.trajectories.records import Candidate, Outcome, Rolled, Scored
from reasonloom.train.trajectories.report import Report
from reasonloom.train.trajectories.settings import Settings
from reasonloom.train.trajectories.sources import Source, sources

__all__ = [
    "Candidate",
    "Made",
    "Outcome",
    "Report",
    "Rolled",
    "Scored",
    "Settings",
    "Source",
    "best_of",
    "best_rows",
    "make_pairs",
    "preference_rows",
    "shuffled",
    "sources",
]
