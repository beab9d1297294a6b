"""The caches a site may have, a folder or a server (shared.py), made so that nobody is harmed when they fail.

Nothing that the site needs lives in the cache alone: it counts what an address did, and remembers what can be found out
again. So while Valkey is away, or the disk is full, each process goes on with a memory of its own, and asks again every
few seconds. Limits then count in each process. An entry that cannot be read, or that is another's, counts as none.
"""

from __future__ import annotations

import logging
import threading
import time
from contextlib import suppress
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.core.cache.backends.filebased import FileBasedCache
from django.core.cache.backends.locmem import LocMemCache

log = logging.getLogger("geeks.cache")

RETRY_SECONDS = 3.0
STAND_IN = "stands in for the site's cache"


class Outage:
    """Since when the cache is away, for all threads of a process (Django makes a cache object for each)."""

    def __init__(self) -> None:
        self._until = 0.0
        self._lock = threading.Lock()

    def goes_on(self) -> bool:
        return time.monotonic() < self._until

    def begins(self, error: BaseException) -> bool:
        """Note that the cache failed. True when it did not until now."""
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
MISSING = object()


class Sturdy(BaseCache):
    """Stands before a cache of Django's, and keeps every value beside its key; `away` are the errors that say it is."""

    away: tuple[type[BaseException], ...] = (OSError,)

    def __init__(self, place: str, params: dict[str, Any]) -> None:
        super().__init__(place, params)  # type: ignore[call-arg]
        # LocMemCache keeps what has one name in one place, so all threads of this process share it.
        self.stand_in = LocMemCache(STAND_IN, {**params, "OPTIONS": {"MAX_ENTRIES": 3_000}})

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        found = self._readable("get", key, MISSING, MISSING, version)
        if found is MISSING:
            return default
        if self._bare(found):
            return found
        if isinstance(found, tuple) and len(found) == 2 and found[0] == self.make_key(key, version):
            return found[1]
        self.delete(key, version)
        return default

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        self._try("set", key, self._sealed(key, value, version), timeout, version)

    def touch(self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return bool(self._readable("touch", key, False, timeout, version))

    def has_key(self, key: str, version: int | None = None) -> bool:
        return bool(self._readable("has_key", key, False, version))

    def delete(self, key: str, version: int | None = None) -> bool:
        return bool(self._try("delete", key, version))

    def clear(self) -> None:
        self._try("clear")

    def _sealed(self, key: str, value: Any, version: int | None) -> Any:
        return value if self._bare(value) else (self.make_key(key, version), value)

    def _bare(self, value: Any) -> bool:
        """Whether it is kept as it is."""
        return False

    def _readable(self, name: str, key: str, nothing: Any, *arguments: Any) -> Any:
        """What the method gives; `nothing`, and the entry removed, where it holds what never was an entry."""
        try:
            return self._try(name, key, *arguments)
        except Exception as error:  # there is no end to what broken bytes come to when they are read as objects
            log.warning("an entry of the cache cannot be read and is dropped: %s: %s", type(error).__name__, error)
            self.delete(key, version=arguments[-1])
            return nothing

    def _try(self, name: str, *arguments: Any) -> Any:
        """Django's method, or that of the stand-in while the cache is away."""
        if not OUTAGE.goes_on():
            try:
                found = getattr(super(), name)(*arguments)
            except self.away as error:
                if OUTAGE.begins(error):
                    self.stand_in.clear()  # what an outage before this one left is old
            else:
                if self._proves(name):
                    OUTAGE.ended()
                return found
        return getattr(self.stand_in, name)(*arguments)

    def _proves(self, name: str) -> bool:
        """Whether it is back when this succeeds: a full disk can still be read."""
        return name == "set"


class FolderCache(Sturdy, FileBasedCache):
    """`add` and `incr` are Django's, made of the methods above."""

    def _createdir(self) -> None:
        with suppress(OSError):  # without it `set` fails, which is taken care of
            super()._createdir()
