"""ReasonFlux in its parts: `plan`, `retrieve`, `follow` and `answer` stand on their own."""

from reasonloom.strategies.reasonflux.follow import follow, go_on
from reasonloom.strategies.reasonflux.plan import plan
from reasonloom.strategies.reasonflux.retrieve import retrieve
from reasonloom.strategies.reasonflux.state import Followed, Moment, Settled, Way
from reasonloom.strategies.reasonflux.strategy import ReasonFlux, answer

__all__ = [
    "Followed",
    "Moment",
    "ReasonFlux",
    "Settled",
    "Way",
    "answer",
    "follow",
    "go_on",
    "plan",
    "retrieve",
]
