"""ReasonFlux in its parts: `plan`, `retrieve` and `follow` stand on their own."""

from reasonloom.strategies.reasonflux.follow import Followed, Settled, follow
from reasonloom.strategies.reasonflux.plan import plan
from reasonloom.strategies.reasonflux.retrieve import retrieve
from reasonloom.strategies.reasonflux.strategy import ReasonFlux

__all__ = ["Followed", "ReasonFlux", "Settled", "follow", "plan", "retrieve"]
