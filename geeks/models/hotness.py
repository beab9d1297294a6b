"""The order of the tab "hot"."""

from __future__ import annotations

import math
from datetime import datetime


def hotness(score: int, answers: int, created: datetime) -> float:
    """A number that never needs renewing for age: ten times the votes are worth 12.5 hours (after Reddit's formula)."""
    weight = score + answers / 2
    sign = (weight > 0) - (weight < 0)
    return round(sign * math.log10(max(abs(weight), 1)) + created.timestamp() / 45_000, 7)
