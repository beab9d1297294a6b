"""How often an address may call: so many calls a day, so many within a second, and a request to slow down for those who
search much. One entry of the cache for each address holds all three counts.

A web process counts one call after the other. Two processes may take two calls at the very same moment for one.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from geeks.api.errors import THROTTLED, Refused
from geeks.throttle import address

BURST = 30  # calls within a second, Stack Exchange's own number
SEARCHES_A_MINUTE = 60  # beyond it, answers ask to wait
BACKOFF_SECONDS = 10
DAY = 86_400
NO_LIMIT = 1_000_000  # what is told where there is no limit, so that no client thinks it has run out


_counting = threading.Lock()


@dataclass(frozen=True)
class Quota:
    most: int
    remaining: int


def spend(request: HttpRequest) -> Quota:
    """Count this call. Raises Refused when there were too many today, or within this second."""
    most = settings.API_DAILY_QUOTA
    if not most:
        return Quota(NO_LIMIT, NO_LIMIT)
    now = int(time.time())
    minute = f"minute {now // 60}"
    with _counting:
        counts = _counts(request)
        calls = counts.get(f"day {now // DAY}", 0) + 1
        burst = counts.get(f"second {now}", 0) + 1
        _keep(request, {f"day {now // DAY}": calls, f"second {now}": burst, minute: counts.get(minute, 0)})
    if calls > most:
        left = DAY - now % DAY
        raise Refused(THROTTLED, f"All {most:,} calls of today are used; the next day begins in {left} seconds.")
    if burst > BURST:
        raise Refused(THROTTLED, f"More than {BURST} calls came within a second. Wait a moment.", backoff=1)
    return Quota(most, most - calls)


def searched(request: HttpRequest) -> int | None:
    """Count this call as a search; how many seconds to wait before the next, None when there is no hurry."""
    if not settings.API_DAILY_QUOTA:
        return None
    minute = f"minute {int(time.time()) // 60}"
    with _counting:
        counts = _counts(request)
        counts[minute] = counts.get(minute, 0) + 1
        _keep(request, counts)
    return BACKOFF_SECONDS if counts[minute] > SEARCHES_A_MINUTE else None


def _counts(request: HttpRequest) -> dict[str, int]:
    counts: dict[str, int] = cache.get(_name(request)) or {}
    return counts


def _keep(request: HttpRequest, counts: dict[str, int]) -> None:
    cache.set(_name(request), counts, DAY)


def _name(request: HttpRequest) -> str:
    return f"api:calls:{address(request)}"
