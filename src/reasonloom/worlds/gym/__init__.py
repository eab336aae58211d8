"""Problems of reasoning-gym (extra `gym`): its questions and scorers, our splits and worked lines.

Nothing of reasoning-gym is imported before a first problem is drawn or graded.
"""

from __future__ import annotations

from reasonloom.worlds.gym.grade import grade
from reasonloom.worlds.gym.source import GymSource
from reasonloom.worlds.gym.worked import Worked, worked

__all__ = ["GymSource", "Worked", "grade", "worked"]
