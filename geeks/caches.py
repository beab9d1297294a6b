"""The cache shared by several machines (`CACHE_URL`), and what stands in for it while it cannot be reached.

Nothing that the site needs lives in the cache alone: it counts what an address did, and remembers what can be found out
again. So while Valkey is away each process goes on with a memory of its own, and asks for the server again every few
seconds. Limits then count in each process.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = logging.getLogger("geeks.cache")

RETRY_SECONDS = 3.0
STAND_IN = "stands in for the shared cache"


class Outage:
    """Since when the server is away, for all threads of a process (Django makes a cache object for each)."""

    def __init__(self) -> None:
        self._until = 0.0
        self._lock = threading.Lock()

    def goes_on(self) -> bool:
        return time.monotonic() < self._until

    def begins(self, error: BaseException) -> bool:
        """Note that the server did not answer. True when it did until now."""
        with self._lock:
            first, self._until = not self._until, time.monotonic() + RETRY_SECONDS
        if first:
            log.warning("the cache cannot be reached, so limits count in each process: %s", error)
        return first

    def ended(self) -> None:
        if self._until:
            with self._lock:
                self._until = 0.0
            log.warning("the cache is back")


OUTAGE = Outage()


def _or_stand_in(name: str) -> Callable[..., Any]:
    def method(self: SharedCache, *arguments: Any, **options: Any) -> Any:
        if not OUTAGE.goes_on():
            try:
                found = getattr(super(SharedCache, self), name)(*arguments, **options)
            except RedisError as error:
                if OUTAGE.begins(error):
                    self.stand_in.clear()  # what an outage before this one left is old
            else:
                OUTAGE.ended()
                return found
        return getattr(self.stand_in, name)(*arguments, **options)

    method.__name__ = name
    return method


class SharedCache(RedisCache):
    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        # LocMemCache keeps what has one name in one place, so all threads of this process share it.
        self.stand_in = LocMemCache(STAND_IN, {**params, "OPTIONS": {"MAX_ENTRIES": 3_000}})

    add, get, set = _or_stand_in("add"), _or_stand_in("get"), _or_stand_in("set")
    touch, delete, has_key = _or_stand_in("touch"), _or_stand_in("delete"), _or_stand_in("has_key")
    incr, clear = _or_stand_in("incr"), _or_stand_in("clear")
    get_many, set_many, delete_many = _or_stand_in("get_many"), _or_stand_in("set_many"), _or_stand_in("delete_many")
